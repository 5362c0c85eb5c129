import SMTP

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

    /// Those of the headers that every mail program writes, a bit each.
    private var core: UInt128 = 0

    /// The number of headers without Received.
    var count: Int { ends.count }

    /// A header's name as spelt; `index` from 0 to `count` - 1.
    subscript(index: Int) -> ArraySlice<UInt8> {
        text[start(of: index)..<Int(ends[index])]
    }

    /// Adds a header's name.
    mutating func append(_ name: Span<UInt8>) {
        let word = FoldedWord(name)
        if word == Self.receivedName {
            received += 1
            return
        }
        guard ends.count < Self.mostHeaders else { return }
        if ends.isEmpty {
            text.reserveCapacity(160)
            ends.reserveCapacity(24)
        }
        for index in 0..<min(name.count, Self.longestName) { text.append(name[index]) }
        if Self.coreNames.contains(word) { core |= 1 << UInt128(ends.count) }
        ends.append(UInt16(text.count))
        if !isList, Self.listNames.contains(word) { isList = true }
    }

    /// Adds a header's name to an answer.
    @inline(__always)
    func add(_ index: Int, to token: inout some FeatureToken) {
        for place in start(of: index)..<Int(ends[index]) { token.append(text[place]) }
    }

    /// Whether the header's name is spelt as that of an earlier one. O(`index`).
    func isRepeated(_ index: Int) -> Bool {
        let length = Int(ends[index]) - start(of: index)
        for other in 0..<index where Int(ends[other]) - start(of: other) == length {
            if self[other] == self[index] { return true }
        }
        return false
    }

    private func start(of index: Int) -> Int { index == 0 ? 0 : Int(ends[index - 1]) }

    /// Counts Received fields whose places are not known.
    mutating func noteReceived(_ count: Int) { received += count }

    /// Forgets all headers: another message begins.
    mutating func removeAll() {
        text.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
        received = 0
        isList = false
        core = 0
    }

    /// Whether the header is one that every mail program writes, whatever its spelling.
    func isCore(_ index: Int) -> Bool { core & 1 << UInt128(index) != 0 }

    private static let receivedName = FoldedWord("received")

    private static let listNames = [
        "list-id", "list-post", "list-unsubscribe", "mailing-list", "precedence", "x-beenthere", "x-mailing-list",
    ].map { FoldedWord($0) }

    private static let coreNames = [
        "message-id", "date", "from", "to", "cc", "subject", "reply-to", "sender", "mime-version", "content-type",
        "content-transfer-encoding", "references", "in-reply-to", "user-agent", "x-mailer", "x-mimeole", "x-priority",
    ].map { FoldedWord($0) }
}
