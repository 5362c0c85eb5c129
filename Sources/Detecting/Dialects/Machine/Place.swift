import SMTP
import Synchronization

/// Where a session can be: the set of places of the dialects that are still possible (a node of B@bel's decision machine).
///
/// Immutable but for what is said of it, which is worked out when first asked for.
final class Place: Sendable {
    /// Unique in its machine and never used again.
    let number: UInt64

    /// The places of the graph, in ascending order.
    let positions: [UInt32]

    private let report = Mutex<MatchReport?>(nil)

    init(number: UInt64, positions: [UInt32]) {
        self.number = number
        self.positions = positions
    }

    /// What is said of it. O(1) but the first time.
    func report(_ make: ([UInt32]) -> MatchReport) -> MatchReport {
        if let known = report.withLock({ $0 }) { return known }
        let new = make(positions)
        return report.withLock { report in
            if let known = report { return known }
            report = new
            return new
        }
    }

    /// About how many bytes it takes.
    var weight: Int { 200 + positions.count * MemoryLayout<UInt32>.size }
}

/// What is said of a place.
struct MatchReport: Sendable {
    /// How many dialects are possible.
    let count: Int

    /// The dialect, when one is left.
    let decided: DialectMatch.DialectName?

    /// The classes of those that are possible.
    let classes: Set<DialectClass>

    /// The match in a word for logs.
    let label: String

    /// The states that the session can be in, as `dialect:state`; the first few of them.
    let states: String
}
