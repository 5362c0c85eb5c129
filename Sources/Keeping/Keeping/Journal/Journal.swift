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

    /// The times of the oldest verdict and the newest one; `nil` without any.
    func reach() throws(StoreError) -> ClosedRange<UnixTime>?

    /// Hands out the requests for recipients in the ledger of lies, and those made in dialects in it, the oldest first.
    func requests(_ body: (RecipientRequest) -> Void) throws(StoreError)

    /// Hands out the messages of campaigns that came at `since` or later, the oldest first.
    func campaignMails(since: UnixTime?, _ body: (CampaignMail) -> Void) throws(StoreError)
}
