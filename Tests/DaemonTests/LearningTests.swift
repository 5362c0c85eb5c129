import Configuration
import Control
import Decision
import Dialects
import Envelopes
import Judgements
import Keeping
import KeyedHashing
import Milter
import Policy
import SMTP
import Synchronization
import Testing

@testable import Daemon

/// What the daemon keeps to learn from, and what it lets others say of it later.
@Suite("Learning from sessions")
struct LearningTests {
    private func words(_ sighting: Sighting) -> [String] {
        sighting.judgements.map { "\($0.source.rawValue) \($0.kind.rawValue)" }.sorted()
    }

    /// A message of a client with a name, to its end.
    private func message(
        _ site: AdapterSite, sender: String = "<a@example.net>", name: String = "mx.example.net",
        _ fields: [(name: String, value: String)] = [("Message-ID", " <m1@example.net>"), ("Subject", " x")]
    ) throws {
        let client = AdapterClient(site, ScriptedConnection(.postfix, [.clientResolve: "OK", .clientPTR: name]))
        try client.connect(name: name)
        client.helo(name)
        client.mail(sender)
        _ = client.recipient("<user1@lab.example>")
        client.connection.macros[.queueID] = "4QUEUE1"
        _ = client.endOfMessage(fields)
        client.handler.close()
    }

    @Test func aMessageIsASighting() throws {
        let site = AdapterSite { $0.mode = .observe }
        try message(site)
        let sighting = try #require(site.sightings.first)
        let key = site.state.memory.key
        #expect(site.sightings.count == 1 && sighting.judgements.isEmpty && sighting.envelope.hasHeaders)
        #expect(sighting.queueID == key.hash(queueID: "4QUEUE1"))
        #expect(sighting.messageID == key.hash(messageID: "m1@example.net"))
        #expect(sighting.organisation != nil && sighting.attempt != nil && sighting.vantage == .milterPostfix)
    }

