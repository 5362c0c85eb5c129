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
}
