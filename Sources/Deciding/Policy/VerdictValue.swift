public import SMTP

/// A part of a verdict, for whoever prints it.
public enum VerdictValue: Sendable, Hashable {
    /// Text; empty when there is nothing to say.
    case text(String)

    /// Words, most telling first.
    case words([String])

    /// A number.
    case number(Int)

    /// A moment.
    case time(UnixTime)

    /// Not there.
    case absent
}

extension VerdictRecord {
    /// The part of that name; absent when only the journal has it.
    public subscript(field: VerdictField) -> VerdictValue {
        switch field {
        case .time: .time(time)
        case .session: .text(session)
        case .action: .text(verdict.rawValue)
        case .applied: .text(applied.rawValue)
        case .reasons: .words(words)
        case .dialect: .text(dialect)
        case .states: .text(dialectState)
        case .client: .text(client)
        case .name: .text(clientName)
        case .helo: .text(helo)
        case .from: .text(sender)
        case .rcpt: .text(recipient)
        case .queue: .text(queueID)
        case .mode: .text(mode.rawValue)
        case .senders: .text(senderScore)
        case .reply: .text(reply)
        case .standing: .text(reasons.first { $0.isStanding }?.word ?? "")
        case .clientHash, .fromHash, .rcptHash, .rcptDomain, .replyCode: .absent
        }
    }
}
