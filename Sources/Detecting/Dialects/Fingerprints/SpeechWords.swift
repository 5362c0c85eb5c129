import SMTP

/// The words of a part of a session, one for each command: hashed to the last, and kept as text as far as there is room.
///
/// A word that comes twice in a row counts once: how many recipients a message has is not the program's doing.
struct SpeechWords: Sendable {
    /// The hash of all words.
    private(set) var hash = FNVHash()

    /// The words, separated by `; `; at most ``room`` bytes.
    private(set) var text: [UInt8] = []

    private var last = FNVHash()

    /// How many bytes of text are kept.
    static let room = DialectFingerprints.longestShape

    /// Whether there is no word.
    var isEmpty: Bool { hash.value == FNVHash().value }

    /// Adds a word. O(length of the word).
    mutating func add(_ word: [UInt8]) {
        let hash = FNVHash(word)
        guard hash != last || isEmpty else { return }
        last = hash
        self.hash.add(word)
        self.hash.add(0)
        if !text.isEmpty, text.count < Self.room { text += "; ".utf8 }
        if text.count < Self.room { text += word.prefix(Self.room - text.count) }
    }
}
