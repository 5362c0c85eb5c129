public import Memory
import Policy
public import SMTP

/// The verdicts that were reached, as the administrator asks about them: while the daemon runs or not.
///
/// Every server keeps its own. ``Keeper/submit(_:)`` writes it.
public protocol Journal {
    /// The verdicts that `query` asks for, newest first.
    func verdicts(matching query: JournalQuery) throws(StoreError) -> [JournalEntry]

    /// What Argot has thought and done since a time. `words` bounds the lists of reasons, dialects and domains.
    func report(since: UnixTime, words: Int) throws(StoreError) -> VerdictReport

    /// Whom Argot has put off since a time, and what became of the messages. `limit` bounds the lists of clients; `now` is
    /// the time by which an attempt is long ago.
    func deferrals(since: UnixTime, now: UnixTime, limit: Int) throws(StoreError) -> DeferralReport

    /// What the verdicts since `since` say of enforcing; "lately" is from `lately` on, and a client with mail of at least
    /// `senders` senders counts as one that hands on mail of others.
    func outlook(since: UnixTime, lately: UnixTime, senders: Int) throws(StoreError) -> EnforcingOutlook

    /// What came of the lies, by the dialect that they were told to. Undone lies count for nothing.
    func feedback() throws(StoreError) -> [FeedbackEffect]
}
