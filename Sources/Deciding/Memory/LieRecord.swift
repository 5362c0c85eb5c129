public import Policy
public import SMTP

/// A fake "user unknown" in the ledger: every lie can be listed and undone. Beside the lies stand those that were due and,
/// by the draw, not told: the control group.
public struct LieRecord: Hashable, Sendable {
    /// What the draw made of a recipient and a client against whom nothing but a lie was due.
    public enum Arm: String, Hashable, Sendable, CaseIterable {
        /// The lie was told.
        case told

        /// It was not told, because ``Policy/PolicyConfiguration/fakeRejectFraction`` is below 1.
        case spared
    }

    /// When the lie was first told, or spared.
    public var time: UnixTime

    /// Whether it was told.
    public var arm: Arm

    /// Who was lied to about whom.
    public var key: LieKey

    /// The recipient as shown to the administrator: see ``mask(_:)``.
    public var recipientShown: String

    /// The dialect that the client spoke; empty when there was no opinion.
    public var dialect: String

    /// Why the lie was told, or due.
    public var reasons: [String]

    /// The session in which it was first told, or spared.
    public var session: String

    /// How often it was told, or spared.
    public var timesTold: Int

    /// When it was last told, or spared.
    public var lastTold: UnixTime

    /// When the administrator undid it; `nil` while it holds.
    public var undoneAt: UnixTime?

    /// A lie told, or spared, for the first time at `time`.
    public init(
        time: UnixTime, key: LieKey, recipientShown: String, dialect: String = "", reasons: [String] = [],
        session: String = "", arm: Arm = .told
    ) {
        self.time = time
        self.arm = arm
        self.key = key
        self.recipientShown = recipientShown
        self.dialect = dialect
        self.reasons = reasons
        self.session = session
        timesTold = 1
        lastTold = time
    }

    /// A lie told, or spared, with a verdict.
    public init(_ key: LieKey, of record: VerdictRecord, arm: Arm = .told) {
        self.init(
            time: record.time, key: key, recipientShown: Self.mask(record.recipient), dialect: record.dialect,
            reasons: record.words, session: record.session, arm: arm)
    }

    /// The recipient's domain, folded; empty where it is not known.
    public var domain: String {
        recipientShown.lastIndex(of: "@").map { String(recipientShown[$0...].dropFirst()) } ?? ""
    }

    /// Whether it was told.
    public var isTold: Bool { arm == .told }

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
