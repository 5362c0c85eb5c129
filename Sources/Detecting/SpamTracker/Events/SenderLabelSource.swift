public import SMTP

/// What is known of senders from outside at the time of learning, beyond the labels that came with their mails: it may
/// have been said long after them.
public protocol SenderLabelSource: Sendable {
    /// The label of a sender for its mails of a span of time.
    ///
    /// - Parameters:
    ///   - sender: Who sent.
    ///   - voted: What the labels of its mails in that span come to.
    ///   - start: The span's start.
    ///   - end: Its end, exclusive.
    func label(of sender: SenderKey, voted: SenderLabel?, from start: UnixTime, until end: UnixTime) -> SenderLabel?
}

/// The labels of the mails alone.
public struct VotedLabels: SenderLabelSource {
    /// No others.
    public init() {}

    /// `voted`.
    public func label(
        of sender: SenderKey, voted: SenderLabel?, from start: UnixTime, until end: UnixTime
    ) -> SenderLabel? { voted }
}
