/// How far a file was imported, so that a second run adds nothing and a file that has grown goes on where it ended.
public struct ImportProgress: Hashable, Sendable {
    /// What the file is known by: a hash of how it begins. A rotated or packed file keeps it.
    public var identity: UInt64

    /// How many lines were imported, from the first.
    public var lines: Int64

    /// A hash of these lines: another one means another file.
    public var checksum: UInt64

    /// Progress of its parts.
    public init(identity: UInt64, lines: Int64, checksum: UInt64) {
        self.identity = identity
        self.lines = lines
        self.checksum = checksum
    }
}
