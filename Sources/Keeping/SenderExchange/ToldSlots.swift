/// How many messages of each slot of time were submitted, for as long back as is looked at again: by it is known of which
/// slots more has become known since, by an import or because counts were stored late.
public struct ToldSlots: Hashable, Sendable {
    /// Since when it is known what was told; `nil` where it is not. A slot since then that is not listed had no messages.
    var from: Int64?

    /// By slot, the messages.
    var mails: [Int64: UInt64] = [:]

    /// Nothing is known.
    public init() {}

    /// Slots before `start` that have more messages now than were told, ascending; the newest, if there are more than a
    /// submission may correct. What was forgotten meanwhile changes nothing. O(slots log slots).
    func slots(thatGrewTo now: [Int64: UInt64], before start: Int64) -> [Int64] {
        guard let from else { return [] }
        let grown = now.filter { from <= $0.key && $0.key < start && $0.value > mails[$0.key] ?? 0 }
        return grown.keys.sorted().suffix(SenderSubmission.mostCorrected)
    }

    /// What is told once everything from `start` on, and what had grown before, was submitted too.
    ///
    /// - Parameter oldest: what lies before is not looked at again.
    func noting(_ now: [Int64: UInt64], from start: Int64, oldest: Int64) -> ToldSlots {
        var next = ToldSlots()
        let known = max(from ?? start, oldest)
        next.mails = mails.filter { $0.key >= known }
        for (slot, count) in now where slot >= known { next.mails[slot] = max(count, next.mails[slot] ?? 0) }
        let extra = next.mails.count - SenderSubmission.mostCorrected
        next.from = known
        // With slots of a second, no more of them are watched than can be corrected.
        if extra > 0 {
            let slots = next.mails.keys.sorted()
            for slot in slots.prefix(extra) { next.mails[slot] = nil }
            next.from = slots[extra]
        }
        return next
    }
}
