public import Dialects
public import Memory
public import Policy
public import SMTP

/// The outcome for one recipient.
public struct Decision: Sendable {
    /// The verdict with all that led to it.
    public var record: VerdictRecord

    /// The reply to give; `nil` lets the mail server go on.
    public var reply: RefusalReply?

    /// What is to be kept on disk.
    public var changes: [MemoryChange]

    /// The lie that is told, if one is.
    public var lie: LieKey?

    /// The lie that would be told, had the draw not spared the recipient.
    public var spared: LieKey?

    /// Whether independent detectors agree that it is spam, or the administrator keeps the client out.
    public var isJudgedSpam = false

    /// Whether the client has a good history that does not end here, or is let in whatever it sends.
    public var isOfGoodClient = false

    /// What the breaker switches off with this verdict, if anything.
    public var trip: BreakerTrip?

    /// The question that the reply asks: a refusal for now that tells most about the client's dialect. At most one a
    /// session, never to a client with a history, and only where nothing is refused anyway.
    public var question: DistinguishingReply?

    /// What the ledger is told of it.
    public var lieChanges: [MemoryChange] {
        if let lie { return [.lie(LieRecord(lie, of: record))] }
        if let spared { return [.lie(LieRecord(spared, of: record, arm: .spared))] }
        return []
    }
}
