public import Dialects

/// Asks each client everything in turn: repeated connections of one client fill its whole row of the reply matrix.
///
/// Each session has one stage as its aim, where the least often played variation is played, of several the one that
/// separated real programs best. Stages take turns, so that
/// the first answers come from all over the dialogue; a stage that a client never reached in three sessions is asked
/// only when it comes up by itself. HELO and RSET are brought about, where the mode allows it, by refusing EHLO and RCPT.
public struct CoverageAdvisor: VariationAdvisor {
    /// The order in which stages take turns.
    private static let order: [ProbeStage] = [
        .rcpt, .mail, .endOfData, .data, .ehlo, .greeting, .quit, .helo, .rset, .starttls, .noop, .other,
    ]

    /// Forms by how evenly the reactions of real programs to them differ, as far as that was measured, then the others.
    private static let forms: [ReplyForm] = [
        .successThenPermanent, .twoDigits, .textOnly, .closing, .permanentRefusal, .wrongKind, .codeOnly,
        .wrongSecondDigit, .permanentThenSuccess, .transientRefusal, .unrecognized, .emptyLine, .contradictingStatus,
        .wrongFirstDigit, .fourDigits, .unassignedCode, .doubledEnd, .successThenTransient, .transientThenSuccess,
        .bareLineFeed, .pieces, .bareCarriageReturn, .lateEnd, .severalLines, .slowLines, .delayed,
    ]

    private static let rank = Dictionary(uniqueKeysWithValues: forms.enumerated().map { ($1, $0) })

    private static let catalogue = Dictionary(grouping: VariationCatalogue.all, by: \.stage)

    /// The advisor.
    public init() {}

    /// The least often played variation, if the session's aim is here.
    public func variation(for moment: ProbeMoment) -> ReplyVariation? {
        let aim = aim(of: moment)
        if let last = moment.played.last {
            // A question that only prepared the aim leaves room for the one that matters.
            guard moment.played.count == 1, last == Self.preparation(for: aim) else { return nil }
        }
        if moment.stage == aim { return leastPlayed(of: moment.candidates, moment.record) }
        if moment.played.isEmpty, let preparation = Self.preparation(for: aim), moment.candidates.contains(preparation)
        {
            return preparation
        }
        let isWindfall = isGivenUp(moment.stage, moment.record) && moment.played.isEmpty
        guard isWindfall, let chosen = leastPlayed(of: moment.candidates, moment.record) else { return nil }
        return moment.record.plays[chosen, default: 0] == 0 ? chosen : nil
    }

    /// The stage whose turn it is: the one of whose variations the smallest share was played.
    private func aim(of moment: ProbeMoment) -> ProbeStage? {
        let record = moment.record
        var best: (stage: ProbeStage, share: Double)?
        for stage in Self.order where !isGivenUp(stage, record) {
            // Once the client has said its name the greeting is over.
            guard stage != .greeting || moment.stage == .greeting else { continue }
            let allowed = (Self.catalogue[stage] ?? []).filter { moment.mode == .learn || $0.harm == .none }
            guard !allowed.isEmpty else { continue }
            // A question that also prepared others counts once a round.
            let round = allowed.reduce(Int.max) { min($0, record.plays[$1, default: 0]) } + 1
            let plays = allowed.reduce(0) { $0 + min(round, record.plays[$1, default: 0]) }
            let share = Double(plays) / Double(allowed.count)
            if share < best?.share ?? .infinity { best = (stage, share) }
        }
        return best?.stage
    }

    /// Whether the client was there often enough without coming by this stage.
    private func isGivenUp(_ stage: ProbeStage, _ record: ProbeRecord) -> Bool {
        let tries = Self.preparation(for: stage) == nil ? 3 : 6
        return record.sessions >= tries && record.reached[stage] == nil
    }

    private func leastPlayed(of candidates: [ReplyVariation], _ record: ProbeRecord) -> ReplyVariation? {
        candidates.min { one, other in
            let (first, second) = (record.plays[one, default: 0], record.plays[other, default: 0])
            return first == second ? Self.rank[one.form] ?? .max < Self.rank[other.form] ?? .max : first < second
        }
    }

    private static func preparation(for stage: ProbeStage?) -> ReplyVariation? {
        switch stage {
        case .helo: ReplyVariation(stage: .ehlo, form: .unrecognized)
        case .rset: ReplyVariation(stage: .rcpt, form: .transientRefusal)
        default: nil
        }
    }
}
