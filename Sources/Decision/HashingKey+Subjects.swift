public import KeyedHashing
public import SMTP

extension HashingKey {
    /// The hash of a client's network under the greylist's prefix lengths.
    public func hash(network: AddressPrefix) -> KeyedHash { subject("network", [network.description]) }

    /// The hash of network, sender and recipient.
    func hash(network: AddressPrefix, sender: MailAddress, recipient: MailAddress) -> KeyedHash {
        subject("triplet", [network.description, sender.folded, recipient.folded])
    }

    /// The hash of dialect, sender and recipient.
    func hash(dialect: String, sender: MailAddress, recipient: MailAddress) -> KeyedHash {
        subject("pool", [dialect, sender.folded, recipient.folded])
    }

    /// The hash that decides whether a client's network is lied to about a recipient.
    func hash(lottery recipient: MailAddress, network: AddressPrefix) -> KeyedHash {
        subject("lottery", [recipient.folded, network.description])
    }

    private func subject(_ domain: StaticString, _ parts: [String]) -> KeyedHash {
        KeyedHash(bits: digest(domain: domain, parts: parts.map(\.utf8)))
    }
}
