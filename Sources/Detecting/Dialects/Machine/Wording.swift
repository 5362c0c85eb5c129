/// How a message is worded, as far as any template of a model tells: what it looks up in the tables, not the set of
/// templates that take it.
///
/// A few numbers whatever the model's size, so that a session can keep them and a step can be looked up by them. The set
/// is made from them when somebody needs it.
struct Wording: Sendable, Hashable {
    /// The kind of message; never `.heloAfterAbort`, which is worded as HELO is.
    var slot: TemplateIndex.Slot

    /// HELO: form and class of traits. MAIL and RCPT: form of the address, and whether it is the sender's.
    var shape: UInt16 = 0

    /// The fixed bytes; 0 where they do not show or do not matter, 1 for those that no template has.
    var spelling: UInt32 = 0

    /// The literal argument of HELO, the literal address, the unknown command, or the headers that a message begins with;
    /// 0 for none that a template names.
    var text: UInt32 = 0

    /// HELO: the argument with its first label open. MAIL and RCPT: the parameters. 0 for none that a template names.
    var first: UInt32 = 0

    /// HELO: the argument with its second label open.
    var second: UInt32 = 0

    init(_ slot: TemplateIndex.Slot) {
        self.slot = slot == .heloAfterAbort ? .helo : slot
    }

    /// All of it in three words.
    var words: (UInt64, UInt64, UInt64) {
        (
            UInt64(slot.rawValue) << 48 | UInt64(shape) << 32 | UInt64(spelling), UInt64(text) << 32 | UInt64(first),
            UInt64(second)
        )
    }

    func hash(into hasher: inout Hasher) {
        let words = self.words
        hasher.combine(words.0)
        hasher.combine(words.1)
        hasher.combine(words.2)
    }
}
