/// What is known of a recorded mail.
public enum RecordLabel: String, Sendable, Hashable, CaseIterable {
    /// Spam.
    case spam

    /// Honest mail.
    case ham

    /// Nobody has judged it.
    case unknown
}
