public import SMTP

/// How addresses are hashed for the journal, and for looking them up there.
extension HashingKey {
    /// The hash of a client's address: of its /64 if it is an IPv6 address, since one client has all of those.
    public func hash(client: ClientAddress) -> KeyedHash {
        var message = DigestMessage("client")
        let isIPv4 = client.family == .ipv4
        // The address's own 32 bits, or the upper 64.
        let bits = UInt64(truncatingIfNeeded: isIPv4 ? client.bits : client.bits >> 64)
        message.begin(partOf: isIPv4 ? 5 : 9)
        message.append(client.family.rawValue)
        message.append(bits, count: isIPv4 ? 4 : 8)
        return KeyedHash(bits: digest(message))
    }

    /// The hash of a client's address; its spelling does not matter.
    public func hash(client: String) -> KeyedHash {
        ClientAddress(client).map { hash(client: $0) } ?? hash(domain: "client", client.lowercased())
    }

    /// The hash of a sender as logs show it; neither letter case nor the domain's spelling matters.
    public func hash(sender: String) -> KeyedHash { hash(domain: "sender", MailAddress.folded(sender)) }

    /// The hash of a recipient as logs show it; neither letter case nor the domain's spelling matters.
    public func hash(recipient: String) -> KeyedHash { hash(domain: "recipient", MailAddress.folded(recipient)) }

    /// The hash of what a greeting gave as its name, as spelt: half of the bits, which is enough to compare.
    public func hash(greetingName: [UInt8]) -> UInt64 {
        var message = DigestMessage("greeting")
        message.add(greetingName)
        return UInt64(truncatingIfNeeded: digest(message))
    }

    private func hash(domain: StaticString, _ text: String) -> KeyedHash {
        var message = DigestMessage(domain)
        message.add(text)
        return KeyedHash(bits: digest(message))
    }
}
