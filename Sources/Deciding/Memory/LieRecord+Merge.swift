import Policy
import SMTP

extension LieRecord: Mergeable {
    /// Takes in what another server knows of the lie about the same recipient to the same network: the words of the first
    /// telling, the last telling, the larger count, and the first undoing, which no server takes back. One that was told
    /// anywhere was told: when and how often it was spared does not count beside that.
    public mutating func merge(_ other: LieRecord) {
        guard arm == other.arm else {
            let undone = [undoneAt, other.undoneAt].compactMap(\.self).min()
            if other.isTold { self = other }
            undoneAt = undone
            return
        }
        let (last, times) = (max(lastTold, other.lastTold), max(timesTold, other.timesTold))
        let undone = [undoneAt, other.undoneAt].compactMap(\.self).min()
        if other.isEarlier(than: self) { self = other }
        (lastTold, timesTold, undoneAt) = (last, times, undone)
    }

    private func isEarlier(than other: LieRecord) -> Bool {
        if (time, session) != (other.time, other.session) { return (time, session) < (other.time, other.session) }
        // Two servers may give a session the same name: then the words decide, so that all take the same.
        let words = [recipientShown, dialect] + reasons
        return words.lexicographicallyPrecedes([other.recipientShown, other.dialect] + other.reasons)
    }
}
