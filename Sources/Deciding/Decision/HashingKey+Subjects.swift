public import KeyedHashing
public import Memory
import Policy
public import SMTP

extension HashingKey {
    /// The keys that a client is remembered by. Three or four hashes: once a session.
    public func keys(of client: ClientAddress) -> ClientKeys { keys(of: client) { hash(network: $0) } }

    /// The same by somebody who may know the hashes of networks.
    func keys(of client: ClientAddress, _ hash: (AddressPrefix) -> KeyedHash) -> ClientKeys {
        func network(_ length: Int) -> KeyedHash { hash(client.network(prefixLength: length)) }
        switch client.family {
        case .ipv4: return ClientKeys(client: self.hash(client: client), network: network(24), block: network(16))
        case .ipv6:
            return ClientKeys(
                client: self.hash(client: client), network: network(64), block: network(48), allocation: network(32))
        }
    }

    /// The hash of a client's network under the greylist's prefix lengths.
    public func hash(network: AddressPrefix) -> KeyedHash {
        var message = DigestMessage("network")
        message.add(network.utf8)
        return KeyedHash(bits: digest(message))
    }

    /// The hash of an organisation, by which the breaker counts it.
    public func hash(organisation: OrganisationName) -> KeyedHash {
        subject("organisation", [organisation.description])
    }

    /// The hash of network, sender as the greylist knows it, and recipient.
    func hash(network: AddressPrefix, sender: MailAddress, recipient: MailAddress) -> KeyedHash {
        subject("triplet", [network.description, sender.greylistSender, recipient.folded])
    }

    /// The hash of dialect, sender as the greylist knows it, and recipient.
    func hash(dialect: String, sender: MailAddress, recipient: MailAddress) -> KeyedHash {
        subject("pool", [dialect, sender.greylistSender, recipient.folded])
    }

    /// The hash that decides whether a recipient is lied about: to every client that deserves it, or to none. A spammer's
    /// bots that compare answers then learn nothing, and the recipients that are not lied about are a control group: were it
    /// drawn for each network anew, hardly a recipient would stay that no bot is lied to about.
    public func hash(lottery recipient: MailAddress) -> KeyedHash { subject("lottery", [recipient.folded]) }

    /// The hash of a mail server's queue id.
    public func hash(queueID: String) -> KeyedHash { subject("queue-id", [queueID]) }

    /// The hash of a Message-ID, with or without angle brackets.
    public func hash(messageID: String) -> KeyedHash { subject("message-id", [Lesson.plain(messageID: messageID)]) }

    /// The hash of client and sender, by which a retry is known.
    func hash(client: KeyedHash, sender: MailAddress) -> KeyedHash {
        var message = DigestMessage("attempt")
        message.add(client.bits)
        message.add(sender.folded)
        return KeyedHash(bits: digest(message))
    }

    /// The hash of client and speech, by which a session that asks for no recipient is known again.
    func hash(client: KeyedHash, speech: [UInt64]) -> KeyedHash {
        var message = DigestMessage("speech")
        message.add(client.bits)
        message.add(
            speech.flatMap { number in (0..<8).map { UInt8(truncatingIfNeeded: number >> UInt64(56 - 8 * $0)) } })
        return KeyedHash(bits: digest(message))
    }

    /// The hash of a Message-ID as a lesson has it, without brackets.
    public func hash(plainMessageID: String) -> KeyedHash { subject("message-id", [plainMessageID]) }

    private func subject(_ domain: StaticString, _ parts: [String]) -> KeyedHash {
        var message = DigestMessage(domain)
        for part in parts { message.add(part) }
        return KeyedHash(bits: digest(message))
    }
}
