/// How far a file that grows has been read, and by what it is known again when it was renamed or copied.
public struct FilePosition: Codable, Sendable, Hashable {
    private enum CodingKeys: String, CodingKey {
        case inode, offset, head
        case headLength = "head_length"
    }

    /// The file's number in its file system.
    public var inode: UInt64

    /// The byte after the last whole line that was read.
    public var offset: Int64

    /// A hash of the file's first bytes.
    public var head: UInt64

    /// How many bytes that hash is of.
    public var headLength: Int

    /// A position from its parts.
    public init(inode: UInt64, offset: Int64, head: UInt64, headLength: Int) {
        self.inode = inode
        self.offset = offset
        self.head = head
        self.headLength = headLength
    }
}
