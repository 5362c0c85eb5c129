/// How well each dialect of a model explains a session so far: two bytes a dialect and 200 more. No allocation.
struct LikelihoodScores: Sendable {
    /// The most dialects that are scored.
    static let capacity = DialectModel.maximumDialects

    private var scores = InlineArray<128, Int16>(repeating: 0)
    private var steps = InlineArray<16, UInt64>(repeating: 0)
    private var lastHELO: TemplateMask?
    private var lastMail: TemplateMask?
    private var lastRecipient: TemplateMask?
    private var lastGreeting: Bool?

    /// The kind of the last message; the number of kinds before the first.
    var lastSlot = TemplateIndex.Slot.allCases.count

    subscript(dialect: Int) -> Int16 { scores[dialect] }

    mutating func add(_ score: Int16, to dialect: Int) {
        let (sum, overflows) = scores[dialect].addingReportingOverflow(score)
        scores[dialect] = overflows ? (score > 0 ? .max : .min) : sum
    }

    /// Notes a step from one kind of message to another, by its number below 1,024; returns whether it is the first of its
    /// kind. How often a client goes the same way (recipients, mails, guesses) is up to what it has to send.
    mutating func note(step: Int) -> Bool {
        let bit: UInt64 = 1 << UInt64(step % 64)
        defer { steps[step / 64] |= bit }
        return steps[step / 64] & bit == 0
    }

    /// Notes how a message was worded; returns whether that is news.
    mutating func note(_ templates: TemplateMask, in slot: TemplateIndex.Slot) -> Bool {
        switch slot {
        case .helo:
            defer { lastHELO = templates }
            return lastHELO != templates
        case .mail:
            defer { lastMail = templates }
            return lastMail != templates
        case .recipient:
            defer { lastRecipient = templates }
            return lastRecipient != templates
        default: return true
        }
    }

    /// Notes which greeting the server heard; returns whether that is news.
    mutating func note(isExtended: Bool) -> Bool {
        defer { lastGreeting = isExtended }
        return lastGreeting != isExtended
    }
}
