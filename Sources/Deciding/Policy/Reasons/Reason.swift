/// One of the reasons of a verdict, as it is logged, journalled and explained.
///
/// Every word that can stand in `reason=` of a log line is one of these, and every place that shows or reads reasons goes
/// through here.
public enum Reason: Sendable, Hashable {
    /// Something counts against the client.
    case signal(Signal)

    /// The client or the recipient is left alone.
    case exempt(Exemption)

    /// Less was done than the client deserved.
    case limited(Exemption)

    /// Where the client stands with the greylist.
    case standing(GreylistStanding)

    /// The breaker has switched something off.
    case suspended(BreakerCause)

    /// The administrator has undone this lie.
    case lieUndone

    /// A lie was due, and something kept it from being told.
    case noLie(LieObstacle)

    /// The verdict was reached at the end of the message, by its headers.
    case atEndOfMessage

    /// The client was asked a question, by its name.
    case asked(String)

    /// Nothing counted against the client.
    case none

    /// A word that is not in the table: from a journal that another version has written, or of a detector that is not
    /// Argot's own, whose sentence the journal does not keep. The word itself is kept wherever reasons are.
    case unknown(String)

    private static let askedPrefix = "probe."
    private static let breakerPrefix = "breaker."

    /// The word used in logs and in the journal.
    public var word: String {
        switch self {
        case .signal(let signal): signal.word
        case .exempt(let exemption): exemption.rawValue
        case .limited(let exemption): exemption.limitWord
        case .standing(let standing): standing.word
        case .suspended(let cause): "\(Self.breakerPrefix)\(cause)"
        case .lieUndone: "lie.undone"
        case .noLie(let obstacle): obstacle.rawValue
        case .atEndOfMessage: "message.headers"
        case .asked(let question): Self.askedPrefix + question
        case .none: "none"
        case .unknown(let word): word
        }
    }

    /// The reason of a word, which is never refused.
    public init(word: String) {
        if let signal = Signal(word: word) {
            self = .signal(signal)
        } else if let exemption = Exemption(rawValue: word) {
            self = .exempt(exemption)
        } else if let exemption = Exemption.allCases.first(where: { $0.limitWord == word }) {
            self = .limited(exemption)
        } else if let obstacle = LieObstacle(rawValue: word) {
            self = .noLie(obstacle)
        } else if let standing = GreylistStanding(word: word) {
            self = .standing(standing)
        } else if word.hasPrefix(Self.breakerPrefix) {
            self = .suspended(BreakerCause(word: String(word.dropFirst(Self.breakerPrefix.count))))
        } else if word.hasPrefix(Self.askedPrefix) {
            self = .asked(String(word.dropFirst(Self.askedPrefix.count)))
        } else {
            switch word {
            case Reason.lieUndone.word: self = .lieUndone
            case Reason.atEndOfMessage.word: self = .atEndOfMessage
            case Reason.none.word: self = .none
            default: self = .unknown(word)
            }
        }
    }

    /// What it says, in a sentence; the word itself where it is not known.
    public var sentence: String {
        switch self {
        case .signal(let signal): signal.sentence
        case .exempt(let exemption): exemption.sentence
        case .limited(let exemption): exemption.limitSentence
        case .standing(let standing): standing.sentence
        case .suspended(let cause): "the breaker has switched off \(cause): what it says does not count"
        case .lieUndone: "the administrator has undone this lie: the client is let in"
        case .noLie(let obstacle): obstacle.sentence
        case .atEndOfMessage: "this verdict was reached at the end of the message, because of its headers"
        case .asked(let question): "it was asked to come back, to see how it takes the reply \(question)"
        case .none: "nothing counted against the client"
        case .unknown(let word): word
        }
    }

    /// Whether it says where the client stands with the greylist.
    public var isStanding: Bool { if case .standing = self { true } else { false } }

    /// Whether it tells how a verdict came about, and not why: where the client stands, when it was judged, why no lie was told.
    public var isCircumstance: Bool {
        switch self {
        case .standing, .atEndOfMessage, .noLie: true
        default: false
        }
    }

    /// The words that never change, in the order of the documents: all but the breaker's and the questions'.
    public static let table: [Reason] =
        Signal.all.map(Reason.signal) + Exemption.allCases.map(Reason.exempt)
        + Exemption.allCases.filter { $0.reach == .refusal }.map(Reason.limited)
        + [GreylistStanding.new, .early(secondsLeft: 0), .passed, .allowListed].map(Reason.standing)
        + [.lieUndone] + LieObstacle.allCases.map(Reason.noLie) + [.atEndOfMessage, .none]
}
