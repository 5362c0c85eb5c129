import Policy

extension GreylistEntry: Mergeable {
    /// Takes in what another server knows of the attempt: its earliest and its latest time, and that it has passed if it has
    /// anywhere. So who was put off at one server passes at another one after the delay.
    ///
    /// An attempt that is too old is dropped before it is merged: its first time would hold for a new attempt.
    public mutating func merge(_ other: GreylistEntry) {
        firstSeen = min(firstSeen, other.firstSeen)
        lastSeen = max(lastSeen, other.lastSeen)
        hasPassed = hasPassed || other.hasPassed
        place = NetworkPlace.agreed(place, other.place)
    }
}

extension NetworkPlace {
    /// The place that both agree on: one that is known; of two, which differ only under different settings, the larger.
    static func agreed(_ one: NetworkPlace?, _ other: NetworkPlace?) -> NetworkPlace? {
        guard let one, let other else { return one ?? other }
        let isLess = (one.network, one.block, one.allocation) < (other.network, other.block, other.allocation)
        return isLess ? other : one
    }
}
