import Decision
import Memory
import Policy
import SMTP
import Synchronization
import Testing
import Threads

/// Deciding while what is remembered is still being read.
struct LateReadingTests {
    /// What a store keeps: one client, or nothing that it can tell.
    private final class Kept: KeptRecords {
        let records: [KeyedHash: ClientRecord]?
        let questions = Mutex(0)

        init(_ records: [KeyedHash: ClientRecord]?) { self.records = records }

        func record(of key: KeyedHash, in table: RecordTable) throws(RecordsUnreadable) -> ClientRecord? {
            questions.withLock { $0 += 1 }
            guard let records else { throw RecordsUnreadable() }
            return records[key]
        }
    }

    private let epoch = UnixTime(seconds: Site.epoch)

    private func good(_ site: Site) throws -> (key: KeyedHash, record: ClientRecord) {
        let key = site.memory.key.keys(of: try #require(ClientAddress("203.0.113.9"))).client
        return (key, ClientRecord(firstSeen: epoch + -30 * 86_400, lastSeen: epoch + -86_400, count: 20))
    }

    /// The first words of a client with a bot's dialect and no name, for which it is put off.
    private func words(_ site: Site, at time: Int64 = 0) -> (applied: Verdict, words: [String]) {
        var session = Session.festi(site, at: time)
        let record = session.recipient("<b@example.org>").record
        return (record.applied, record.words)
    }

    /// What a first attempt left in the store.
    private func leftByFirstAttempt() throws -> [(key: KeyedHash, entry: GreylistEntry)] {
        var first = Session.festi(try Site())
        let decision = first.recipient("<b@example.org>")
        #expect(decision.record.applied == .tempfail)
        let kept: [(KeyedHash, GreylistEntry)] = decision.changes.compactMap { change in
            if case .greylist(let key, let entry) = change { (key, entry) } else { nil }
        }
        #expect(!kept.isEmpty)
        return kept
    }

    @Test func whoComesAgainIsNotPutOffOnceMoreBeforeItsAttemptIsRead() throws {
        let (late, kept) = (try Site(), try leftByFirstAttempt())
        late.memory.beginReading(from: Kept(Dictionary(kept.map { ($0.key, $0.entry.record) }) { one, _ in one }))
        #expect(words(late, at: 7_200).applied == .accept)
        late.memory.finishReading(greylist: kept, at: epoch + 7_201)
        #expect(words(late, at: 7_202).applied == .accept && !late.memory.isReading)
    }

    @Test func aStrangerIsJudgedAsAStranger() throws {
        let site = try Site()
        let kept = Kept([:])
        site.memory.beginReading(from: kept)
        #expect(words(site).applied == .tempfail)
        #expect(kept.questions.withLock { $0 } > 0)
        site.memory.finishReading(at: epoch)
        #expect(site.memory.counts.attempts > 0)
    }

    @Test func whereNothingCanBeToldNobodyIsPutOff() throws {
        let site = try Site()
        site.memory.beginReading(from: Kept(nil))
        #expect(words(site).applied == .accept)
        #expect(site.memory.counts.attempts == 0)
        site.memory.finishReading(at: epoch)
        #expect(words(site).applied == .tempfail)
    }

    @Test func whatIsRemovedMeanwhileDoesNotComeIn() throws {
        let site = try Site()
        let (memory, epoch, kept) = (site.memory, epoch, try good(site))
        memory.beginReading(from: Kept([kept.key: kept.record]))
        let purge = SideWork("purge") { memory.forget(.everything(labels: false)) }
        memory.finishReading(clients: [kept], at: epoch)
        purge.outcome()
        #expect(memory.counts == (0, 0))
    }
}
