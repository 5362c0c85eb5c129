public import Memory
import Policy

/// What follows from an event of a session.
public struct Outcome: Sendable {
    /// The decision on a recipient, or on a message at its end; `nil` where none is due.
    public var decision: Decision?

    /// What is to be kept on disk beside it.
    public var changes: [MemoryChange] = []

    /// Whom the client writes to; `nil` but after RCPT, and for clients that are none: those that have logged in, trusted
    /// networks, local submissions.
    public var aim: SenderAim?

    /// Nothing.
    public init() {}
}
