/// How a private Postfix knows its recipients; each way has its own text for an unknown user.
public enum PostfixVariant: String, CaseIterable, Sendable {
    /// The domain is in `mydestination`.
    case local
    /// The domain is in `virtual_mailbox_domains`.
    case virtualMailbox
    /// The domain is in `virtual_alias_domains`.
    case virtualAlias
    /// The domain is in `relay_domains`.
    case relay

    /// What Postfix says after `Recipient address rejected: ` about a user it does not know.
    public var unknownUserText: String {
        switch self {
        case .local: "User unknown in local recipient table"
        case .virtualMailbox: "User unknown in virtual mailbox table"
        case .virtualAlias: "User unknown in virtual alias table"
        case .relay: "User unknown in relay recipient table"
        }
    }

    /// The domain whose addresses are the mailboxes; only an alias domain has a second one behind it.
    func mailboxDomain(for domain: String) -> String {
        self == .virtualAlias ? "mailboxes.invalid" : domain
    }

    /// The `main.cf` settings of the variant, for the tables in `directory`.
    func settings(domain: String, directory: String) -> [String: String] {
        let mailboxes = "texthash:\(directory)/mailboxes"
        var settings = [
            "mydestination": "", "relay_domains": "", "virtual_alias_domains": "", "virtual_alias_maps": "",
            "virtual_mailbox_domains": "", "virtual_mailbox_maps": mailboxes,
        ]
        switch self {
        case .local:
            settings["mydestination"] = domain
            settings["local_recipient_maps"] = mailboxes
            settings["local_transport"] = "virtual"
        case .virtualMailbox:
            settings["virtual_mailbox_domains"] = domain
        case .virtualAlias:
            settings["virtual_alias_domains"] = domain
            settings["virtual_alias_maps"] = "texthash:\(directory)/aliases"
            settings["virtual_mailbox_domains"] = mailboxDomain(for: domain)
        case .relay:
            settings["relay_domains"] = domain
            settings["relay_recipient_maps"] = mailboxes
            settings["relay_transport"] = "virtual"
        }
        return settings
    }
}
