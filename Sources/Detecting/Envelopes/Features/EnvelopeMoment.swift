/// When a session's envelope is judged. More is known later, and less can be done about it.
public enum EnvelopeMoment: String, Sendable, Hashable, CaseIterable {
    /// At RCPT: HELO, the client's name, the protocol and the sender are known. A refusal of single recipients, true or
    /// false, is possible only now.
    case beforeData = "before-data"

    /// At the end of the headers: the message can be deferred or marked.
    case afterHeaders = "after-headers"
}
