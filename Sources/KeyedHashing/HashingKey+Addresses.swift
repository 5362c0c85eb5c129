public import SMTP

/// How addresses are hashed for the journal, and for looking them up there.
extension HashingKey {
    /// The hash of a client's address; its spelling does not matter.
    public func hash(client: String) -> KeyedHash {
        hash(domain: "client", ClientAddress(client)?.description ?? client.lowercased())
    }

    /// The hash of a sender without brackets; letter case does not matter.
    public func hash(sender: String) -> KeyedHash { hash(domain: "sender", sender.lowercased()) }

    /// The hash of a recipient without brackets; letter case does not matter.
    public func hash(recipient: String) -> KeyedHash { hash(domain: "recipient", recipient.lowercased()) }

    private func hash(domain: StaticString, _ text: String) -> KeyedHash {
        KeyedHash(bits: digest(domain: domain, parts: [text.utf8]))
    }
}
