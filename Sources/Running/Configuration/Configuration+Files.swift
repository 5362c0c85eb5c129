public import Keeping

extension Configuration {
    /// The files of the data directory.
    public var files: DataDirectory { DataDirectory(dataDirectory) }

    /// Where what the site has learned of dialects lies: the named file, else the usual one, which need not exist.
    public var siteDialectsPath: String { siteDialectsFile.isEmpty ? files.siteDialects : siteDialectsFile }

    /// Where the envelope model lies: the named file, else the one that Argot has taught itself, which need not exist;
    /// empty where nothing is learned and none is named.
    public var envelopeModelPath: String {
        envelopeModelFile.isEmpty && learning ? files.envelopeModel : envelopeModelFile
    }
}
