public import SMTP

/// Where submissions come from: a folder, or a stream. What was handed out is kept by the source until it is settled, so that
/// nothing is lost when the server ends in between.
public protocol SubmissionSource {
    /// What waits, oldest first if the source knows; at most `limit` of them, read but unverified.
    mutating func waiting(limit: Int) throws(DocumentFault) -> [WaitingSubmission]

    /// Says what became of one.
    mutating func settle(_ submission: WaitingSubmission, as outcome: SubmissionOutcome) throws(DocumentFault)
}

/// A document that waits.
public struct WaitingSubmission: Sendable {
    /// What the source calls it.
    public let name: String

    /// When it came, as far as the source knows.
    public let arrived: UnixTime

    /// The bytes, of which nothing is known yet.
    public let bytes: [UInt8]

    /// A document of its parts.
    public init(name: String, arrived: UnixTime, bytes: [UInt8]) {
        self.name = name
        self.arrived = arrived
        self.bytes = bytes
    }
}

/// What became of a document.
public enum SubmissionOutcome: Hashable, Sendable {
    /// It is kept: the source may forget it.
    case accepted

    /// It was there already: the source may forget it.
    case replayed

    /// It is refused for good: the source puts it aside.
    case refused

    /// It may still become good: it is asked for again.
    case deferred
}
