/// The table in which Postfix does not find an unknown user; it names the table in its reply.
public enum UnknownUserTable: String, Sendable, Hashable, CaseIterable {
    /// `local_recipient_maps`
    case localRecipient = "local"

    /// `virtual_mailbox_maps`
    case virtualMailbox = "virtual-mailbox"

    /// `virtual_alias_maps`
    case virtualAlias = "virtual-alias"

    /// `relay_recipient_maps`
    case relayRecipient = "relay"

    /// The table is not named (`show_user_unknown_table_name = no`).
    case unnamed

    /// Postfix's words after the address (smtpd_check.c, `reject_unknown_*`).
    public var postfixText: String {
        switch self {
        case .localRecipient: "Recipient address rejected: User unknown in local recipient table"
        case .virtualMailbox: "Recipient address rejected: User unknown in virtual mailbox table"
        case .virtualAlias: "Recipient address rejected: User unknown in virtual alias table"
        case .relayRecipient: "Recipient address rejected: User unknown in relay recipient table"
        case .unnamed: "Recipient address rejected: User unknown"
        }
    }
}
