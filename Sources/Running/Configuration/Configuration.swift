public import Judgements
public import Policy

/// Everything that the administrator decides. The initial values are what Argot does without a configuration file.
public struct Configuration: Sendable, Hashable {
    /// How log lines are written.
    public enum LogFormat: String, Sendable, Hashable, CaseIterable {
        /// Words and `key=value` pairs.
        case text

        /// One JSON object a line.
        case json
    }

    /// How dialects are matched.
    public enum DialectMatching: String, Sendable, Hashable, CaseIterable {
        /// By likelihood, with room for what nobody knows.
        case likelihood

        /// By hard sets, as published (B@bel).
        case paper
    }

    /// Where log lines go.
    public enum LogDestination: String, Sendable, Hashable, CaseIterable {
        /// Standard error, which systemd hands to the journal.
        case standardError = "stderr"

        /// Nowhere.
        case none
    }

    /// The verdicts that get a log line.
    public enum LoggedVerdicts: String, Sendable, Hashable, CaseIterable {
        /// All.
        case all

        /// Refusals, applied or not.
        case refusals
    }

    /// Whose messages are read and grouped into campaigns.
    public enum CampaignScope: String, Sendable, Hashable, CaseIterable {
        /// Nobody's.
        case no

        /// Those to traps, and to recipients that somebody was lied to about or that were spared a lie.
        case traps

        /// Those, and all that are judged as spam.
        case spam
    }

    /// How the journal keeps addresses.
    public enum JournalAddresses: String, Sendable, Hashable, CaseIterable {
        /// As keyed hashes only.
        case hashed

        /// In clear as well, for a time.
        case clear
    }

    /// What speaks the milter protocol with mail servers.
    public enum MilterEngine: String, Sendable, Hashable, CaseIterable {
        /// Sendmail's library.
        case libmilter

        /// Argot itself.
        case native
    }

    /// Where the mail server reaches the filter, in one of the forms `unix:PATH`, `local:PATH`, `/PATH`,
    /// `inet:PORT@HOST`, `inet:HOST:PORT`, `inet:PORT`, the same with `inet6:`, and `fd:N`.
    public var socket = "unix:/run/argot/argot.sock"

    /// The permissions of a socket in the file system.
    public var socketMode = 0o660

    /// The group that owns a socket in the file system; empty for the daemon's own.
    public var socketGroup = ""

    /// What speaks with mail servers.
    public var milterEngine: MilterEngine = .libmilter

    /// Where Postfix reaches the policy service that tells HELO from EHLO, in the forms of `socket`; empty for none.
    public var policySocket = ""

    /// Where Postfix tells command lines (smtpd_command_filter), a unix socket; empty for nowhere.
    public var wireSocket = ""

    /// Where argot-tap tells what it sees of connections, a unix socket; empty for nowhere.
    public var tapSocket = ""

    /// How many milliseconds a mail server's question waits for what argot-tap tells of it.
    public var tapPatience = 5

    /// Where `argot` reaches the daemon, a unix socket; empty for nowhere.
    public var controlSocket = "unix:/run/argot/control/argotd.sock"

    /// The group whose members may use the control socket; empty for the daemon's own.
    public var controlGroup = ""

    /// Where metrics can also be read over the network, in the forms of `socket`; empty for nowhere.
    public var metricsSocket = ""

    /// The directory of the database and the key.
    public var dataDirectory = "/var/lib/argot"

    /// The Redis over which several servers remember together, as ``Redis/RedisAddress`` reads it; empty for none.
    public var sharedStore = ""

    /// Who we are to it; empty for its default user.
    public var sharedStoreUser = ""

    /// The file with the password; empty where none is wanted.
    public var sharedStorePasswordFile = ""

    /// What the names of all its keys begin with.
    public var sharedStorePrefix = "argot"

    /// What the other servers call this one; empty for the host's name.
    public var sharedStoreName = ""

    /// The file with the dialects; empty for the dialects that Argot ships.
    public var modelFile = ""

    /// The file with the model of envelopes; empty for none.
    public var envelopeModelFile = ""

    /// What the site has learned of dialects; empty for the usual place.
    public var siteDialectsFile = ""

    /// The file with recipients that are never lied about; empty for none.
    public var optOutFile = ""

    /// The file with senders that retry badly; empty for the list that Argot ships.
    public var retryListFile = ""

    /// How dialects are matched.
    public var dialectMatching: DialectMatching = .likelihood

    /// Everything about verdicts.
    public var policy = PolicyConfiguration()

    /// How many sessions are served at once; the mail server continues without Argot in the others.
    public var maximumSessions = 2_000

