/// What a spammer can do so as not to be recognised by his targets.
public enum Evasion: String, CaseIterable, Sendable {
    /// Nothing: the base line.
    case none

    /// Every bot writes to a single domain.
    case oneDomain = "one domain per bot"

    /// Bots choose domains as honest senders do.
    case mimicry

    /// Every bot sends one mail a period.
    case oneMail = "one mail per window"

    /// Three mails to domains popular with honest senders for each real one.
    case camouflage

    /// Every mail is sent four times, as people write more than once to whom they write.
    case repetition

    /// A compromised sensor reports mails that were never sent, among them spam by honest senders.
    case poisoning = "poisoning sensor"

    /// A compromised sensor reports single innocent addresses as spammers.
    case framing = "framing an innocent"

    /// Whether it takes a compromised sensor.
    public var needsSensor: Bool { self == .poisoning || self == .framing }

    /// What a spammer pays for it, in words.
    public var price: String {
        switch self {
        case .none: "-"
        case .oneDomain: "as many bots as there were domains per bot"
        case .mimicry: "most mail goes where the list did not want it"
        case .oneMail: "all other mail of the bot"
        case .camouflage: "three wasted messages for each"
        case .repetition: "three wasted messages for each"
        case .poisoning, .framing: "must control a sensor that teaches"
        }
    }
}
