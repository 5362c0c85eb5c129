public import Keeping

extension Configuration {
    /// The files of the data directory.
    public var files: DataDirectory { DataDirectory(dataDirectory) }
}
