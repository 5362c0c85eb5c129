public import Dialects
public import SMTP

/// What a decision machine makes of one recorded conversation, and when.
public struct DialogueJudgement: Sendable {
    /// The verdict. Being called a bot at any point counts, since a live client would have been refused then.
    public private(set) var verdict = DialectPosterior.Verdict.unknown

    /// The message after which the verdict stood, counted from 0; `nil` when nothing was decided.
    public private(set) var decidedAt: Int?

    /// The kind of that message: a command in lower case, `content` and the like.
    public private(set) var decidedBy: String?

    /// Whether the verdict stood before DATA was sent.
    public private(set) var isBeforeData = false

    /// Whether the client never said anything.
    public let isSilent: Bool

    /// The posterior where it spoke most against the client.
    public private(set) var worst: DialectPosterior

    /// The posterior before DATA, or at the end if there was none.
    public private(set) var beforeData: DialectPosterior

    private var sawData = false

    /// Judges a conversation from beginning to end. O(messages x dialects).
    public init(machine: DecisionMachine, dialogue: Dialogue, mode: MatchingMode = .likelihood) {
        var walk = DialogueMatcher(machine: machine, dialogue: dialogue)
        isSilent = dialogue.exchanges.isEmpty
        worst = walk.matcher.posterior
        beforeData = worst
        while let message = walk.upcoming {
            if message.verb == .data || message.verb == .bdat { sawData = true }
            walk.step()
            let posterior = walk.matcher.posterior
            if !sawData { beforeData = posterior }
            if posterior.hostile > worst.hostile { worst = posterior }
            let now = mode == .paper ? walk.matcher.match.paperVerdict : posterior.verdict
            note(now, at: walk.position - 1, message, mode)
        }
        guard mode == .likelihood else { return }
        walk.finish()
        let end = walk.matcher.posterior
        if end.hostile > worst.hostile { worst = end }
        if end.verdict == .bot, verdict != .bot, let last = dialogue.exchanges.last {
            note(.bot, at: dialogue.exchanges.count - 1, last.message, mode)
            decidedBy = "end"
            isBeforeData = !sawData
        }
    }

    private mutating func note(
        _ now: DialectPosterior.Verdict, at position: Int, _ message: ClientMessage, _ mode: MatchingMode
    ) {
        let isFinal = verdict == .bot || (mode == .paper && verdict == .legit)
        guard !isFinal, now != verdict else { return }
        verdict = now
        let isDecided = now == .bot || now == .legit
        decidedAt = isDecided ? position : nil
        decidedBy = isDecided ? Self.word(for: message) : nil
        isBeforeData = isDecided && !sawData
    }

    private static func word(for message: ClientMessage) -> String {
        switch message.kind {
        case .command(let verb): verb.rawValue.lowercased()
        case .unknownCommand: "unknown"
        case .authentication: "auth"
        case .content: "content"
        case .tls: "tls"
        }
    }
}

extension DialectMatch {
    /// What hard sets amount to: pure sets decide, mixed ones are ambiguous, the empty one says nothing.
    public var paperVerdict: DialectPosterior.Verdict {
        let hostile = dialects.count { $0.dialectClass.isHostile }
        if dialects.isEmpty { return .unknown }
        return hostile == dialects.count ? .bot : hostile == 0 ? .legit : .ambiguous
    }
}
