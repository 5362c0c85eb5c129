import SMTP

/// A client of the corpus: honest, and easily taken for something else.
public struct AwkwardClient: Sendable, Hashable {
    /// What the name service says.
    public enum Name: Sendable, Hashable {
        /// A name that leads back to the address.
        case verified(String)
        /// A name that leads elsewhere.
        case forged(String)
        /// A verified name that holds the address, as a provider writes it.
        case generic
        /// No name.
        case none
        /// A temporary failure.
        case temporary
    }

    /// Its name in the corpus.
    public let name: String
    /// The addresses that it comes from, in turn.
    public let addresses: [ClientAddress]
    /// What the name service says of them.
    public let reverse: Name
    /// The argument of HELO.
    public let helo: String
    /// Whether it says EHLO.
    public let isExtended: Bool
    /// The sender, with its placeholders.
    public let mail: String
    /// How many recipients that do not exist it asks for first.
    public let unknown: Int
    /// The names of the header fields; empty for one that leaves after RCPT.
    public let headers: [String]
    /// How many messages it has sent in the two weeks before.
    public let seen: Int
    /// After how many seconds it tries again, counted from the first attempt.
    public let retries: [Int64]
    /// Whether it tries again from the next address.
    public let retriesElsewhere: Bool
    /// Who does that, and what is lost.
    public let why: String

    /// The address of a message's attempt, both counted from 0.
    public func address(message: Int, attempt: Int) -> ClientAddress {
        addresses[(message + (retriesElsewhere ? attempt : 0)) % addresses.count]
    }

    /// The session's peers, as the milter of a Postfix is told them.
    public func peers(at address: ClientAddress) -> SessionPeers {
        let (name, resolution): (String?, HostResolution) =
            switch reverse {
            case .verified(let name): (filled(name, at: address), .ok)
            case .forged(let name): (name, .forged)
            case .generic: ("\(Self.dashed(address)).static.isp.example", .ok)
            case .none: (nil, .fail)
            case .temporary: (nil, .temporary)
            }
        return SessionPeers(
            client: address, clientPort: 40_000, clientName: name, resolution: resolution,
            server: ClientAddress("198.51.100.25"), serverPort: 25, serverName: "mx.example.org", mta: .postfix)
    }

    /// The HELO argument at an address.
    public func helo(at address: ClientAddress) -> String { filled(helo, at: address) }

    /// The sender of a message's attempt.
    public func sender(message: Int, attempt: Int) -> String {
        mail.replacing("{message}", with: "\(4_711 + message)").replacing(
            "{attempt}", with: "\(9_000 + message * 10 + attempt)")
    }

    private func filled(_ text: String, at address: ClientAddress) -> String {
        text.replacing("{n}", with: "\((addresses.firstIndex(of: address) ?? 0) + 1)")
            .replacing("{ip}", with: "\(address)").replacing("{dashed}", with: Self.dashed(address))
    }

    private static func dashed(_ address: ClientAddress) -> String {
        String("\(address)".map { $0 == "." || $0 == ":" ? "-" : $0 })
    }
}
