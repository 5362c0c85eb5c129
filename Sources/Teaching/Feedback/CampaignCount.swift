internal import SMTP

/// Counts what one campaign asks for.
struct CampaignCount {
    /// When the campaign was first lied to about a recipient, and in which session.
    struct Lie {
        var time: UnixTime
        var session: String
    }

    private var recipients: Set<KeyedHash> = []
    private var messages = 0
    private var seen: ClosedRange<UnixTime>?
    private var lies: [KeyedHash: Lie] = [:]
    private var firstLie: UnixTime?
    private var counts: [KeyedHash: (asked: Int, since: Int)] = [:]
    private var beforeFirstLie = 0

    /// Notes a lie; all of them come before the first message is counted.
    mutating func add(_ lie: Lie, about recipient: KeyedHash) {
        firstLie = min(firstLie ?? lie.time, lie.time)
        guard let known = lies[recipient] else { return lies[recipient] = lie }
        if (lie.time, lie.session) < (known.time, known.session) { lies[recipient] = lie }
    }

    /// Counts a request. What came in the session of the lie itself was asked before the client could have learned from it.
    mutating func add(to recipient: KeyedHash, at time: UnixTime, session: String) {
        messages += 1
        recipients.insert(recipient)
        seen = seen.map { min($0.lowerBound, time)...max($0.upperBound, time) } ?? time...time
        guard let lie = lies[recipient], lie.session != session else { return }
        if time < lie.time {
            counts[recipient, default: (0, 0)].asked += 1
        } else {
            counts[recipient, default: (0, 0)].since += 1
        }
        if let firstLie, time < firstLie { beforeFirstLie += 1 }
    }

    /// What was counted; `nil` for a campaign that was not lied to, or that nothing is known of.
    func effect(on campaign: Campaign) -> CampaignEffect? {
        guard let seen, let firstLie else { return nil }
        var effect = CampaignEffect(
            campaign, firstSeen: seen.lowerBound, lastSeen: seen.upperBound, firstLie: firstLie)
        effect.messages = messages
        effect.recipients = recipients.count
        effect.liedAbout = lies.count
        effect.beforeFirstLie = beforeFirstLie
        // In the order of time: a sum of fractions is to be the same at every run.
        for (recipient, lie) in lies.sorted(by: { ($0.value.time, $0.key.bits) < ($1.value.time, $1.key.bits) }) {
            let known = lie.time - seen.lowerBound
            // A recipient that it had not asked for before has no rate, and does not count as one that it left.
            guard let (asked, since) = counts[recipient], asked > 0, known > 0 else { continue }
            let left = max(0, seen.upperBound - lie.time)
            effect.asked += asked
            effect.askedSince += since
            effect.expected += Double(asked) * Double(left) / Double(known)
            if since == 0, left > 0 {
                effect.silent += 1
                effect.silentMessages += asked
            }
        }
        return effect
    }
}
