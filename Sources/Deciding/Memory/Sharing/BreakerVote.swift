public import Policy
public import SMTP

/// What one client with a good history has met with, as the breakers of all servers count it.
public struct BreakerVote: Sendable, Hashable {
    /// The client's organisation or network.
    public var subject: KeyedHash

    /// What it was refused for; empty when it was let in.
    public var causes: [BreakerCause]

    /// When.
    public var time: UnixTime

    /// A vote of its parts.
    public init(subject: KeyedHash, causes: [BreakerCause], time: UnixTime) {
        self.subject = subject
        self.causes = causes
        self.time = time
    }
}
