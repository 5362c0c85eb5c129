public import SMTP

/// How addresses are hashed for the journal, and for looking them up there.
extension HashingKey {
    /// The hash of a client's address: of its /64 if it is an IPv6 address, since one client has all of those.
    public func hash(client: ClientAddress) -> KeyedHash {
        var message = DigestMessage("client")
        let isIPv4 = client.family == .ipv4
        // The address's own 32 bits, or the upper 64.
        let bits = UInt64(truncatingIfNeeded: isIPv4 ? client.bits : client.bits >> 64)
        message.addPart { bytes in
            bytes.append(client.family.rawValue)
            for shift in stride(from: isIPv4 ? 24 : 56, through: 0, by: -8) {
                bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
            }
        }
        return KeyedHash(bits: digest(message))
    }

    /// The hash of a client's address; its spelling does not matter.
    public func hash(client: String) -> KeyedHash {
        ClientAddress(client).map { hash(client: $0) } ?? hash(domain: "client", client.lowercased())
    }

    /// The hash of a sender as logs show it; neither letter case nor the domain's spelling matters.
    public func hash(sender: String) -> KeyedHash { hash(domain: "sender", Self.folded(sender)) }

    /// The hash of a recipient as logs show it; neither letter case nor the domain's spelling matters.
    public func hash(recipient: String) -> KeyedHash { hash(domain: "recipient", Self.folded(recipient)) }

    /// The one form of an address. Nearly all have it already, which is seen in a hundredth of the time.
    private static func folded(_ address: String) -> String {
        var (first, last): (UInt8, UInt8) = (0, 0)
        for byte in address.utf8 {
            guard 0x21...0x7e ~= byte, !(0x41...0x5a ~= byte) else { return MailAddress.folded(address) }
            if first == 0 { first = byte }
            last = byte
        }
        let isQuoted = first == UInt8(ascii: "<") || first == UInt8(ascii: "\"")
        return isQuoted || last == UInt8(ascii: ".") ? MailAddress.folded(address) : address
    }

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
