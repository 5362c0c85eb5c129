public import Policy
public import SMTP

/// What the mail server was found to say to unknown users of a domain. The later finding holds: of two at one moment that
/// with the words that come last.
public struct LearnedReply: Mergeable {
    /// The recipient domain, folded.
    public let domain: String

    /// What is said.
    public private(set) var reply: GenuineReply

    /// When it was found.
    public private(set) var time: UnixTime

    /// A finding of its parts.
    public init(domain: String, reply: GenuineReply, time: UnixTime) {
        self.domain = domain
        self.reply = reply
        self.time = time
    }

    /// Takes the later finding about the same domain.
    public mutating func merge(_ other: LearnedReply) {
        if other.order > order { (reply, time) = (other.reply, other.time) }
    }

    private var order: (UnixTime, Int, String, String) {
        (time, reply.code, reply.enhancedCode.description, reply.text)
    }
}
