/// Phrases, found in a text in one pass: for every place only those are tried that begin with the byte that stands there.
struct PhraseTable: Sendable {
    /// What a phrase tells; several may be found in one text.
    struct Topics: OptionSet, Sendable {
        let rawValue: UInt16

        /// The administrator's texts.
        static let ownBlocklist = Topics(rawValue: 1 << 0)
        static let ownPolicy = Topics(rawValue: 1 << 1)

        /// What another server has said about the recipient.
        static let othersWord = Topics(rawValue: 1 << 2)
        static let undeliverable = Topics(rawValue: 1 << 3)
        static let blocklist = Topics(rawValue: 1 << 4)
        static let recipientListed = Topics(rawValue: 1 << 5)
        static let mailboxFull = Topics(rawValue: 1 << 6)
        static let relayDenied = Topics(rawValue: 1 << 7)
        static let temporary = Topics(rawValue: 1 << 8)
        static let unknownUser = Topics(rawValue: 1 << 9)
        static let policy = Topics(rawValue: 1 << 10)
        static let recipientRule = Topics(rawValue: 1 << 11)
    }

    private struct Phrase {
        let bytes: [UInt8]
        let topics: Topics
        /// Whether no letter or digit may stand beside it.
        let isWord: Bool
    }

    /// The phrases by their first byte.
    private var byFirst: [[Phrase]] = Array(repeating: [], count: 256)

    /// An empty table.
    init() {}

    /// Adds phrases, in any letter case. An empty one is left out.
    mutating func add(_ phrases: [String], _ topics: Topics, areWords: Bool = false) {
        for phrase in phrases {
            let bytes = phrase.utf8.map(Self.lower)
            guard let first = bytes.first else { continue }
            byFirst[Int(first)].append(Phrase(bytes: bytes, topics: topics, isWord: areWords))
        }
    }

    /// What the phrases in a text, which is in lower case, tell. O(length × phrases with one first byte).
    func topics(in text: [UInt8]) -> Topics {
        var found: Topics = []
        for start in text.indices {
            for phrase in byFirst[Int(text[start])] where !found.isSuperset(of: phrase.topics) {
                if Self.stands(phrase, in: text, at: start) { found.formUnion(phrase.topics) }
            }
        }
        return found
    }

    private static func stands(_ phrase: Phrase, in text: [UInt8], at start: Int) -> Bool {
        let end = start + phrase.bytes.count
        guard end <= text.count else { return false }
        for offset in phrase.bytes.indices where text[start + offset] != phrase.bytes[offset] { return false }
        guard phrase.isWord else { return true }
        return (start == 0 || !isLetterOrDigit(text[start - 1])) && (end == text.count || !isLetterOrDigit(text[end]))
    }

    private static func isLetterOrDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte || 0x61...0x7a ~= byte }

    static func lower(_ byte: UInt8) -> UInt8 { 0x41...0x5a ~= byte ? byte | 0x20 : byte }
}
