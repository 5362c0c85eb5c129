/// What somebody who is not Argot says of a message.
public enum JudgementKind: String, Sendable, Hashable, CaseIterable {
    /// It is spam, or was sent by somebody who sends spam.
    case spam

    /// It was wanted.
    case honest
}
