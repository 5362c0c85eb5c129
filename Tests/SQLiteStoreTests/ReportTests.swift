import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

@testable import SQLiteStore

/// What an administrator in mode `observe` wants to know before enforcing.
@Suite("Report")
struct ReportTests {
    private func row(
        _ seconds: Int64, client: String, action: Verdict = .accept, applied: Verdict = .accept, reasons: [String],
        dialect: String = "", recipient: String = "bob@lab.example"
    ) -> StoreChange {
        var record = verdict("s\(seconds)", at: noon + seconds)
        record.client = client
        record.verdict = action
        record.applied = applied
        record.reasons = reasons.map(Reason.init(word:))
        record.dialect = dialect
        record.recipient = recipient
        return .verdict(record)
    }

    private func store(_ scratch: Scratch) throws -> Store {
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let honest = testKey.hash(client: try #require(ClientAddress("198.51.100.1")))
        try store.apply([
            row(-100, client: "192.0.2.1", action: .reject, reasons: ["dialect.bot", "name.missing"]),
            row(0, client: "192.0.2.1", action: .reject, reasons: ["dialect.bot", "name.missing"], dialect: "grum"),
            row(1, client: "192.0.2.1", action: .reject, reasons: ["dialect.bot", "name.missing"], dialect: "grum"),
            row(2, client: "192.0.2.2", action: .tempfail, reasons: ["greylist.new", "helo.ours"]),
            row(3, client: "192.0.2.2", action: .tempfail, reasons: ["greylist.early", "helo.ours"]),
            row(
                4, client: "198.51.100.1", action: .tempfail, applied: .tempfail,
                reasons: ["greylist.new", "helo.not-fqdn", "name.generic"], recipient: "eve@other.example"),
            row(
                90, client: "198.51.100.1", reasons: ["greylist.passed", "helo.not-fqdn", "name.generic"],
                recipient: "eve@other.example"),
            row(5, client: "203.0.113.1", reasons: ["none"], dialect: "postfix"),
            .client(honest, ClientRecord(firstSeen: noon + 90, lastSeen: noon + 200, count: 2)),
        ])
        return store
    }

    @Test func countsWhatWasDeservedAndWhatWasApplied() throws {
        let scratch = Scratch()
        let report = try store(scratch).report(since: noon, words: 10)
        #expect(report.first == noon && report.last == noon + 90)
        #expect(report.all == .init(recipients: 7, clients: 4))
        #expect(report.deserved[.reject] == .init(recipients: 2, clients: 1))
        #expect(report.deserved[.tempfail] == .init(recipients: 3, clients: 2))
        #expect(report.deserved[.accept] == .init(recipients: 2, clients: 2))
        #expect(report.deserved[.fakeReject] == nil)
        #expect(report.applied[.tempfail] == .init(recipients: 1, clients: 1))
        #expect(report.applied[.accept] == .init(recipients: 6, clients: 4))
    }

    @Test func saysWhoMayHaveBeenHonest() throws {
        let scratch = Scratch()
        let report = try store(scratch).report(since: noon, words: 10)
        #expect(report.firstAttempts == 2)
        #expect(report.cameBack == 1)
        #expect(report.redeemedClients == 1)
    }

    @Test func namesWhatSpokeAgainstClients() throws {
        let scratch = Scratch()
        let report = try store(scratch).report(since: noon, words: 2)
        // The greylist's word does not split a reason in two.
        #expect(
            report.reasons == [
                .init(word: "dialect.bot,name.missing", count: .init(recipients: 2, clients: 1)),
                .init(word: "helo.ours", count: .init(recipients: 2, clients: 1)),
            ])
        #expect(report.dialects.first == .init(word: "", count: .init(recipients: 3, clients: 2)))
        #expect(
            report.domains == [
                .init(word: "lab.example", count: .init(recipients: 4, clients: 2)),
                .init(word: "other.example", count: .init(recipients: 1, clients: 1)),
            ])
        #expect(try store(scratch).report(since: noon + 1_000, words: 10) == VerdictReport())
    }

    @Test func saysWhatEnforcingWouldDo() throws {
        let scratch = Scratch()
        let store = try store(scratch)
        let known = testKey.hash(client: try #require(ClientAddress("203.0.113.9")))
        let day: Int64 = 86_400
        try store.apply([
            row(0, client: "203.0.113.9", reasons: ["none"]),
            row(3 * day, client: "203.0.113.9", action: .tempfail, reasons: ["greylist.new", "name.missing"]),
            row(1, client: "192.0.2.50", action: .tempfail, reasons: ["greylist.new", "name.generic"]),
            row(2 * day, client: "192.0.2.50", action: .tempfail, reasons: ["greylist.new", "name.generic"]),
            row(1, client: "192.0.2.51", action: .tempfail, reasons: ["greylist.new", "dialect.bot"]),
            row(2 * day, client: "192.0.2.51", action: .tempfail, reasons: ["greylist.new", "dialect.bot"]),
            .client(known, ClientRecord(firstSeen: noon + 1, lastSeen: noon + 3 * day, count: 4)),
        ])
        let outlook = try store.outlook(since: noon, lately: noon + 2 * day, senders: 1)
        #expect(outlook.first == noon && outlook.last == noon + 3 * day)
        #expect(outlook.clean == 2 && outlook.cleanLately == 1 && outlook.cleanRefused == 1)
        #expect(outlook.ownName == 1 && outlook.neverBack == 1 && outlook.relays == 2)
        #expect(outlook.days == 3)
        #expect(try store.outlook(since: noon + 9 * day, lately: noon + 9 * day, senders: 20).first == nil)
    }
}
