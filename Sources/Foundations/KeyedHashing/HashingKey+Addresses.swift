public import SMTP

/// How addresses are hashed for the journal, and for looking them up there.
extension HashingKey {
    /// The hash of a client's address: of its /64 if it is an IPv6 address, since one client has all of those.
    public func hash(client: ClientAddress) -> KeyedHash {
        var bytes: [UInt8] = [client.family.rawValue]
        bytes.reserveCapacity(9)
        for shift in stride(from: client.family.width - 8, through: client.family == .ipv4 ? 0 : 64, by: -8) {
            bytes.append(UInt8(truncatingIfNeeded: client.bits >> UInt128(shift)))
        }
        return KeyedHash(bits: digest(domain: "client", parts: [bytes]))
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
        UInt64(truncatingIfNeeded: digest(domain: "greeting", parts: [greetingName]))
    }

    private func hash(domain: StaticString, _ text: String) -> KeyedHash {
        KeyedHash(bits: digest(domain: domain, parts: [text.utf8]))
    }
}
