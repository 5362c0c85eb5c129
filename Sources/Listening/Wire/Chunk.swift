/// What a BDAT command announces (RFC 3030, 2): so many octets, and whether they are the message's last.
public struct Chunk: Sendable, Hashable {
    /// The number of octets, from 0 on.
    public var size: Int

    /// Whether the message ends with them.
    public var isLast: Bool

    /// Reads a command line, without its end or with it; `nil` if it does not say a size.
    public init?(command line: some Collection<UInt8>) {
        let words = line.split { $0 == 0x20 || $0 == 0x09 || $0 == 0x0d || $0 == 0x0a }
        guard words.count > 1, let size = Int(String(decoding: words[1], as: UTF8.self)), size >= 0 else { return nil }
        self.size = size
        isLast = words.count > 2 && String(decoding: words[2], as: UTF8.self).uppercased() == "LAST"
    }
}
