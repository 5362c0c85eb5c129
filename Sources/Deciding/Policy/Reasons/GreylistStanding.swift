/// Where a suspicious client stands with the greylist.
public enum GreylistStanding: Sendable, Hashable {
    /// The attempt is the first of its kind.
    case new

    /// The attempt came again before the delay was over; so many seconds are left.
    case early(secondsLeft: Int64)

    /// The attempt came again after the delay, now or earlier.
    case passed

    /// The client's network has passed often enough to be on the automatic allow list.
    case allowListed

    /// Whether the client is let in.
    public var isPassed: Bool {
        switch self {
        case .new, .early: false
        case .passed, .allowListed: true
        }
    }

    /// The word used in logs.
    public var word: String {
        switch self {
        case .new: "greylist.new"
        case .early: "greylist.early"
        case .passed: "greylist.passed"
        case .allowListed: "greylist.allow-listed"
        }
    }
    /// What it says, as a sentence about the client.
    public var sentence: String {
        switch self {
        case .new: "the attempt was the first of its kind: the client is asked to come back"
        case .early: "the client came back before the delay was over"
        case .passed: "the client had come back after the delay, as mail software does"
        case .allowListed: "the client's network has passed greylisting often enough"
        }
    }

    /// The standing of a word, whose seconds a word does not tell; `nil` for any other word.
    init?(word: String) {
        let all: [GreylistStanding] = [.new, .early(secondsLeft: 0), .passed, .allowListed]
        guard let standing = all.first(where: { $0.word == word }) else { return nil }
        self = standing
    }
}
