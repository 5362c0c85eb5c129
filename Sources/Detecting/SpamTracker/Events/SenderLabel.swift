/// What is known of a sender from outside: never what Argot itself concluded.
public enum SenderLabel: String, Hashable, Sendable, CaseIterable {
    /// The sender sends spam.
    case spam

    /// The sender sends mail that people want.
    case honest
}

/// A judgement on a sender, with where it comes from.
public enum LabelEvidence: Hashable, Sendable {
    /// The mail went to a trap: an address or a domain that nobody writes to.
    case trap

    /// The administrator said so.
    case administrator(SenderLabel)

    /// An imported blocklist lists the sender.
    case blocklist

    /// Others have judged most of its messages so, whose word has this rank, 1 for the best (``SenderJudgements``).
    case judged(SenderLabel, rank: Int)

    /// An imported judgement on single mails, such as the label column of a trace.
    case imported(SenderLabel)

    /// The dialect detector took the client for a bot; `usedSenderScore` says whether the verdict leant on a score of
    /// this room.
    case botDialect(usedSenderScore: Bool)
}

/// Which judgements become labels, and which wins where they disagree.
///
/// A verdict that used a sender score never becomes a label, whatever the administrator allows: the clusters would
/// learn from themselves.
public struct LabelPolicy: Hashable, Sendable {
    /// Whether verdicts of the dialect detector may label senders. Off unless the administrator allows it.
    public var learnsFromDialects: Bool

    /// A policy.
    public init(learnsFromDialects: Bool = false) {
        self.learnsFromDialects = learnsFromDialects
    }

    /// The label that `evidence` gives: the administrator's word overrides what people say, that a trap, a trap an imported
    /// judgement, that a blocklist, that a dialect; judgements of messages stand where their source stands. `nil` without admissible evidence; where two of equal rank disagree the sender is
    /// honest, because a false accusation costs more.
    public func label(for evidence: some Sequence<LabelEvidence>) -> SenderLabel? {
        var best: (rank: Int, label: SenderLabel)?
        for piece in evidence {
            guard let (rank, label) = rankedLabel(of: piece) else { continue }
            if let current = best, current.rank > rank || (current.rank == rank && current.label == .honest) {
                continue
            }
            best = (rank, label)
        }
        return best?.label
    }

    private func rankedLabel(of evidence: LabelEvidence) -> (rank: Int, label: SenderLabel)? {
        switch evidence {
        case .administrator(let label): (6, label)
        case .judged(let label, let rank): (max(2, 6 - max(1, rank)), label)
        case .trap: (4, .spam)
        case .imported(let label): (3, label)
        case .blocklist: (1, .spam)
        case .botDialect(let usedSenderScore): learnsFromDialects && !usedSenderScore ? (0, .spam) : nil
        }
    }
}
