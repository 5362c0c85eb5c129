/// What a session has done that bears on likelihoods: which steps from one kind of message to another it took, and how it
/// worded its messages. A few hundred bytes, whatever the model's size; scores are made of it when somebody asks.
struct LikelihoodTrail: Sendable {
    /// How often a session worded a message so, in a way that was news.
    struct Entry: Sendable {
        var wording: Wording
        var count: UInt32
    }

    private static let inlined = 6

    /// The most different wordings of one session that are counted. Nobody who means to deliver mail comes near.
    static let maximumWordings = 256

    private(set) var steps = InlineArray<9, UInt64>(repeating: 0)
    private var first = InlineArray<6, Entry>(repeating: Entry(wording: Wording(.other), count: 0))
    private var more: [Entry] = []
    private(set) var wordingCount = 0
    /// How often the server heard HELO and EHLO, as news.
    private(set) var heloCount: UInt16 = 0
    private(set) var ehloCount: UInt16 = 0
    private var lastHELO: Wording?
    private var lastMail: Wording?
    private var lastRecipient: Wording?
    private var lastGreeting: Bool?

    /// The kind of the last message; the number of kinds before the first.
    private(set) var lastSlot = TemplateIndex.Slot.allCases.count

    /// The wordings with their counts.
    func entry(_ number: Int) -> Entry { number < Self.inlined ? first[number] : more[number - Self.inlined] }

    /// Whether a step, by its number below 576, was taken.
    func holds(step: Int) -> Bool { steps[step / 64] & 1 << UInt64(step % 64) != 0 }

    /// Notes a message of a kind after a reply. How often a client goes the same way (recipients, mails, guesses) is up to
    /// what it has to send: a step counts once. Of HELO, MAIL and RCPT only another wording than the last one's counts.
    mutating func note(
        _ slot: TemplateIndex.Slot, _ wording: Wording, after reply: ReplyPattern.Class, _ index: TemplateIndex
    ) {
        let before = slot == .heloAfterAbort ? Int(TemplateIndex.Slot.reset.rawValue) : lastSlot
        let step = LikelihoodTable.step(from: before, after: reply, to: wording.slot)
        steps[step / 64] |= 1 << UInt64(step % 64)
        lastSlot = Int(wording.slot.rawValue)
        guard isNews(wording, index) else { return }
        count(wording)
    }

    /// Notes which greeting the server heard.
    mutating func note(isExtended: Bool) {
        guard lastGreeting != isExtended else { return }
        lastGreeting = isExtended
        if isExtended {
            ehloCount = ehloCount == .max ? .max : ehloCount + 1
        } else {
            heloCount = heloCount == .max ? .max : heloCount + 1
        }
    }

    private mutating func isNews(_ wording: Wording, _ index: TemplateIndex) -> Bool {
        func differs(_ last: Wording?) -> Bool { last.map { !index.isSame($0, wording) } ?? true }
        switch wording.slot {
        case .helo:
            defer { lastHELO = wording }
            return differs(lastHELO)
        case .mail:
            defer { lastMail = wording }
            return differs(lastMail)
        case .recipient:
            defer { lastRecipient = wording }
            return differs(lastRecipient)
        default: return true
        }
    }

    private mutating func count(_ wording: Wording) {
        for number in 0..<min(wordingCount, Self.inlined) where first[number].wording == wording {
            first[number].count = first[number].count == .max ? .max : first[number].count + 1
            return
        }
        if let number = more.firstIndex(where: { $0.wording == wording }) {
            more[number].count = more[number].count == .max ? .max : more[number].count + 1
            return
        }
        guard wordingCount < Self.maximumWordings else { return }
        if wordingCount < Self.inlined {
            first[wordingCount] = Entry(wording: wording, count: 1)
        } else {
            more.append(Entry(wording: wording, count: 1))
        }
        wordingCount += 1
    }
}
