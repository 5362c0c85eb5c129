/// The header fields of a stored message in their order, line by line, in bounded memory.
///
/// The body is never looked at. Line ends may be LF, CRLF or, in a message that has no other, CR.
public struct MessageHead: Sendable, Hashable {
    /// The fields, topmost first.
    public private(set) var fields: [MessageField] = []

    /// Whether fields are missing because there were too many or they were too long.
    public private(set) var isCut = false

    private var size = 0
    private var isBegun = false
    private var usesCR = false
    private var hasEnded = false

    /// More fields than this are not kept.
    public static let mostFields = 1_000

    /// More bytes than this are not kept.
    public static let mostBytes = 256 << 10

    /// A head of which nothing has come.
    public init() {}

    /// Takes the next line of the message, without its line end.
    ///
    /// - Returns: whether the head goes on; after `false` no further line is of interest. O(length).
    public mutating func take(_ line: ArraySlice<UInt8>) -> Bool {
        if !isBegun, line.contains(0x0d), !line.isEmpty { usesCR = line.last != 0x0d || line.dropLast().contains(0x0d) }
        guard usesCR else { return takeLine(line) }
        for piece in line.split(separator: 0x0d, omittingEmptySubsequences: false) where !takeLine(piece) {
            return false
        }
        // What has CR for a line end ends with its one line.
        return false
    }

    private mutating func takeLine(_ line: ArraySlice<UInt8>) -> Bool {
        guard !hasEnded else { return false }
        let isFirst = !isBegun
        isBegun = true
        guard !line.isEmpty, line.contains(where: { $0 != 0x0d }) else {
            // Empty lines before a head are the mail store's.
            hasEnded = !fields.isEmpty || isCut
            return !hasEnded
        }
        // mbox files have this line before a message, and some programs leave it there.
        if isFirst, line.starts(with: "From ".utf8) || line.starts(with: ">From ".utf8) { return true }
        let isContinuation = line.first == 0x20 || line.first == 0x09
        guard size + line.count <= Self.mostBytes, isContinuation || fields.count < Self.mostFields else {
            isCut = true
            return false
        }
        if isContinuation {
            guard !fields.isEmpty else { return end() }
            fields[fields.count - 1].append(line)
        } else {
            guard let field = MessageField(line) else { return end() }
            fields.append(field)
        }
        size += line.count
        return true
    }

    private mutating func end() -> Bool {
        hasEnded = true
        return false
    }

    /// The value of the topmost field of a name, on one line; `nil` without one. O(fields).
    public func first(_ name: String) -> String? { fields.first { $0.isNamed(name) }?.text }

    /// The Message-ID as the message has it, with its brackets; `nil` without one, or for an empty one.
    public var messageID: String? {
        guard let text = first("Message-ID"), !text.isEmpty else { return nil }
        guard let open = text.firstIndex(of: "<"), let close = text[open...].firstIndex(of: ">") else { return text }
        return String(text[open...close])
    }
}
