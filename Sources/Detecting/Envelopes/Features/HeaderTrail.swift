/// The names of a message's headers in their order, in bounded memory.
struct HeaderTrail: Sendable {
    /// The most headers that are kept. What comes later is not looked at.
    static let mostHeaders = 96

    /// The longest name that is kept whole.
    static let longestName = 48

    /// The names one after the other, without Received.
    private var text: [UInt8] = []

    /// Where each name ends in `text`.
    private var ends: [UInt16] = []

    /// The number of Received headers.
    private(set) var received = 0

    /// Whether a header that mailing list software writes is among them.
    private(set) var isList = false

    /// The number of headers without Received.
    var count: Int { ends.count }

    /// A header's name as spelt; `index` from 0 to `count` - 1.
    subscript(index: Int) -> ArraySlice<UInt8> {
        text[(index == 0 ? 0 : Int(ends[index - 1]))..<Int(ends[index])]
    }

    /// Adds a header's name.
    mutating func append(_ name: Span<UInt8>) {
        if Self.isEqual(name, Self.receivedName) {
            received += 1
            return
        }
        guard ends.count < Self.mostHeaders else { return }
        for index in 0..<min(name.count, Self.longestName) { text.append(name[index]) }
        ends.append(UInt16(text.count))
        if !isList, Self.listNames.contains(where: { Self.isEqual(name, $0) }) { isList = true }
    }

    /// Counts Received fields whose places are not known.
    mutating func noteReceived(_ count: Int) { received += count }

    /// Forgets all headers: another message begins.
    mutating func removeAll() {
        text.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        received = 0
        isList = false
    }

    /// Whether the header is one that every mail program writes, whatever its spelling.
    func isCore(_ index: Int) -> Bool {
        let name = self[index]
        return Self.coreNames.contains { Self.isEqual(name.span, $0) }
    }

    private static func isEqual(_ name: Span<UInt8>, _ folded: [UInt8]) -> Bool {
        guard name.count == folded.count else { return false }
        for index in 0..<name.count {
            let byte = name[index]
            guard (0x41...0x5a ~= byte ? byte | 0x20 : byte) == folded[index] else { return false }
        }
        return true
    }

    private static let receivedName = Array("received".utf8)

    private static let listNames = [
        "list-id", "list-post", "list-unsubscribe", "mailing-list", "precedence", "x-beenthere", "x-mailing-list",
    ].map { Array($0.utf8) }

    private static let coreNames = [
        "message-id", "date", "from", "to", "cc", "subject", "reply-to", "sender", "mime-version", "content-type",
        "content-transfer-encoding", "references", "in-reply-to", "user-agent", "x-mailer", "x-mimeole", "x-priority",
    ].map { Array($0.utf8) }
}
