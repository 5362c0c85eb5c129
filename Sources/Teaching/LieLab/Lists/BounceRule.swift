/// When a list's software gives a subscriber up whose address is called unknown.
public enum BounceRule: Sendable, Hashable {
    /// At the first hard bounce: what most mailing services do.
    case atOnce

    /// After so many in a row.
    case inARow(Int)

    /// By a score: one point for each day with a bounce, forgotten after so many days without one (Mailman 2.1:
    /// `bounce_score_threshold` 5, `bounce_info_stale_after` 7 days).
    case score(threshold: Int, stale: Int)

    /// What Mailman does unless it is told otherwise.
    public static let mailman = BounceRule.score(threshold: 5, stale: 7)

    /// Those that are compared.
    public static let compared = [atOnce, inARow(3), mailman]

    /// As tables name it.
    public var name: String {
        switch self {
        case .atOnce: "first bounce"
        case .inARow(let count): "\(count) bounces in a row"
        case .score(let threshold, _): "Mailman's score of \(threshold)"
        }
    }
}
