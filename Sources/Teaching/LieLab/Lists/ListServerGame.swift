/// An honest list server that a site judges falsely, day by day, beside the spammer: what it gives up.
public enum ListServerGame {
    /// What came of it.
    public struct Outcome: Sendable, Hashable {
        /// Subscriptions in all.
        public internal(set) var subscriptions = 0

        /// Those that were given up.
        public internal(set) var lost = 0

        /// Posts that were refused by a lie.
        public internal(set) var lies = 0

        /// Posts that were put off, and came later: list servers try again.
        public internal(set) var deferred = 0

        /// The share that was given up.
        public var share: Double { subscriptions > 0 ? Double(lost) / Double(subscriptions) : 0 }
    }

    /// Plays a month or so. O(days · subscriptions).
    ///
    /// - Parameters:
    ///   - probability: that a post is judged, or, with `.server`, all of them.
    ///   - subscriptions: how many, spread over kinds of lists by habit.
    ///   - undoneAfter: days after which the server is let in and its lies are undone; `nil` for never.
    public static func play(
        _ rule: BounceRule, by misjudgement: Misjudgement, probability: Double, rate: LieRate, options: GameOptions,
        seed: UInt64, subscriptions: Int, days: Int = 30, undoneAfter: Int? = nil, habits: ListHabits = .assumed
    ) -> Outcome {
        let chance = Chance(seed: seed)
        var site = SimulatedSite(
            isLying: true, rate: rate, options: options,
            lottery: LieLottery(
                site: 0, chance: chance, options: options, recipients: 0..<max(0, subscriptions)))
        var outcome = Outcome()
        var kept: [(subscription: Subscription, interval: Int, phase: Int)] = []
        for (interval, share) in zip(habits.intervals, habits.shares) {
            let count = max(0, Int((Double(subscriptions) * share).rounded()))
            for number in 0..<count {
                let phase = chance.below(interval, .listDay, number, interval)
                kept.append((Subscription(rule), max(1, interval), phase))
            }
        }
        outcome.subscriptions = kept.count
        for day in 0..<days {
            for number in kept.indices where !kept[number].subscription.isLost {
                guard day >= kept[number].phase, (day - kept[number].phase) % kept[number].interval == 0 else {
                    continue
                }
                let draw =
                    misjudgement == .post
                    ? chance.unit(.judged, number, day) : chance.unit(.judged, 0)
                let isUndone = undoneAfter.map { day >= $0 } ?? false
                let answer = site.answer(
                    SimulatedSite.Request(
                        recipient: number, kind: .live, network: 0, server: 0,
                        isJudged: !isUndone && draw < probability, isFlapping: false, day: day))
                switch answer {
                case .unknown: outcome.lies += 1
                case .deferred: outcome.deferred += 1
                case .accepted: break
                }
                kept[number].subscription.take(isBounced: answer.isUnknown, on: day)
            }
        }
        outcome.lost = kept.count { $0.subscription.isLost }
        return outcome
    }
}
