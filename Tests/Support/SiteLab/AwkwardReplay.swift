import Policy
import SMTP

/// What becomes of the corpus at a site.
public struct AwkwardReplay: Sendable {
    /// What became of a client's message.
    public enum Fate: Sendable, Hashable {
        /// It was taken at once.
        case untouched
        /// It was taken after so many seconds.
        case delayed(Int64)
        /// It was never taken.
        case lost
    }

    /// A client, its fate, and why it was refused at first.
    public struct Outcome: Sendable {
        /// The client.
        public let client: AwkwardClient
        /// What became of its message.
        public let fate: Fate
        /// The reasons of the first refusal; empty without one.
        public let reasons: [String]
    }

    /// The outcomes in the corpus's order.
    public let outcomes: [Outcome]

    /// How many messages were not taken at once.
    public var touched: Int { outcomes.count { $0.fate != .untouched } }

    /// How many were lost.
    public var lost: Int { outcomes.count { $0.fate == .lost } }

    /// How many were delayed.
    public var delayed: Int { touched - lost }

    /// One message of each client, at a site that enforces `policy`.
    ///
    /// - Parameter observing: whether the site has observed for two weeks before, while every client sent what it sends.
    public init(
        _ clients: [AwkwardClient], policy: PolicyConfiguration, observing: Bool,
        vantage: Vantage = .milterPostfix
    ) throws {
        var enforcing = policy
        enforcing.mode = .enforce
        let site = try SimulatedSite(enforcing, vantage: vantage)
        if observing {
            var watching = policy
            watching.mode = .observe
            site.reconfigure(watching)
            Self.observe(clients, at: site)
            site.reconfigure(enforcing)
        }
        let begin = site.now
        outcomes = clients.enumerated().map { number, client in
            site.now = begin + Int64(number) * 86_400 / Int64(max(clients.count, 1))
            return Self.deliver(client, to: site)
        }
    }

    /// Two weeks of messages, none of them retried, as nobody is asked to.
    private static func observe(_ clients: [AwkwardClient], at site: SimulatedSite) {
        let span: Int64 = 14 * 86_400
        let begin = site.now
        let moments = clients.enumerated().flatMap { place, client in
            // Those that send every minute are shown sixty times: that is history enough.
            let count = min(client.seen, 60)
            return (0..<count).map { message in
                (time: begin + (2 * Int64(message) + 1) * span / Int64(2 * count) + Int64(place), client, message)
            }
        }
        for (time, client, message) in moments.sorted(by: { $0.time < $1.time }) {
            site.now = time
            _ = attempt(client, message: message, attempt: 0, at: site)
        }
        site.now = begin + span
    }

    private static func deliver(_ client: AwkwardClient, to site: SimulatedSite) -> Outcome {
        let begin = site.now
        var reasons: [String] = []
        for (number, delay) in ([0] + client.retries).enumerated() {
            site.now = begin + delay
            switch attempt(client, message: client.seen, attempt: number, at: site) {
            case .taken:
                return Outcome(client: client, fate: number == 0 ? .untouched : .delayed(delay), reasons: reasons)
            case .deferred(let why):
                if number == 0 { reasons = why }
            case .refused(let why): return Outcome(client: client, fate: .lost, reasons: why)
            }
        }
        return Outcome(client: client, fate: .lost, reasons: reasons)
    }

    private static func attempt(
        _ client: AwkwardClient, message: Int, attempt: Int, at site: SimulatedSite
    ) -> SimulatedSite.Answer {
        let address = client.address(message: message, attempt: attempt)
        return site.session(
            client.peers(at: address), helo: client.helo(at: address), isExtended: client.isExtended,
            mail: client.sender(message: message, attempt: attempt), recipients: ["<anna@example.org>"],
            unknown: client.unknown, headers: client.headers.isEmpty ? nil : client.headers.map { ($0, value(of: $0)) })
    }

    private static func value(of field: String) -> String {
        switch field {
        case "From": " Somebody <somebody@sender.example>"
        case "To": " anna@example.org"
        case "Date": " Mon, 02 Mar 2026 10:11:12 +0100"
        case "Message-ID", "Message-Id", "Message-id": " <abc.123@sender.example>"
        case "MIME-Version", "Mime-Version": " 1.0"
        case "Content-Type", "Content-type": " text/plain"
        default: " some value"
        }
    }
}