    @Test("a session that asks for no recipient is one too, a few of a network a day, and no message")
    func withoutRecipient() throws {
        let site = AdapterSite { $0.mode = .observe }
        for _ in 0..<10 {
            let client = AdapterClient(site, ScriptedConnection(.postfix))
            try client.connect()
            client.helo("friend")
            client.handler.close()
        }
        #expect(site.sightings.count == Int(ScannerQuota.daily))
        #expect(site.sightings.allSatisfy { !$0.hasRecipient && !$0.isMessage && $0.dialect?.shape == "greets label" })
        #expect(Set(site.sightings.map(\.attempt)).count == 1)

        var quota = ScannerQuota()
        let noon = UnixTime(seconds: 86_400 * 20_000)
        func hash(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number)) }
        #expect((0..<20_000).count { quota.admits(hash($0), at: noon) } == ScannerQuota.mostNetworks)
        #expect((0..<9).count { _ in quota.admits(hash(3), at: noon + 60) } == Int(ScannerQuota.daily) - 1)
        #expect(!quota.admits(hash(30_000), at: noon) && quota.admits(hash(30_000), at: noon + 86_400))
    }

    @Test func nothingIsKeptWhereNothingIsLearned() throws {
        let site = AdapterSite({ _ in }, learning: { $0.learning = false })
        try message(site)
        #expect(site.sightings.isEmpty)
    }

    @Test(
        "a refused session is one sighting with what the mail server said",
        arguments: [
            (
                MTA.postfix, "5.7.1", "Service unavailable; Client host [203.0.113.9] blocked using bl.example",
                ["blocklist spam"]
            ),
            (.postfix, "5.7.1", "Client host rejected: Access denied", ["policy spam"]),
            (
                .postfix, "5.1.1", "Recipient address rejected: User unknown in local recipient table",
                ["unknown-recipients spam"]
            ),
            (.postfix, "4.2.0", "Recipient address rejected: Greylisted", []),
            (.postfix, "5.7.1", "Relay access denied", []),
            (.sendmail, "5.1.1", "550 5.1.1 User unknown", ["unknown-recipients spam"]),
        ])
    func refusedSessions(mta: MTA, code: String, text: String, expected: [String]) throws {
        let site = AdapterSite()
        let client = AdapterClient(site, ScriptedConnection(mta))
        try client.connect()
        client.helo("friend")
        client.mail("<a@b.example>")
        for number in 0..<3 {
            _ = client.recipient(
                "<user\(number)@lab.example>",
                [.recipientMailer: "error", .recipientHost: code, .recipientAddress: text])
        }
        client.handler.abort()
        #expect(site.sightings.isEmpty)
        client.handler.close()
        #expect(site.sightings.map(words) == [expected] && site.sightings.first?.queueID == nil)
    }

    @Test("a site's own texts, and fields of its filter")
    func configured() throws {
        let site = AdapterSite({ $0.mode = .observe }) { configuration in
            configuration.filterHeaders = [.filter(.spamassassin)]
        }
        try message(site, [("X-Spam-Flag", " YES"), ("X-Spam-Status", " Yes, score=9")])
        #expect(site.sightings.map(words) == [["filter-header spam"]])
        // By default nobody's fields are believed.
        let cautious = AdapterSite { $0.mode = .observe }
        try message(cautious, [("X-Spam-Flag", " NO"), ("X-Spam-Status", " No, score=-9")])
        #expect(cautious.sightings.map(words) == [[]])
    }

    @Test("in enforcing mode what Argot defers is a sighting too, which does not say so")
    func deferred() throws {
        let site = AdapterSite {
            $0.enforcedVerdicts = [.tempfail]
            $0.certainAction = .tempfail
        }
        let client = AdapterClient(site, ScriptedConnection(.postfix, [.clientResolve: "FAIL"]))
        try client.connect()
        client.helo("User.With.Error")
        client.mail("<pat@elsewhere.example>")
        guard case .refuse(let reply) = client.recipient("<user1@lab.example>") else {
            Issue.record("the bot was let in")
            return
        }
        #expect(reply.isTemporary)
        client.handler.abort()
        client.handler.close()
        let deferred = try #require(site.sightings.first)
        #expect(site.sightings.count == 1 && deferred.judgements.isEmpty)
        // The same client that went away by itself, where nothing was refused.
        let observing = AdapterSite { $0.mode = .observe }
        let other = AdapterClient(observing, ScriptedConnection(.postfix, [.clientResolve: "FAIL"]))
        try other.connect()
        other.helo("User.With.Error")
        other.mail("<pat@elsewhere.example>")
        #expect(other.recipient("<user1@lab.example>") == .continue)
        other.handler.abort()
        other.handler.close()
        let left = try #require(observing.sightings.first)
        #expect(left.envelope == deferred.envelope && left.dialect == deferred.dialect)
        #expect(left.judgements == deferred.judgements && left.isMessage == deferred.isMessage)
    }

    @Test("mail of somebody whom our people write to is honest, if it comes from there")
    func correspondents() throws {
        let site = AdapterSite { $0.mode = .observe }
        let desk = site.state.journal.lessons
        desk.note(correspondent: "A@Example.net", at: DaemonState.unixTime)
        desk.note(correspondent: "a@example.net", at: DaemonState.unixTime)
        #expect(site.keeper.correspondents == [site.state.memory.key.hash(sender: "a@example.net")])
        try message(site)
        try message(site, sender: "<other@example.net>")
        // A forged sender comes from elsewhere.
        try message(site, name: "mx.elsewhere.example")
        #expect(site.sightings.map(words) == [["correspondent honest"], [], []])
    }

    @Test("a client that may send for the sender's domain is the sender's, if this site's border says so")
    func authenticated() throws {
        let fields = [("Authentication-Results", " mx.lab.example; spf=pass smtp.mailfrom=a@example.net")]
        for (id, expected) in [("mx.lab.example", ["correspondent honest"]), ("", [])] {
            let site = AdapterSite({ $0.mode = .observe }) { $0.authservID = id }
            site.state.journal.lessons.note(correspondent: "a@example.net", at: DaemonState.unixTime)
            try message(site, name: "out.big.example", fields)
            #expect(site.sightings.map(words) == [expected])
            // Its verified name says whose it is.
            #expect(site.sightings.first?.organisation != nil)
        }
    }

    // MARK: Submission

    /// Sessions as the daemon makes them where the ports of submission are only listened to.
    private func submission(_ site: AdapterSite, port: String, login: String?) throws -> SubmissionClient {
        var macros: [MilterMacro: String] = [.clientResolve: "FAIL", .daemonPort: port]
        if let login { macros[.authenticatedName] = login }
        let session = SessionByPort(
            ports: [587],
            listener: { ListenOnlySession(CorrespondentListener(desk: site.state.journal.lessons)) },
            judge: { SMTPSessionHandler(state: site.state) })
        return SubmissionClient(session: session, connection: ScriptedConnection(.postfix, macros))
    }

    private struct SubmissionClient {
        let session: SessionByPort
        let connection: ScriptedConnection

        /// A message of a bot, to its end; whether everything was let through.
        func message(_ recipients: [String], isDelivered: Bool = true) throws -> Bool {
            let context = MilterContext(connection)
            let client = try #require(ClientAddress("203.0.113.9"))
            var isLetThrough =
                session.connect(MilterPeer(hostName: "[203.0.113.9]", origin: .network(client, port: 4_242)), context)
                == .continue
            func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
            isLetThrough = session.helo(bytes("User.With.Error").span, context) == .continue && isLetThrough
            isLetThrough = session.mail(bytes("<pat@elsewhere.example>").span, context) == .continue && isLetThrough
            for recipient in recipients {
                isLetThrough = session.recipient(bytes(recipient).span, context) == .continue && isLetThrough
            }
            session.data(context)
            if isDelivered {
                isLetThrough = session.endOfMessage(MilterMessageContext(connection)) == .continue && isLetThrough
            } else {
                session.abort()
            }
            session.close()
            return isLetThrough
        }
    }

    @Test func whomOurPeopleWriteToBecomesACorrespondent() throws {
        let site = AdapterSite()
        let key = site.state.memory.key
        #expect(
            try submission(site, port: "587", login: "anna").message([
                "<Bob@Far.example>", "<carol@near.example>\0NOTIFY=NEVER",
            ]))
        #expect(site.keeper.correspondents == ["bob@far.example", "carol@near.example"].map { key.hash(sender: $0) })
        // It is only listened to: no verdict, nothing kept.
        #expect(site.verdicts.isEmpty && site.sightings.isEmpty)
    }

    @Test(
        "others make no correspondents, and on another port everybody is judged",
        arguments: [("587", nil, true, true), ("587", "anna", false, true), ("25", nil, true, false)]
            as [(String, String?, Bool, Bool)])
    func noCorrespondents(port: String, login: String?, isDelivered: Bool, isLetThrough: Bool) throws {
        let site = AdapterSite()
        let found = try submission(site, port: port, login: login).message(
            ["<bob@far.example>"], isDelivered: isDelivered)
        #expect(found == isLetThrough && site.keeper.correspondents.isEmpty)
        #expect(site.verdicts.isEmpty == isLetThrough)
    }

    @Test func aCircularMakesNone() throws {
        let site = AdapterSite()
        let recipients = (0...CorrespondentListener.maximumRecipients).map { "<user\($0)@far.example>" }
        #expect(try submission(site, port: "587", login: "anna").message(recipients))
        #expect(site.keeper.correspondents.isEmpty)
    }

    // MARK: The judgement socket

    private func answer(_ service: JudgementService, _ method: String, _ path: String, _ query: [String: String] = [:])
        -> (status: Int, body: String)
    {
        let response: HTTPResponse
        switch service.handling(of: HTTPRequest(method: method, path: path, query: query)) {
        case .now(let now): response = now
        case .later(let work):
            let done = Mutex<HTTPResponse?>(nil)
            work { answer in done.withLock { $0 = answer } }
            var found: HTTPResponse?
            let end = ContinuousClock.now + .seconds(60)
            while found == nil, ContinuousClock.now < end { found = done.withLock { $0 } }
            response = found ?? HTTPResponse(status: 0, body: "")
        }
        return (response.status, response.body)
    }

    private func service(_ site: AdapterSite) -> JudgementService {
        JudgementService(desk: site.state.journal.lessons, state: site.state, keeper: site.keeper)
    }

    @Test func aJudgementFindsItsMessageByEitherName() throws {
        let site = AdapterSite { $0.mode = .observe }
        try message(site)
        let service = service(site)
        func judge(_ name: [String: String]) -> String {
            answer(
                service, "POST", "/judgements",
                name.merging(["source": "person", "verdict": "spam", "time": "5"]) { $1 }
            ).body
        }
        // Asked for at once: what the session has left is passed on before.
        #expect(judge(["queue_id": "4QUEUE1"]) == "{\"kept\":1}\n")
        #expect(judge(["message_id": "<m1@example.net>"]) == "{\"kept\":1}\n")
        #expect(judge(["queue_id": "REUSED", "message_id": "m1@example.net"]) == "{\"kept\":1}\n")
        #expect(judge(["queue_id": "4QUEUE9"]) == "{\"kept\":0}\n")
        let judged = site.keeper.judged.withLock { $0 }
        #expect(judged.allSatisfy { $0.judgement == MailJudgement(.spam, from: .person, at: UnixTime(seconds: 5)) })
    }

    @Test(
        "whatever else is asked on the judgement socket is refused",
        arguments: [
            ("POST", "/judgements", [:], 400),
            ("POST", "/judgements", ["source": "argot", "verdict": "spam", "queue_id": "A"], 400),
            ("POST", "/judgements", ["source": "trap", "verdict": "spam", "queue_id": "A"], 400),
            ("POST", "/judgements", ["source": "correspondent", "verdict": "honest", "queue_id": "A"], 400),
            ("POST", "/judgements", ["source": "person", "verdict": "maybe", "queue_id": "A"], 400),
            ("POST", "/judgements", ["source": "person", "verdict": "spam"], 400),
            ("POST", "/judgements", ["source": "person", "verdict": "spam", "queue_id": ""], 400),
            ("POST", "/judgements", ["source": "person", "verdict": "spam", "queue_id": "A", "time": "-1"], 400),
            (
                "POST", "/judgements",
                ["source": "person", "verdict": "spam", "message_id": String(repeating: "x", count: 2_000)], 400
            ),
            ("POST", "/judgements", ["source": "filter-log", "verdict": "spam", "queue_id": "A"], 403),
            ("POST", "/correspondents", ["address": "nobody"], 400),
            ("POST", "/correspondents", ["address": "@a"], 400),
            ("POST", "/mode", ["mode": "enforce"], 404), ("POST", "/lists", ["list": "allow"], 404),
            ("GET", "/status", [:], 404), ("DELETE", "/data", ["everything": ""], 404), ("POST", "/reload", [:], 404),
        ] as [(String, String, [String: String], Int)])
    func nothingElse(method: String, path: String, query: [String: String], status: Int) {
        let site = AdapterSite({ _ in }) { $0.judgementSources = [.person, .correspondent] }
        #expect(answer(service(site), method, path, query).status == status)
        #expect(site.keeper.judged.withLock { $0.isEmpty } && site.keeper.correspondents.isEmpty)
    }

    @Test("what the mail server refuses before any recipient judges the session, by its words")
    func earlyRefusals() throws {
        let site = AdapterSite { $0.mode = .observe }
        let client = AdapterClient(site, ScriptedConnection(.postfix))
        try client.connect()
        client.helo("friend")
        client.handler.close()
        let service = service(site)
        func refuse(_ reply: String, _ address: String = "203.0.113.9") -> String {
            answer(service, "POST", "/refusals", ["client": address, "reply": reply, "time": "5"]).body
        }
        #expect(refuse("554 5.7.1 Service unavailable; Client host blocked using bl.example") == "{\"kept\":1}\n")
        #expect(refuse("550 5.7.1 <x>: Helo command rejected: Access denied") == "{\"kept\":1}\n")
        for (reply, address) in [
            ("554 5.7.1 blocked using bl.example", "203.0.113.8"), ("550 5.7.1 no", "203.0.113.9"),
        ] {
            #expect(refuse(reply, address) == "{\"kept\":0}\n")
        }
        let judged = site.keeper.judged.withLock { $0 }.map(\.judgement.source)
        #expect(judged == [.blocklist, .policy, .blocklist])
        for query in [
            ["client": "x", "reply": "550 no"], ["client": "192.0.2.1"], ["client": "192.0.2.1", "reply": ""],
        ] {
            #expect(answer(service, "POST", "/refusals", query).status == 400)
        }
        let off = AdapterSite({ _ in }) { $0.learning = false }
        #expect(answer(self.service(off), "POST", "/refusals", ["client": "192.0.2.1", "reply": "5"]).status == 403)
    }

    @Test func whoIsHeardIsSaid() {
        let site = AdapterSite({ _ in }) { $0.judgementSources = [.person] }
        #expect(
            answer(service(site), "GET", "/judgements").body
                == "{\"learning\":true,\"sources\":{\"correspondent\":false,\"filter-log\":false,\"person\":true}}\n")
        let off = AdapterSite({ _ in }) { $0.learning = false }
        #expect(answer(service(off), "GET", "/judgements").body.hasPrefix("{\"learning\":false,"))
        #expect(answer(service(off), "POST", "/correspondents", ["address": "a@b.example"]).status == 403)
        #expect(answer(service(site), "POST", "/correspondents", ["address": "a@b.example"]).status == 403)
    }

    @Test func judgementsAreRateLimited() {
        let service = service(AdapterSite())
        var statuses: [Int: Int] = [:]
        for _ in 0..<1_500 {
            let query = ["address": "a@b.example"]
            statuses[answer(service, "POST", "/correspondents", query).status, default: 0] += 1
        }
        #expect(statuses[200, default: 0] >= 1_000)
        #expect(statuses.keys.allSatisfy { [200, 429].contains($0) })
    }
}
