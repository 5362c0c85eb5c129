public import Policy
public import SMTP

/// A fake "user unknown" in the ledger: every lie can be listed and undone.
public struct LieRecord: Hashable, Sendable {
    /// When the lie was first told.
    public var time: UnixTime

    /// Who was lied to about whom.
    public var key: LieKey

    /// The recipient as shown to the administrator: see ``mask(_:)``.
    public var recipientShown: String

    /// The dialect that the client spoke; empty when there was no opinion.
    public var dialect: String

    /// Why the lie was told.
    public var reasons: [String]

    /// The session in which it was first told.
    public var session: String

    /// How often it was told.
    public var timesTold: Int

    /// When it was last told.
    public var lastTold: UnixTime

    /// When the administrator undid it; `nil` while it holds.
    public var undoneAt: UnixTime?

    /// A lie told for the first time at `time`.
    public init(
        time: UnixTime, key: LieKey, recipientShown: String, dialect: String = "", reasons: [String] = [],
        session: String = ""
    ) {
        self.time = time
        self.key = key
        self.recipientShown = recipientShown
        self.dialect = dialect
        self.reasons = reasons
        self.session = session
        timesTold = 1
        lastTold = time
    }

    /// A lie told with a verdict.
    public init(_ key: LieKey, of record: VerdictRecord) {
        self.init(
            time: record.time, key: key, recipientShown: Self.mask(record.recipient), dialect: record.dialect,
            reasons: record.words, session: record.session)
    }

    /// What is told of a lie that was undone where nobody knows its words: anybody else's words, times and counts hold.
    public init(undone key: LieKey, at time: UnixTime) {
        self.init(time: time, key: key, recipientShown: "***")
        (timesTold, lastTold, undoneAt) = (0, UnixTime(seconds: 0), time)
    }

    /// `recipient` with all but the first character of its local part hidden: `u***@lab.example`. A local part of one
    /// character is hidden altogether. Domains are folded.
    public static func mask(_ recipient: String) -> String {
        let at = recipient.lastIndex(of: "@") ?? recipient.endIndex
        let local = recipient[..<at]
        let shown = local.count > 1 ? String(local.prefix(1)) : ""
        return shown + "***" + (at == recipient.endIndex ? "" : "@" + MailDomain.folded(recipient[at...].dropFirst()))
    }
}
