/// What one lookup of the command hook or of the reply hook tells: which smtpd it is, and what it has just read from its
/// client or is about to answer.
public struct HookKey: Sendable, Hashable {
    /// What an smtpd tells.
    public enum Item: Sendable, Hashable {
        /// The client has sent a command line, which is not yet carried out.
        case line(HookLine)
        /// The client is about to be refused something.
        case reply(HookReply)
    }

    /// The longest ``process``.
    public static let maximumProcessBytes = 255

    /// `HOST/PID`: Postfix's `$myhostname` as it is spelled there, and the number by which the smtpd knows itself. The same
    /// text as the macro `{argot_process}` of its filter connection. Printable ASCII.
    public let process: String

    /// The number of the smtpd, as it knows itself.
    public let processNumber: Int32

    /// What it tells.
    public let item: Item

    /// A key from its parts; `nil` when the process is not one.
    public init?(process: String, item: Item) {
        let bytes = Array(process.utf8)
        guard bytes.count <= Self.maximumProcessBytes,
            bytes.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: ":") }),
            let slash = bytes.lastIndex(of: UInt8(ascii: "/")), slash > 0,
            case let digits = bytes[(slash + 1)...], digits.allSatisfy({ 0x30...0x39 ~= $0 }),
            let number = Int32(String(decoding: digits, as: UTF8.self)), number > 0
        else { return nil }
        self.process = process
        processNumber = number
        self.item = item
    }

    /// Reads `HOST/PID:` and what the tables make of a line or a reply. O(length).
    public init(_ key: Span<UInt8>) throws(HookKeyError) {
        guard key.count <= MemcacheConversation.maximumKeyBytes else { throw .tooLong }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(key.count)
        for index in key.indices { bytes.append(key[index]) }
        guard let colon = bytes.firstIndex(of: UInt8(ascii: ":")) else { throw .malformed }
        let body = bytes[(colon + 1)...]
        let item: Item =
            if body.first.map({ $0 | 0x20 }) == UInt8(ascii: "r"), body.dropFirst().first == UInt8(ascii: ":") {
                .reply(try HookReply(key: body.dropFirst(2)))
            } else {
                .line(try HookLine(key: body))
            }
        guard let key = HookKey(process: String(decoding: bytes[..<colon], as: UTF8.self), item: item) else {
            throw .malformed
        }
        self = key
    }
}
