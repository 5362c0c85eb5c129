/// What an honest list server that sites judge falsely gives up, by how they lie and by its software.
public struct ListTable: Sendable {
    /// How the sites lie.
    public let rates: [LieRate]

    /// The share of its subscriptions that are lost in a month, by rate, then in the order of ``BounceRule/compared``.
    public let lost: [[Estimate]]

    /// The share of its posts that are put off for a while, by rate.
    public let deferred: [Estimate]

    /// Plays all of it, under the limits and caps of the options. O(rates · runs · subscriptions).
    public init(_ options: GameOptions, rates: [LieRate] = LieRate.compared, subscriptions: Int = 300) {
        self.rates = rates
        let played = rates.map { rate in
            BounceRule.compared.map { rule in
                (0..<max(0, options.runs)).map { run in
                    ListServerGame.play(
                        rule, by: .server, probability: 1, rate: rate, options: options,
                        seed: options.seed &+ UInt64(truncatingIfNeeded: run), subscriptions: subscriptions)
                }
            }
        }
        lost = played.map { $0.map { Estimate($0.map(\.share)) } }
        deferred = played.map { rules in
            Estimate(
                (rules.first ?? []).map { Double($0.deferred) / Double(max(1, $0.deferred + $0.lies)) })
        }
    }
}
