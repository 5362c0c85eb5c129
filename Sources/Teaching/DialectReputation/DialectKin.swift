import DialectLearning
public import Dialects
public import SMTP

/// Which dialects of a model speak like what a site has seen: proposals for names, and what would tell them apart.
public struct DialectKin {
    private let voices: DialectVoices
    private let pairs: [Vantage: [DialectPairs.Pair]]

    /// The kin of what is seen from `vantages`, in a model. For one too large to be compared no questions are proposed.
    public init(model: DialectModel, vantages: Set<Vantage>) {
        pairs = Dictionary(
            uniqueKeysWithValues: vantages.map { vantage in
                let pairs = try? DialectPairs(machine: DecisionMachine(model: model, vantage: vantage))
                return (vantage, pairs?.ambiguous ?? [])
            })
        voices = DialectVoices(of: model.dialects, at: vantages)
    }

    /// The dialects that can speak like `dialect`, in the model's order; those that only share the commands up to the
    /// first recipient are not told from it at that depth.
    public func names(like dialect: SiteDialect) -> [DialectMatch.DialectName] { voices.names(like: dialect) }

    /// The reply after which most of the bots that speak so do something else than the honest software that does, or that
    /// none is known; `nil` where no honest software or no bot speaks so.
    ///
    /// Where no known bot speaks so, those stand for the unknown one that make a whole delivery like that software.
    func question(about dialect: SiteDialect) -> SiteProposal? {
        let names = names(like: dialect)
        let hostile = Set(names.filter(\.dialectClass.isHostile).map(\.name))
        let honest = Set(names.map(\.name)).subtracting(hostile)
        func isApart(_ bot: DialectMatch.DialectName, _ software: DialectMatch.DialectName) -> Bool {
            honest.contains(software.name)
                && (hostile.isEmpty ? bot.dialectClass.isHostile : hostile.contains(bot.name))
        }
        let apart = (pairs[dialect.vantage] ?? []).filter {
            isApart($0.one, $0.other) || isApart($0.other, $0.one)
        }
        var counts: [String: Int] = [:]
        for pair in apart {
            if case .reply(let variation, _, _) = pair.distinction { counts[variation.id, default: 0] += 1 }
        }
        let best = counts.max { ($0.value, $1.key) < ($1.value, $0.key) }
        if let best { return .ask(best.key, pairs: best.value, of: apart.count) }
        return apart.isEmpty ? nil : .unaskable(pairs: apart.count)
    }
}
