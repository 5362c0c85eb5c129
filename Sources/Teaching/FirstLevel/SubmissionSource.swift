public import SMTP

/// Where submissions come from: a folder, or a stream. What was handed out is kept by the source until it is settled, so that
/// nothing is lost when the server ends in between.
public protocol SubmissionSource {
    /// What waits, oldest first if the source knows; at most `limit` of them, read but unverified.
    mutating func waiting(limit: Int) throws(DocumentFault) -> [WaitingSubmission]

    /// Says what became of one.
    mutating func settle(_ submission: WaitingSubmission, as outcome: SubmissionOutcome) throws(DocumentFault)

    /// What people should hear of the source itself, since this was asked last.
    mutating func takeNews() -> [SourceNews]
}

extension SubmissionSource {
    /// Nothing.
    public mutating func takeNews() -> [SourceNews] { [] }
}

/// Something that a source has to say; it is said once for each subject and kind.
public struct SourceNews: Hashable, Sendable {
    /// What it is about.
    public let subject: String

    /// A word for what happened.
    public let kind: String

    /// What happened, and what to do.
    public let text: String

    /// News of their parts.
    public init(subject: String, kind: String, text: String) {
        self.subject = subject
        self.kind = kind
        self.text = text
    }
}

/// A document that waits.
public struct WaitingSubmission: Sendable {
    /// What the source calls it.
    public let name: String

    /// When it came, as far as the source knows.
    public let arrived: UnixTime

    /// The bytes, of which nothing is known yet.
    public let bytes: [UInt8]

    /// Whether the source may have handed it out before, so that it is no news that it is here already.
    public let mayBeKnown: Bool

    /// A document of its parts.
    public init(name: String, arrived: UnixTime, bytes: [UInt8], mayBeKnown: Bool = false) {
        self.name = name
        self.arrived = arrived
        self.bytes = bytes
        self.mayBeKnown = mayBeKnown
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
