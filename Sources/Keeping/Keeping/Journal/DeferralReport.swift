public import SMTP

/// Whom Argot has put off, who of them came back, and who never did.
///
/// A message is a triplet of client, sender and recipient. It came back when the same client was let in to the same
/// recipient later, from elsewhere when the same sender was, and never when nothing was let in and the last attempt is
/// older than senders with a queue wait.
public struct DeferralReport: Sendable, Hashable {
    /// How long senders with a queue wait at most between two attempts, in seconds: four hours (RFC 5321, section 4.5.4.1,
    /// asks for thirty minutes, and lets the distance grow).
    public static let patience: Int64 = 4 * 3_600

    /// What became of messages.
    public struct Count: Sendable, Hashable {
        /// Messages that were put off.
        public package(set) var deferred = 0
        /// Those that were let in later from the same client.
        public package(set) var cameBack = 0
        /// Those that were let in later from another one.
        public package(set) var fromElsewhere = 0
        /// Those that were never let in, and whose last attempt was long ago.
        public package(set) var neverCameBack = 0

        /// None at all.
        public init() {}

        /// Those that may still come back.
        public var waiting: Int { deferred - cameBack - fromElsewhere - neverCameBack }
    }

    /// A client that was put off.
    public struct Client: Sendable, Hashable {
        /// Its keyed hash.
        public let key: KeyedHash
        /// Its address, where the journal keeps that.
        public let address: String?
        /// The domain of a sender of its, where the journal keeps that.
        public let senderDomain: String?
        /// What became of its messages.
        public let count: Count
        /// The shortest and the longest time from the first attempt until it was let in, in seconds; `nil` if never.
        public let delay: ClosedRange<Int64>?
        /// When it was last put off.
        public let last: UnixTime
        /// Its dialect; empty without one.
        public let dialect: String
        /// A domain that it wrote to.
        public let recipientDomain: String
        /// The reasons, one of the verdicts' for all.
        public let reasons: [String]
        /// Whether it has sent clean mail at any time: most likely it is honest.
        public let hasSentCleanMail: Bool

        /// A client of its parts.
        public init(
            key: KeyedHash, address: String?, senderDomain: String?, count: Count, delay: ClosedRange<Int64>?,
            last: UnixTime, dialect: String, recipientDomain: String, reasons: [String], hasSentCleanMail: Bool
        ) {
            self.key = key
            self.address = address
            self.senderDomain = senderDomain
            self.count = count
            self.delay = delay
            self.last = last
            self.dialect = dialect
            self.recipientDomain = recipientDomain
            self.reasons = reasons
            self.hasSentCleanMail = hasSentCleanMail
        }
    }

    /// All of them.
    public package(set) var all = Count()

    /// How many clients have messages that never came back.
    public package(set) var lostClients = 0

    /// Clients with messages that never came back: first those that have sent clean mail, then those against which only
    /// weak signals stood, then those with most messages.
    public package(set) var lost: [Client] = []

    /// Clients whose messages came back, those first that needed longest.
    public package(set) var returned: [Client] = []

    /// Nobody was put off.
    public init() {}
}
