import SMTP

/// A client of a simulated site, as the milter is told of it, with what it says.
public struct SimulatedClient: Sendable {
    /// Its address.
    public var address: ClientAddress
    /// Its name and how the look-up fared.
    public var name: (text: String?, resolution: HostResolution)
    /// Its HELO argument.
    public var helo: String
    /// Its sender.
    public var sender: String

    /// A mail server like many: nothing counts against it. `number` chooses its network, in a block (/16) that it shares
    /// with few: reserved addresses (RFC 1112), as those for documentation lie in three blocks.
    public static func honest(_ number: Int) -> SimulatedClient {
        SimulatedClient(
            address: ClientAddress(ipv4: 0xf000_0019 | UInt32(number % 4_093) << 16 | UInt32(number / 4_093) << 8),
            name: ("mail.firm\(number).example", .ok),
            helo: "mail.firm\(number).example", sender: "<joe@firm\(number).example>")
    }

    /// The same with nothing in order that a look at HELO and names could find.
    public var suspicious: SimulatedClient {
        var client = self
        client.name = (nil, .fail)
        client.helo = "server"
        return client
    }

    /// A bot for certain: the engine Festi, and no name.
    public static func bot(_ address: ClientAddress) -> SimulatedClient {
        SimulatedClient(address: address, name: (nil, .fail), helo: "192.0.2.77", sender: "<x@bot.example>")
    }

    /// The bot at an address of its own that no other client here has.
    public static var stranger: SimulatedClient { bot(ClientAddress(ipv4: 0xcb00_7109)) }

    /// The session's peers.
    public var peers: SessionPeers {
        SessionPeers(
            client: address, clientPort: 4_242, clientName: name.text, resolution: name.resolution,
            server: ClientAddress("198.51.100.25"), serverPort: 25, serverName: "mx.example.org", mta: .postfix)
    }
}

extension SimulatedSite {
    /// A message of a client.
    public func send(
        _ client: SimulatedClient, from sender: String? = nil, to recipients: String...,
        headers: [(String, String)]? = [("From", " a@b.example"), ("Subject", " x")]
    ) -> Answer {
        session(
            client.peers, helo: client.helo, mail: sender ?? client.sender,
            recipients: recipients.isEmpty ? ["<anna@example.org>"] : recipients, headers: headers)
    }

    /// Five clean messages of a client within four days: a good history under the defaults.
    public func earnHistory(_ client: SimulatedClient) {
        let end = now
        for day in 0..<5 {
            now = end - Int64(4 - day) * 86_400 - 3_600
            _ = send(client)
        }
        now = end
    }
}
