import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

@testable import SQLiteStore

/// Who was put off, who came back after how long, and who never did.
@Suite("Deferred, and never seen again")
struct DeferralTests {
    private func row(
        _ seconds: Int64, _ client: String, _ sender: String, _ recipient: String = "anna@lab.example",
        applied: Verdict = .tempfail, reasons: [String] = ["helo.not-fqdn", "name.missing"], isShown: Bool = false
    ) -> StoreChange {
        var record = verdict("s\(seconds)", at: noon + seconds)
        record.client = client
        record.sender = sender
        record.recipient = recipient
        record.verdict = applied
        record.applied = applied
        let words = (applied == .tempfail ? ["greylist.new"] : ["greylist.passed"]) + reasons
        record.reasons = words.map(Reason.init(word:))
        return .verdict(record, showsAddresses: isShown)
    }

    private func report(_ changes: [StoreChange], limit: Int = 10, at now: Int64 = 86_400) throws -> DeferralReport {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.apply(changes)
        return try store.deferrals(since: noon, now: noon + now, limit: limit)
    }

    private func key(_ client: String) throws -> KeyedHash { testKey.hash(client: try #require(ClientAddress(client))) }

    @Test func everyFateIsCounted() throws {
        let report = try report([
            row(0, "192.0.2.1", "scan@office.example"), row(5, "192.0.2.1", "scan@office.example"),
            row(10, "192.0.2.2", "joe@old.example"), row(310, "192.0.2.2", "joe@old.example", applied: .accept),
            row(20, "192.0.2.3", "list@pool.example"), row(620, "198.51.100.3", "list@pool.example", applied: .accept),
            // The sender changed with the attempt, the client did not.
            row(30, "192.0.2.4", "b-1@verp.example"), row(930, "192.0.2.4", "b-2@verp.example", applied: .accept),
            row(80_000, "192.0.2.5", "late@slow.example"),
        ])
        #expect(report.all.deferred == 5 && report.all.cameBack == 2 && report.all.fromElsewhere == 1)
        #expect(report.all.neverCameBack == 1 && report.all.waiting == 1 && report.lostClients == 1)
        #expect(report.lost.map(\.key) == [try key("192.0.2.1")])
        #expect(report.lost.first?.last == noon + 5)
        #expect(report.lost.first?.reasons == ["helo.not-fqdn", "name.missing"])
        #expect(report.returned.map(\.delay) == [900...900, 600...600, 300...300])
        #expect(report.lost.first?.address == nil && report.lost.first?.recipientDomain == "lab.example")
    }

    @Test func whoIsMostLikelyHonestComesFirst() throws {
        let known = try key("192.0.2.9")
        let bot = ["dialect.bot", "name.missing"]
        let report = try report(
            (0..<9).map { row($0, "203.0.113.1", "x\($0)@bot.example", reasons: bot) } + [
                row(20, "192.0.2.8", "scan@office.example"), row(21, "192.0.2.9", "ups@plant.example"),
                .client(known, ClientRecord(firstSeen: noon, lastSeen: noon, count: 1)),
            ])
        #expect(report.lost.map(\.key) == [known, try key("192.0.2.8"), try key("203.0.113.1")])
        #expect(report.lost.map(\.hasSentCleanMail) == [true, false, false])
        #expect(report.lost.map(\.count.neverCameBack) == [1, 1, 9])
        #expect(report.lostClients == 3)
    }

    @Test func addressesAreNamedWhereTheJournalKeepsThem() throws {
        let report = try report([row(0, "192.0.2.1", "scan@office.example", isShown: true)])
        #expect(report.lost.first?.address == "192.0.2.1" && report.lost.first?.senderDomain == "office.example")
    }

    @Test func theListsAreBoundedAndTheCountsAreNot() throws {
        let report = try report((0..<20).map { row(Int64($0), "192.0.2.\($0)", "a@b.example") }, limit: 3)
        #expect(report.lost.count == 3 && report.lostClients == 20 && report.all.neverCameBack == 20)
    }

    @Test func whatWasOnlyDeservedIsNoDeferral() throws {
        var record = verdict("s", at: noon)
        record.client = "192.0.2.1"
        record.verdict = .tempfail
        record.applied = .accept
        #expect(try report([.verdict(record)]).all == .init())
    }
}
