public import Memory

/// What follows from an event of a session. Most events lead to nothing, which costs nothing.
public enum Outcome: Sendable {
    /// Nothing.
    case nothing

    /// RCPT: a decision, unless the mail server refuses the recipient, and whom the client writes to; `nil` for clients that
    /// are none: those that have logged in, trusted networks, local submissions.
    indirect case recipient(Decision?, aim: SenderAim?)

    /// The end of the message: a decision where one is due, and what is to be kept on disk beside it.
    indirect case message(Decision?, changes: [MemoryChange])

    /// The decision, if there is one.
    public var decision: Decision? {
        switch self {
        case .nothing: nil
        case .recipient(let decision, _), .message(let decision, _): decision
        }
    }

    /// What is to be kept on disk beside a decision.
    public var changes: [MemoryChange] { if case .message(_, let changes) = self { changes } else { [] } }

    /// Whom the client writes to.
    public var aim: SenderAim? { if case .recipient(_, let aim) = self { aim } else { nil } }
}
