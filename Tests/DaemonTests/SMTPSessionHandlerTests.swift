import Decision
import Milter
import Policy
import SMTP
import Testing

@testable import Daemon

/// The adapter between a milter engine and the decision, without an engine: which macros become which events, and which
/// decisions become which answers.
@Suite("The session handler")
struct SMTPSessionHandlerTests {
    /// A session under test: one stage after the other.
    private struct Client {
        let handler: SMTPSessionHandler
        let connection: ScriptedConnection

        init(_ site: AdapterSite, _ connection: ScriptedConnection = ScriptedConnection()) {
            handler = SMTPSessionHandler(state: site.state)
            self.connection = connection
        }

        private var context: MilterContext { MilterContext(connection) }

        @discardableResult
        func connect(
            _ address: String = "203.0.113.9", name: String = "[203.0.113.9]", _ macros: [MilterMacro: String] = [:]
        ) throws -> MilterConnectResponse {
            connection.macros.merge(macros) { $1 }
            let client = try #require(ClientAddress(address))
            return handler.connect(MilterPeer(hostName: name, origin: .network(client, port: 4_242)), context)
        }

        @discardableResult
        func helo(_ name: String) -> MilterResponse {
            let bytes = Array(name.utf8)
            return handler.helo(bytes.span, context)
        }

        @discardableResult
        func mail(_ arguments: String) -> MilterResponse {
            let bytes = Array(arguments.utf8)
            return handler.mail(bytes.span, context)
        }

        func recipient(_ arguments: String, _ macros: [MilterMacro: String] = [:]) -> MilterResponse {
            connection.macros.merge(macros) { $1 }
            let bytes = Array(arguments.utf8)
            return handler.recipient(bytes.span, context)
        }

        func endOfMessage() -> MilterResponse {
            handler.data(context)
            let field = Array("Subject\0 x".utf8)
            _ = handler.header(field.span, nameLength: 7, context)
            _ = handler.endOfHeaders(context)
            return handler.endOfMessage(MilterMessageContext(connection))
        }
    }

    /// What a known bot says, from an address without a name.
    private func bot(_ site: AdapterSite, _ mta: MTA = .postfix) throws -> Client {
        let client = Client(site, ScriptedConnection(mta, [.clientResolve: "FAIL"]))
        try client.connect()
        client.helo("User.With.Error")
        client.mail("<pat@elsewhere.example>")
        return client
    }

    @Test func aRefusalIsTheAnswerAndIsJournalledAtOnce() throws {
        let site = AdapterSite()
        let client = try bot(site)
        let answer = client.recipient("<user1@lab.example>", [.queueID: "4QUEUE1"])
        #expect(answer == .refuse(try RefusalReply.refusedByPolicy()))
        let record = try #require(site.verdicts.first)
        #expect(record.verdict == .reject && record.applied == .reject && record.queueID == "4QUEUE1")
        #expect(!record.session.isEmpty && record.client == "203.0.113.9")
        #expect(record.reasons.contains(.signal(.dialectBot)) && record.reasons.contains(.signal(.nameMissing)))
    }

    @Test func whoIsLetInIsJournalledAtTheEndWithTheQueueID() throws {
        let site = AdapterSite { $0.mode = .observe }
        let client = try bot(site)
        #expect(client.recipient("<user1@lab.example>") == .continue)
        #expect(site.verdicts.isEmpty)
        // Postfix tells the queue id at DATA.
        client.connection.macros[.queueID] = "4QUEUE2"
        #expect(client.endOfMessage() == .continue)
        #expect(site.verdicts.map(\.queueID) == ["4QUEUE2"])
        #expect(site.verdicts.map(\.verdict) == [.reject] && site.verdicts.map(\.applied) == [.accept])
    }

    @Test func anAbortedTransactionIsJournalledToo() throws {
        let site = AdapterSite { $0.mode = .observe }
        let client = try bot(site)
        _ = client.recipient("<user1@lab.example>")
        client.handler.abort()
        #expect(site.verdicts.count == 1)
    }

    @Test(arguments: [("{daemon_port}", "0"), ("{client_port}", "0")])
    func aLocalSubmissionIsNotLookedAt(macro: String, value: String) throws {
        let site = AdapterSite()
        let client = Client(site)
        #expect(
            try client.connect("127.0.0.1", name: "localhost", [MilterMacro(stringLiteral: macro): value]) == .accept)
        client.helo("User.With.Error")
        client.mail("<pat@elsewhere.example>")
        #expect(client.recipient("<user1@lab.example>") == .continue)
        #expect(site.verdicts.isEmpty)
    }

    @Test func whoHasLoggedInIsLeftAlone() throws {
        let site = AdapterSite()
        let client = Client(site, ScriptedConnection(.postfix, [.clientResolve: "FAIL", .authenticatedName: "anna"]))
        try client.connect()
        client.helo("User.With.Error")
        client.mail("<pat@elsewhere.example>")
        #expect(client.recipient("<user1@lab.example>") == .continue)
        client.handler.abort()
        #expect(site.verdicts.first?.reasons.first == .exempt(.authenticated))
    }

    @Test(
        "A recipient that the mail server refuses is not decided on",
        arguments: [
            (MTA.postfix, "5.1.1", true), (.postfix, "5.1.1 User unknown in virtual alias table", false),
            (.sendmail, "5.1.1", true),
        ])
    func refusedRecipients(mta: MTA, host: String, isRefused: Bool) throws {
        let site = AdapterSite()
        let client = try bot(site, mta)
        let answer = client.recipient(
            "<gone@lab.example>",
            [.recipientMailer: "error", .recipientHost: host, .recipientAddress: "User unknown"])
        #expect((answer == .continue) == isRefused)
        #expect(site.verdicts.isEmpty == isRefused)
    }

    @Test func sendmailTellsTheGreeting() throws {
        let site = AdapterSite { $0.mode = .observe }
        for (proto, isPlain) in [("SMTP", true), ("ESMTP", false)] {
            let client = Client(
                site, ScriptedConnection(.sendmail, [.clientResolve: "FAIL", .receivedProtocol: proto]))
            try client.connect()
            client.helo("host.example.net")
            client.mail("<a@example.net>")
            _ = client.recipient("<user1@lab.example>")
            client.handler.abort()
            let last = try #require(site.verdicts.last)
            #expect(last.reasons.contains(.signal(.heloPlain)) == isPlain, "\(proto)")
        }
    }

    @Test func listsHoldInSessionsInProgress() throws {
        let site = AdapterSite()
        let client = try bot(site)
        var policy = site.state.snapshot.policy.configuration
        policy.allowedAddresses = [try #require(AddressPrefix("203.0.113.9/32"))]
        site.state.publish(site.state.snapshot.under(policy))
        #expect(client.recipient("<user1@lab.example>") == .continue)
    }

    @Test func everyCallbackIsTimedAndSessionsAreCounted() throws {
        let site = AdapterSite()
        do {
            let client = try bot(site)
            _ = client.recipient("<user1@lab.example>")
            client.handler.close()
        }
        #expect(site.state.metrics.histogram(.rcpt).counts.buckets.reduce(0, +) == 1)
        #expect(site.state.metrics.histogram(.helo).counts.buckets.reduce(0, +) == 1)
    }
}
