/// How a private Sendmail knows its recipients.
public enum SendmailVariant: String, CaseIterable, Sendable {
    /// They are users of the host.
    case local
    /// They are in the `virtusertable`, which ends with an error for all others.
    case virtualUsers
}
