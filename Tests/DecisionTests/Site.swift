import Decision
import Dialects
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

/// An installation of Argot: a policy, a model, a memory.
struct Site {
    /// When the tests' clocks begin.
    static let epoch: Int64 = 1_700_000_000

    /// A few of the starter model's dialects, so that compiling takes no time.
    static let model = DialectModel(
        dialects: DialectModel.starter().dialects.filter {
            ["postfix", "exim4", "python-smtplib", "mydoom", "festi", "ylmf-pc"].contains($0.name)
        })

    let snapshot: DecisionSnapshot
    let memory: DecisionMemory

    /// A site that enforces what is switched on, with nothing remembered.
    init(_ change: (inout PolicyConfiguration) -> Void = { _ in }) throws {
        var policy = PolicyConfiguration()
        policy.nameLookups = .yes
        policy.mode = .enforce
        change(&policy)
        let snapshot = DecisionSnapshot(model: Self.model, modelSource: "built-in", policy: policy)
        self.init(snapshot: snapshot, memory: try Self.memory(for: snapshot))
    }

    init(snapshot: DecisionSnapshot, memory: DecisionMemory) {
        self.snapshot = snapshot
        self.memory = memory
    }

    /// The same site and memory, in mode `enforce`.
    func enforcing() throws -> Site {
        var policy = snapshot.policy.configuration
        policy.mode = .enforce
        memory.setMode(.enforce)
        return Site(snapshot: snapshot.under(policy), memory: memory)
    }

    /// An empty memory of the same key.
    static func memory(for snapshot: DecisionSnapshot) throws -> DecisionMemory {
        DecisionMemory(key: try HashingKey(bytes: 1...32), policy: snapshot.policy.configuration)
    }

    /// Makes the memory know the clients for `messages` clean messages each, the first of them long ago.
    func remember(_ clients: [String], messages: Int) throws {
        let record = ClientRecord(
            firstSeen: UnixTime(seconds: Self.epoch - 30 * 86_400), lastSeen: UnixTime(seconds: Self.epoch - 86_400),
            count: messages)
        let keys = try clients.map { memory.key.keys(of: try #require(ClientAddress($0))).client }
        memory.restore(clients: keys.map { ($0, record) }, at: UnixTime(seconds: Self.epoch))
    }

    /// Makes the memory know one client.
    func remember(_ client: String, messages: Int) throws { try remember([client], messages: messages) }
}

extension PolicyConfiguration {
    /// Lies to a fraction of the clients against which two detectors agree, and applies it.
    mutating func lie(fraction: Double = 1) {
        certainAction = .fakeReject
        fakeRejectFraction = fraction
        enforcedVerdicts = [.tempfail, .fakeReject]
        lieLimits.share = 1
        lieLimits.hourlyLimit = 100_000
        lieLimits.domainLimit = 100_000
        lieLimits.recipientLimit = 100_000
    }
}

extension SessionPeers {
    static func sample(
        _ client: String = "203.0.113.9", name: String? = nil, resolution: HostResolution = .unknown,
        mta: MTA = .postfix
    ) -> SessionPeers {
        SessionPeers(
            client: ClientAddress(client), clientPort: 4_242, clientName: name, resolution: resolution,
            server: ClientAddress("198.51.100.25"), serverPort: 25, serverName: "mx.example.org", mta: mta)
    }

    /// A client whose address has no name: with a bot's dialect that makes two detectors.
    static func nameless(_ client: String = "203.0.113.9", mta: MTA = .postfix) -> SessionPeers {
        sample(client, resolution: .fail, mta: mta)
    }
}

extension Session {
    /// A session of Festi's engine up to MAIL: a bare address in HELO.
    static func festi(
        _ site: Site, at time: Int64 = 0, peers: SessionPeers = .nameless(), sender: String = "<x@bot.example>"
    ) -> Session {
        var session = Session(site, at: time, peers: peers)
        session.helo("192.0.2.77")
        session.mail(sender)
        return session
    }

    /// A session of an honest Postfix up to MAIL.
    static func postfix(_ site: Site, at time: Int64 = 0, peers: SessionPeers? = nil) -> Session {
        let own = SessionPeers.sample("192.0.2.10", name: "mail.example.net", resolution: .ok)
        var session = Session(site, at: time, peers: peers ?? own)
        session.helo("mail.example.net")
        session.mail("<a@example.net>", "SIZE=1234")
        return session
    }
}
