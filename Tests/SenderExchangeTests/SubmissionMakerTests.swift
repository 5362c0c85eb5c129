import Decision
import Keeping
import KeyedHashing
import SMTP
import SQLiteStore
import ScratchFiles
import SenderExchange
import SpamTracker
import Testing

@Suite("Submissions of what a site has counted")
struct SubmissionMakerTests {
    private static let start = UnixTime(seconds: 20_000 * 86_400)

    /// A site with a store.
    private struct Site {
        let scratch: Scratch
        let store: Store
        let pseudonyms: SenderPseudonyms
        var counter: SenderCounter

        init() throws {
            scratch = try Scratch()
            let key = HashingKey.random()
            store = try Store(path: scratch.path + "/argot.sqlite", hashingKey: key)
            pseudonyms = SenderPseudonyms(key: key)
            counter = SenderCounter(pseudonyms, slotSeconds: 900)
        }

        mutating func count(
            _ address: String, _ domain: String, at time: UnixTime, mails: UInt32 = 1,
            _ change: (inout SenderCell) -> Void = { _ in }
        ) throws {
            var cell = counter.cell(from: try #require(ClientAddress(address)), to: domain, at: time, mails: mails)
            change(&cell)
            counter.add(cell)
        }

        mutating func submission(
            _ group: SenderPseudonyms, from start: UnixTime, until end: UnixTime
        ) throws -> SenderSubmission {
            return try submission(group, from: start, until: end, told: ToldSlots()).submission
        }

        mutating func submission(
            _ group: SenderPseudonyms, from start: UnixTime, until end: UnixTime, told: ToldSlots
        ) throws -> (submission: SenderSubmission, told: ToldSlots) {
            try store.add(counter.take(), progress: nil)
            return try SubmissionMaker(
                site: pseudonyms, group: group, slotSeconds: 900, learnsFromDialects: false
            ).submission(of: store, from: start, until: end, told: told)
        }
    }

    @Test("two sites name one sender alike and their domains each in its own way; nothing is in clear")
    func names() throws {
        let group = SenderPseudonyms(key: .random())
        var submissions: [SenderSubmission] = []
        let addresses = ["192.0.2.7", "2001:db8:1:2::9", "198.51.100.20"]
        for _ in 0..<2 {
            var site = try Site()
            for address in addresses { try site.count(address, "lab.example", at: Self.start, mails: 2) }
            try site.count("192.0.2.7", "other.example", at: Self.start + 900)
            submissions.append(try site.submission(group, from: Self.start, until: Self.start + 1_800))
        }
        let expected = Set(try addresses.map { group.sender(try #require(ClientAddress($0))).bits })
        for submission in submissions {
            #expect(Set(submission.cells.map(\.sender)) == expected)
            #expect(submission.columns.count == 2)
            #expect(submission.cells.map(\.mails) == [2, 2, 2, 1])
            #expect(submission.group == group.groupID)
            // Whoever has the group's key can tell the senders.
            let found = submission.cells.map { group.sender(named: SenderKey(bits: $0.sender)).address.description }
            #expect(Set(found).contains("192.0.2.7"))
        }
        #expect(Set(submissions[0].columns).isDisjoint(with: submissions[1].columns))
    }

    @Test("each slot is told of once, and the week's labels every time")
    func spansAndLabels() throws {
        let group = SenderPseudonyms(key: .random())
        var site = try Site()
        try site.count("192.0.2.1", "lab.example", at: Self.start) { $0.trapped = 1 }
        try site.count("192.0.2.2", "lab.example", at: Self.start + 900)
        try site.count("192.0.2.3", "lab.example", at: Self.start + 1_800) { $0.honest = 1 }
        try site.store.setLabel(
            SenderNetworkLabel(
                network: try #require(AddressPrefix("192.0.2.2/32")), isSpam: true, origin: .administrator,
                time: Self.start))
        func name(_ text: String) throws -> UInt64 { group.sender(try #require(ClientAddress(text))).bits }
        let first = try site.submission(group, from: Self.start, until: Self.start + 1_800)
        #expect(Set(first.cells.map(\.sender)) == [try name("192.0.2.1"), try name("192.0.2.2")])
        #expect(first.labels.map(\.isSpam) == [true, true])
        let second = try site.submission(group, from: Self.start + 1_800, until: Self.start + 2_700)
        #expect(second.cells.map(\.sender) == [try name("192.0.2.3")])
        #expect(second.labels.count == 3)
        #expect(second.labels.first { $0.sender == (try? name("192.0.2.3")) }?.isSpam == false)
        // A label that comes late goes with the next one; after a week it is not told any more.
        #expect(try site.store.removeLabel(of: try #require(AddressPrefix("192.0.2.2/32"))))
        let third = try site.submission(group, from: Self.start + 2_700, until: Self.start + 3_600)
        #expect(third.cells.isEmpty && third.labels.count == 2)
        let end = Self.start + 9 * 86_400
        let late = try site.submission(group, from: end + -900, until: end)
        #expect(late.cells.isEmpty && late.labels.isEmpty)
        // The same span again gives the same bytes.
        #expect(try site.submission(group, from: Self.start, until: Self.start + 1_800).cells == first.cells)
    }

    @Test("what becomes known of a slot after it was told is told again, whole, once; what is forgotten is not")
    func corrections() throws {
        let group = SenderPseudonyms(key: .random())
        var site = try Site()
        let slots = (0..<5).map { Self.start + Int64($0) * 900 }
        try site.count("192.0.2.1", "lab.example", at: slots[0])
        try site.count("192.0.2.2", "lab.example", at: slots[1])
        var (submission, told) = try site.submission(group, from: slots[0], until: slots[3], told: ToldSlots())
        #expect(submission.corrected.isEmpty && submission.cells.count == 2)
        // Imported later: into a slot that had something, and into one that had nothing.
        try site.count("192.0.2.9", "other.example", at: slots[0] + 5)
        try site.count("192.0.2.8", "lab.example", at: slots[2])
        try site.count("192.0.2.3", "lab.example", at: slots[3])
        let before = told
        (submission, told) = try site.submission(group, from: slots[3], until: slots[4], told: before)
        #expect(submission.cells.count == 1)
        #expect(submission.corrected == [slots[0].seconds, slots[2].seconds])
        #expect(submission.corrections.map(\.slot) == [slots[0].seconds, slots[0].seconds, slots[2].seconds])
        #expect(try SenderSubmission(bytes: submission.bytes, file: "x") == submission)
        // After a crash the same again.
        #expect(try site.submission(group, from: slots[3], until: slots[4], told: before).submission == submission)
        (submission, told) = try site.submission(group, from: slots[4], until: slots[4] + 900, told: told)
        #expect(submission.corrected.isEmpty && submission.corrections.isEmpty)
        // Where nobody knows what was told, nothing is told again.
        #expect(
            try site.submission(group, from: slots[4], until: slots[4] + 900, told: ToldSlots()).submission.corrected
                .isEmpty)
        // What is older than a week is not looked at any more.
        let later = slots[4] + 8 * 86_400
        (_, told) = try site.submission(group, from: slots[4] + 900, until: later, told: told)
        try site.count("192.0.2.7", "lab.example", at: slots[1])
        try site.count("192.0.2.7", "lab.example", at: later + -900)
        (submission, told) = try site.submission(group, from: later, until: later + 900, told: told)
        #expect(submission.corrected == [later.seconds - 900])
    }
}
