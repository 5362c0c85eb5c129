/// What a feature looks at. Evidence is explained, and left out for comparison, a family at a time.
public enum FeatureFamily: String, Sendable, Hashable, CaseIterable {
    /// The HELO argument by itself.
    case helo

    /// The client's reverse name by itself.
    case name

    /// HELO and the reverse name compared.
    case relation

    /// HELO or EHLO.
    case greeting

    /// The sender's domain compared with HELO and the reverse name.
    case sender

    /// How many hops the message claims to have had.
    case received

    /// The program that the message claims to be written with.
    case mailer

    /// The forms of Message-ID and Date.
    case identifier

    /// Which headers there are.
    case headers

    /// In which order and spelling they come.
    case order

    /// Whether features of the family exist before DATA.
    public var isKnownBeforeData: Bool {
        switch self {
        case .helo, .name, .relation, .greeting, .sender: true
        case .received, .mailer, .identifier, .headers, .order: false
        }
    }
}
