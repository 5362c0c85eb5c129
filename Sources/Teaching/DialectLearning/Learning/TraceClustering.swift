import Dialects

/// Sorts conversations whose program nobody named into groups that can be of one program each.
///
/// Conversations with the same ``TraceProfile`` stay together; profiles join, richest first, the group that they share
/// most with and contradict in nothing. What comes out depends on the conversations alone.
enum TraceClustering {
    /// How many aspects a profile must share with a group to join it. A profile that shows less than that joins none.
    static let minimumShared = 4

    /// The groups, the one with the most conversations first.
    ///
    /// Complexity: O(profiles x groups).
    static func groups(of traces: [Trace: Int]) -> [[Trace: Int]] {
        var members: [TraceProfile: [Trace: Int]] = [:]
        for (trace, count) in traces { members[TraceProfile(trace), default: [:]][trace] = count }
        var groups: [(profile: TraceProfile, traces: [Trace: Int])] = []
        for profile in members.keys.sorted() {
            let some = members[profile, default: [:]]
            let fitting = groups.indices.filter { groups[$0].profile.agrees(with: profile) }
            let shared = fitting.map { groups[$0].profile.shared(with: profile) }
            if let most = shared.max(), most >= minimumShared, let place = shared.firstIndex(of: most) {
                groups[fitting[place]].profile.merge(profile)
                groups[fitting[place]].traces.merge(some, uniquingKeysWith: +)
            } else {
                groups.append((profile, some))
            }
        }
        let sizes: [Int] = groups.map { $0.traces.values.reduce(0, +) }
        let order = groups.indices.sorted { (one: Int, other: Int) -> Bool in
            if sizes[one] != sizes[other] { return sizes[one] > sizes[other] }
            return groups[one].profile < groups[other].profile
        }
        return order.map { groups[$0].traces }
    }
}
