import Policy
import SMTP

/// A server's own record of a client. Nobody else changes it, so of two states the later one holds: that with the later
/// message, of one second the one that has lost its standing, then the one that counts more.
extension ClientRecord: Mergeable {
    /// Takes the later of two states of one server's record.
    public mutating func merge(_ other: ClientRecord) {
        if isEarlier(than: other) { self = other }
    }

    private func isEarlier(than other: ClientRecord) -> Bool {
        let own = (lastSeen, revokedAt?.seconds ?? .min, count)
        let others = (other.lastSeen, other.revokedAt?.seconds ?? .min, other.count)
        if own != others { return own < others }
        if firstSeen != other.firstSeen { return firstSeen > other.firstSeen }
        return place != other.place && NetworkPlace.agreed(place, other.place) == other.place
    }
}

extension PerServer<ClientRecord> {
    /// What all servers together know of a client: its first and its last message anywhere, the sum of its clean messages,
    /// and the last loss of its standing, which ends what was counted before at whichever server. O(servers).
    ///
    /// A server that learns of such a loss begins its own record again, so that it holds when the one that found it has
    /// forgotten it.
    public var combined: ClientRecord {
        let records = parts.values
        let revoked = records.compactMap(\.revokedAt).max()
        let counting = records.filter { record in revoked.map { record.firstSeen > $0 } ?? true }
        let last = records.map(\.lastSeen).max() ?? UnixTime(seconds: 0)
        let count = counting.reduce(0) { sum, record in
            let (total, overflow) = sum.addingReportingOverflow(record.count)
            return overflow ? .max : total
        }
        let place = records.map(\.place).reduce(nil, NetworkPlace.agreed)
        return ClientRecord(
            firstSeen: counting.map(\.firstSeen).min() ?? revoked ?? last, lastSeen: last, count: count,
            revokedAt: revoked, place: place)
    }
}
