public import Judgements
public import SMTP

/// What is kept to learn from.
///
/// ``Keeper/submit(_:)`` writes it.
public protocol Sightings {
    /// Hands every sighting from `since` on to `take`, oldest first, with its judgements. Those that cannot be read are
    /// counted and left out.
    ///
    /// - Returns: how many could not be read.
    @discardableResult
    func sightings(since: UnixTime, _ take: (Sighting) -> Void) throws(StoreError) -> Int

    /// Adds a judgement to the messages of a name, at most ten of them, the newest.
    ///
    /// - Returns: how many messages of that name are kept.
    func judge(_ name: MessageName, _ judgement: MailJudgement) throws(StoreError) -> Int

    /// How many messages were left out since `since` because their clients had sent too many that day.
    func sightingsLeftOut(since: UnixTime) throws(StoreError) -> Int

    /// What others have said of the messages and refused recipients kept since `since`.
    func judgementReport(since: UnixTime) throws(StoreError) -> JudgementReport

    /// The mail server's refusals that tell nothing, the most frequent first, at most `limit`.
    func unreadReplies(limit: Int) throws(StoreError) -> [UnreadReply]
}

extension Sightings {
    /// None.
    public func sightingsLeftOut(since: UnixTime) throws(StoreError) -> Int { 0 }

    /// None.
    public func unreadReplies(limit: Int) throws(StoreError) -> [UnreadReply] { [] }

    /// Counted from the sightings. O(sightings).
    public func judgementReport(since: UnixTime) throws(StoreError) -> JudgementReport {
        var report = JudgementReport()
        report.leftOut = try sightingsLeftOut(since: since)
        try sightings(since: since) { if $0.hasRecipient { report.add($0.judgements, at: $0.time) } }
        return report
    }
}
