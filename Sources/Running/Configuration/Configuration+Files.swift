public import Keeping

extension Configuration {
    /// The files of the data directory.
    public var files: DataDirectory { DataDirectory(dataDirectory) }

    /// Where what the site has learned of dialects lies: the named file, else the usual one, which need not exist.
    public var siteDialectsPath: String { siteDialectsFile.isEmpty ? files.siteDialects : siteDialectsFile }
}
