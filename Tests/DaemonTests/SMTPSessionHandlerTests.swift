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
    /// What a known bot says, from an address without a name.
    private func bot(_ site: AdapterSite, _ mta: MTA = .postfix) throws -> AdapterClient {
        let client = AdapterClient(site, ScriptedConnection(mta, [.clientResolve: "FAIL"]))
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
        let client = AdapterClient(site)
        #expect(
            try client.connect("127.0.0.1", name: "localhost", [MilterMacro(stringLiteral: macro): value]) == .accept)
        client.helo("User.With.Error")
        client.mail("<pat@elsewhere.example>")
        #expect(client.recipient("<user1@lab.example>") == .continue)
        #expect(site.verdicts.isEmpty)
    }

    @Test func whoHasLoggedInIsLeftAlone() throws {
        let site = AdapterSite()
        let client = AdapterClient(
            site, ScriptedConnection(.postfix, [.clientResolve: "FAIL", .authenticatedName: "anna"]))
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
            let client = AdapterClient(
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