    /// How many seconds open sessions get to end after the daemon was told to stop.
    public var drainTimeout: Int64 = 30

    /// How log lines are written.
    public var logFormat: LogFormat = .text

    /// Where log lines go.
    public var logDestination: LogDestination = .standardError

    /// The verdicts that get a log line.
    public var logVerdicts: LoggedVerdicts = .all

    /// The file that finished sessions are written to; empty for none.
    public var transcriptFile = ""

    /// The size in bytes at which the transcript file is full.
    public var transcriptMaximumSize = 64 << 20

    /// Whether senders are scored by whom they write to.
    public var senders = true

    /// How many seconds back the messages reach by which a sender is judged.
    public var senderWindow: Int64 = 86_400

    /// Whether the window is adapted to the traffic.
    public var senderAdaptiveWindow = true

    /// How many seconds lie between two clusterings.
    public var senderInterval: Int64 = 300

    /// How many seconds are learned at a time.
    public var senderPeriod: Int64 = 86_400

    /// How many seconds back messages are counted.
    public var senderRetention: Int64 = 7 * 86_400

    /// How many pairs of sender and domain are counted at most, a slot of time each.
    public var senderCells = 4_000_000

    /// The recipient domains that may shape clusters, folded; all when empty.
    public var senderTrustedDomains: [String] = []

    /// Whether senders that speak like bots are taken for spammers when learning.
    public var sendersLearnFromDialects = false

    /// The leading bits of an IPv4 address that make a sender.
    public var senderIPv4PrefixLength = 32

    /// The leading bits of an IPv6 address that make a sender.
    public var senderIPv6PrefixLength = 64

    /// The file, or the Redis, with what a group of sites has found out about senders; empty for none.
    public var senderSnapshot = ""

    /// Whose signature on it is believed: public keys as text.
    public var senderSnapshotKeys: [String] = []

    /// How many seconds old it may be.
    public var senderSnapshotLifetime: Int64 = 3 * 86_400

    /// The directory, or the Redis, for what this site has counted; empty for none.
    public var senderSubmit = ""

    /// The user to log in as at the group's Redis; empty for the default one.
    public var senderRedisUser = ""

    /// The file with the password; empty for none.
    public var senderRedisPasswordFile = ""

    /// How many days verdicts are kept.
    public var journalDays = 30

    /// How the journal keeps addresses.
    public var journalAddresses: JournalAddresses = .hashed

    /// How many days it keeps them in clear, if it does.
    public var journalAddressDays = 7

    /// How many days the ledger of false answers is kept.
    public var ledgerDays = 365

    /// How many bytes the database may use before the oldest verdicts are removed.
    public var journalLimit = 1 << 30

    /// Whose messages are read and grouped into campaigns.
    public var campaigns = CampaignScope.no

    /// Whether features of messages and refused sessions are kept to learn from.
    public var learning = true

    /// How many days they are kept.
    public var learningDays = 40

    /// How many of them are kept.
    public var learningSightings = 200_000

    /// Whom to listen to.
    public var judgementSources = Set(JudgementSource.allCases)

    /// Texts of the mail server's refusals for a blocklist, beyond those that are known.
    public var blocklistReplies: [String] = []

    /// Texts of its refusals for a rule of the site's own.
    public var policyReplies: [String] = []

    /// The header fields of filters before Argot.
    public var filterHeaders: [FilterHeaderEntry] = []

    /// Which of several fields of one name counts.
    public var filterHeadersOccurrence: FilterHeaderRule.Occurrence = .only

    /// The name under which this site's border writes `Authentication-Results`; empty where nobody does.
    public var authservID = ""

    /// The mail server's ports on which sessions are only listened to.
    public var listenOnlyPorts: Set<Int> = []

    /// Where judgements are handed in after the message, a unix socket; empty for nowhere.
    public var judgementSocket = "unix:/run/argot/control/judgements.sock"

    /// The group whose members may use it; empty for the daemon's own.
    public var judgementGroup = ""

    /// How many items (a verdict, what changes in memory with it, a transcript) may wait to be stored and logged;
    /// further ones are counted and dropped.
    public var queueCapacity = 4_096

    /// The defaults.
    public init() {}

    /// Whom sessions listen to, and how; `nil` where nothing is learned.
    public var judgementRules: JudgementRules? {
        guard learning else { return nil }
        return JudgementRules(
            sources: judgementSources,
            refusals: RefusalReader(blocklistReplies: blocklistReplies, policyReplies: policyReplies),
            headers: filterHeaders.flatMap(\.rules), occurrence: filterHeadersOccurrence,
            authservID: authservID)
    }
}
