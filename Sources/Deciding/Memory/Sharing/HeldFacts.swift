import Policy
import SMTP

/// What a place outside holds: what of one's own is missing there is told by it. Twenty to forty bytes a fact.
public struct HeldFacts: Sendable {
    /// The greylisted attempts, as all servers together have them; by half of the key, which is as good as random. What two
    /// share that way is published once more than needed.
    private var attempts: [UInt64: (first: Int64, last: Int64, hasPassed: Bool)] = [:]
    /// When this server's own records there were last changed, and what they count.
    private var histories: [HistoryKind: [UInt64: (last: Int64, count: Int)]] = [:]

    /// Nothing.
    public init() {}

    /// Notes what is held. O(1).
    public mutating func note(_ fact: SharedFact, isOwn: Bool) {
        switch fact {
        case .greylist(let key, let entry):
            var held = attempts[Self.half(key)] ?? (entry.firstSeen.seconds, entry.lastSeen.seconds, entry.hasPassed)
            held.first = min(held.first, entry.firstSeen.seconds)
            held.last = max(held.last, entry.lastSeen.seconds)
            held.hasPassed = held.hasPassed || entry.hasPassed
            attempts[Self.half(key)] = held
        case .history(let kind, let key, let record) where isOwn:
            histories[kind, default: [:]][Self.half(key)] = (record.lastSeen.seconds, record.count)
        default: break
        }
    }

    /// Whether all that an own fact says is held. O(1).
    public func covers(_ fact: SharedFact) -> Bool {
        switch fact {
        case .greylist(let key, let entry):
            guard let held = attempts[Self.half(key)] else { return false }
            return entry.firstSeen.seconds >= held.first && entry.lastSeen.seconds <= held.last
                && (held.hasPassed || !entry.hasPassed)
        case .history(let kind, let key, let record):
            guard let held = histories[kind]?[Self.half(key)] else { return false }
            return held == (record.lastSeen.seconds, record.count)
        default: return false
        }
    }

    private static func half(_ key: KeyedHash) -> UInt64 { UInt64(truncatingIfNeeded: key.bits) }
}
