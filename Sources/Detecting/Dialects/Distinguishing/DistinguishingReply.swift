import SMTP

/// The reply that tells most about which of several dialects a client speaks.
public struct DistinguishingReply: Sendable, Hashable {
    /// What a dialect does after it.
    public struct Answer: Sendable, Hashable {
        /// The dialect.
        public let dialect: DialectMatch.DialectName

        /// What it does.
        public let reaction: ProbeReaction
    }

    /// The reply.
    public let variation: ReplyVariation

    /// The information that the client's reaction is expected to give about its dialect, in bits.
    public let gain: Double

    /// The gain less what the reply may do to honest mail.
    public let worth: Double

    /// What each possible dialect does, in the model's order.
    public let answers: [Answer]

    /// Whether hostile and other dialects can be told apart by the reaction, whatever it is. `false` when the reaction of
    /// one is not known.
    public var separatesHostile: Bool {
        let hostile = answers.filter { $0.dialect.dialectClass.isHostile }
        let others = answers.filter { !$0.dialect.dialectClass.isHostile }
        guard !hostile.isEmpty, !others.isEmpty, answers.allSatisfy({ !$0.reaction.isUnknown }) else { return false }
        return hostile.allSatisfy { bad in others.allSatisfy { bad.reaction.isDisjoint(with: $0.reaction) } }
    }

    /// How likely the client's reaction is one that only a hostile engine shows, after what it has shown before, 0...1:
    /// how likely the question is to change a verdict. Unknown software may react in any way.
    public func chanceOfConviction(under posterior: DialectPosterior) -> Double {
        let shares = Dictionary(posterior.best.map { ($0.name.name, $0.probability) }) { $1 }
        var hostile: [Int: Double] = [:]
        var others: [Int: Double] = [:]
        var unknown = posterior.unknownSoftware
        for answer in answers {
            let share = shares[answer.dialect.name] ?? 0
            let outcomes = answer.reaction.outcomes
            guard !answer.reaction.isUnknown, !outcomes.isEmpty else {
                if !answer.dialect.dialectClass.isHostile { unknown += share }
                continue
            }
            for outcome in outcomes {
                let part = share / Double(outcomes.count)
                if answer.dialect.dialectClass.isHostile {
                    hostile[outcome, default: 0] += part
                } else {
                    others[outcome, default: 0] += part
                }
            }
        }
        return hostile.reduce(0) { chance, outcome in
            let all = outcome.value + (others[outcome.key] ?? 0) + unknown
            return outcome.value >= DialectPosterior.hostileThreshold * all ? chance + outcome.value : chance
        }
    }

    /// What harm to honest mail weighs, in bits.
    static func cost(of harm: ProbeHarm) -> Double {
        switch harm {
        case .none: 0
        case .mayHang: 0.25
        case .mayLoseMail: 0.5
        }
    }
}
