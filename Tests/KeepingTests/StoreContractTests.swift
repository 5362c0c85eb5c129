import Configuration
import Dialects
import Envelopes
import Examples
import Foundation
import Judgements
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Synchronization
import Testing

/// What the daemon and the command line expect of a store, whichever it is.
@Suite("What every store does")
struct StoreContractTests {
    /// The stores there are.
    enum Kind: String, CaseIterable, CustomTestStringConvertible {
        case sqlite, memory
        var testDescription: String { rawValue }
    }

    /// A store of one test, from both sides.
    private final class Site {
        let keeper: any Keeper
        let key = try! HashingKey(bytes: 0..<32)
        private let open: () throws -> any DataStore
        private let directory: String

        /// The store as the command line sees it.
        var store: any DataStore { get throws { try open() } }

        init(_ kind: Kind) throws {
            let path = FileManager.default.temporaryDirectory.appending(path: "argot-keeping-\(UUID().uuidString)").path
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            directory = path
            switch kind {
            case .memory:
                let store = MemoryStore(key: key)
                (keeper, open) = (store, { store })
            case .sqlite:
                var configuration = Configuration()
                configuration.dataDirectory = path
                keeper = configuration.keeper(key: key, now: { StoreContractTests.noon }, onEvent: { _ in })
                open = { try DataDirectory(path).updateStore() }
            }
        }

        deinit {
            keeper.close()
            try? FileManager.default.removeItem(atPath: directory)
        }

        func keep(_ changes: StoreChange...) {
            for change in changes { keeper.submit(change) }
            #expect(keeper.flush())
        }
    }

    private static let noon = UnixTime(seconds: 1_700_000_000)
    private let noon = Self.noon

    private func hash(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number)) }

    @Test("what is remembered is as it was stated last, however often it was said", arguments: Kind.allCases)
    func state(_ kind: Kind) throws {
        let site = try Site(kind)
        let entry = GreylistEntry(firstSeen: noon, lastSeen: noon + 70, hasPassed: true)
        let record = ClientRecord(firstSeen: noon, lastSeen: noon + 9, count: 12)
        let later = ClientRecord(firstSeen: noon, lastSeen: noon + 10, count: 13)
        for _ in 0..<2 {
            site.keep(
                .memory(.greylist(hash(1), entry)), .memory(.greylist(hash(2), entry)),
                .memory(.greylistRemoved(hash(2))),
                .memory(.network(hash(3), record)), .memory(.client(hash(4), record)), .memory(.client(hash(4), later)),
                .memory(.clientNetwork(hash(5), record)), .memory(.networkRemoved(hash(9))))
        }
        let state = site.keeper.loadState()
        #expect(state.greylist.map(\.key) == [hash(1)] && state.greylist.map(\.entry) == [entry])
        #expect(state.networks.map(\.key) == [hash(3)] && state.networks.map(\.record) == [record])
        #expect(state.clients.map(\.key) == [hash(4)] && state.clients.map(\.record) == [later])
        #expect(state.clientNetworks.map(\.key) == [hash(5)])
        #expect(try site.store.loadState().clients.map(\.record) == [later])
        #expect(site.keeper.counts.written == 16 && site.keeper.counts.pending == 0)
    }

    /// What a look hands over, if it does.
    private func undone(_ keeper: any Keeper, always: Bool = false) -> Set<LieKey>? {
        let found = Found()
        keeper.lookForUndoneLies(always: always) { lies in found.lies.withLock { $0 = lies } }
        keeper.flush()
        return found.lies.withLock { $0 }
    }

    private final class Found: Sendable {
        let lies = Mutex<Set<LieKey>?>(nil)
    }

    @Test("a lie is listed, counted, and undone for good", arguments: Kind.allCases)
    func lies(_ kind: Kind) throws {
        let site = try Site(kind)
        let lie = LieKey(recipient: hash(1), network: hash(2))
        func told(_ seconds: Int64) -> StoreChange {
            .memory(.lie(LieRecord(time: noon + seconds, key: lie, recipientShown: "u***@lab.example", session: "s1")))
        }
        #expect(undone(site.keeper) == nil)
        site.keep(told(0), told(0), told(60))
        let listed = try site.store.lies(since: nil, limit: 10)
        #expect(listed.map(\.timesTold) == [2] && listed.first?.lastTold == noon + 60 && listed.first?.time == noon)
        #expect(try site.store.lies(since: noon + 61, limit: 10).isEmpty)
        #expect(try site.store.undoLie(lie, at: noon + 70))
        #expect(try !site.store.undoLie(LieKey(recipient: hash(8), network: hash(9)), at: noon))
        #expect(undone(site.keeper) == [lie])
        #expect(undone(site.keeper) == nil)
        site.keep(told(80))
        #expect(try site.store.undoLie(lie, at: noon + 90))
        #expect(try site.store.lies(since: nil, limit: 10).first?.undoneAt == noon + 70)
        #expect(undone(site.keeper, always: true) == [lie] && site.keeper.loadState().undoneLies == [lie])
        #expect(try site.keeper.purge(.recipient(hash(1))).lies == 1)
        #expect(undone(site.keeper, always: true) == [])
    }

    @Test("verdicts are found by what is asked, their addresses only where that is wanted", arguments: Kind.allCases)
    func journal(_ kind: Kind) throws {
        let site = try Site(kind)
        func record(_ session: String, _ queueID: String = "") -> VerdictRecord {
            VerdictRecord(
                time: noon, session: session, client: "192.0.2.7", helo: "h.example", sender: "Alice@example.net",
                recipient: "Bob@Lab.Example", verdict: .tempfail, applied: .accept,
                reasons: [.standing(.new), .signal(.heloIsOurs)],
                dialect: "cutwail", dialectState: "q17", queueID: queueID, mode: .observe, reply: "450 4.7.1 later",
                senderScore: "p=0.9")
        }
        site.keep(.verdict(record("s1")), .verdict(record("s2", "ABC"), showsAddresses: true))
        func found(_ query: JournalQuery) throws -> [String] {
            try site.store.verdicts(matching: query).map(\.record.session)
        }
        #expect(try found(JournalQuery()) == ["s2", "s1"] && found(JournalQuery(limit: 1)) == ["s2"])
        #expect(try found(JournalQuery(session: "s1")) == ["s1"] && found(JournalQuery(queueID: "ABC")) == ["s2"])
        #expect(try found(JournalQuery(client: site.key.hash(client: "192.0.2.7"))) == ["s2", "s1"])
        #expect(try found(JournalQuery(recipient: site.key.hash(recipient: "bob@lab.example"))) == ["s2", "s1"])
        #expect(try found(JournalQuery(queueID: "")) == [] && found(JournalQuery(since: noon + 1)) == [])
        let entries = try site.store.verdicts(matching: JournalQuery())
        let (shown, hashed) = try (#require(entries.first), #require(entries.last))
        #expect(shown.isShown && shown[.rcpt] == .text("Bob@Lab.Example") && shown[.from] == .text("Alice@example.net"))
        #expect(!hashed.isShown && hashed[.rcpt] == .absent && hashed.record.client == "")
        for field in VerdictField.journalled where ![.session, .queue].contains(field) {
            #expect(shown[field] == hashed[field] && shown[field] != .absent, "\(field)")
        }
        #expect(shown[.replyCode] == .number(450) && shown[.rcptDomain] == .text("lab.example"))
        #expect(shown[.reasons] == .words(["greylist.new", "helo.ours"]) && shown[.helo] == .text(""))
        #expect(try site.keeper.purge(.everything(labels: false)).verdicts == 2)
        #expect(try found(JournalQuery()).isEmpty)
    }

    @Test("counts of senders add up, and a change of labels is noticed", arguments: Kind.allCases)
    func senders(_ kind: Kind) throws {
        let site = try Site(kind)
        let cell = SenderCell(slot: noon.seconds, sender: .max, domain: 7, mails: 2, trapped: 1)
        site.keep(.senderCells([cell]), .senderCells([cell]))
        let progress = ImportProgress(identity: .max, lines: 9, checksum: 3)
        try site.store.add([SenderCell(slot: noon.seconds + 900, sender: 1, domain: 7, mails: 1)], progress: progress)
        let counts = try site.keeper.senderCounts()
        var cells: [SenderCell] = []
        try counts.senderCells(since: UnixTime(seconds: 0), until: UnixTime(seconds: .max), limit: 9) {
            cells.append($0)
        }
        #expect(cells.map(\.mails) == [4, 1] && cells.map(\.trapped) == [2, 0] && cells.first?.sender == .max)
        cells = []
        try counts.senderCells(since: UnixTime(seconds: 0), until: UnixTime(seconds: .max), limit: 1) {
            cells.append($0)
        }
        #expect(try cells.map(\.sender) == [1] && counts.senderCellCount() == 2)
        var trapped: [UInt64] = []
        try counts.trappedSenders(since: UnixTime(seconds: 0), until: UnixTime(seconds: .max)) { sender, _ in
            trapped.append(sender)
        }
        #expect(try trapped == [.max] && counts.importProgress(of: .max) == [progress])

        let network = try #require(AddressPrefix("192.0.2.0/24"))
        let before = try #require(site.keeper.sendersGeneration())
        try site.store.setLabel(
            SenderNetworkLabel(network: network, isSpam: false, origin: .administrator, time: noon))
        #expect(try site.store.replaceBlocklist("list", with: [network], at: noon) == 0)
        #expect(try site.store.replaceBlocklist("list", with: [], at: noon) == 1)
        #expect(try counts.senderLabels().map(\.isSpam) == [false])
        #expect(try site.store.removeLabel(of: network) && !site.store.removeLabel(of: network))
        #expect(try #require(site.keeper.sendersGeneration()) > before)
    }

    private func sighting(
        _ id: String, _ seconds: Int64 = 0, client: Int = 1, queue: Int? = nil, message: Int? = nil,
        attempt: Int? = nil, text: String = "helo name", judgements: [MailJudgement] = []
    ) -> Sighting {
        Sighting(
            id: id, time: noon + seconds, client: named(client), network: named(1_000 + client), organisation: named(7),
            vantage: .milterPostfix, envelope: envelope(text),
            dialect: DialectFingerprints(trace: .max, speech: 2, greeting: 3, shape: "EHLO name"),
            queueID: queue.map(named),
            messageID: message.map(named), attempt: attempt.map(named), judgements: judgements)
    }

    private func envelope(_ helo: String) -> EnvelopeSummary {
        let peers = SessionPeers(mta: .postfix)
        var observer = EnvelopeObserver(peers: peers)
        let bytes = Array(helo.utf8)
        if let event = EventReader(peers: peers).read(.helo, bytes.span) { observer.take(event, bytes.span) }
        return EnvelopeSummary(observer, hasHeaders: false)
    }

    /// A hash that differs from others in its upper half too.
    private func named(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number) << 64 | UInt128(number)) }

    private func sightings(_ site: Site, since: UnixTime = UnixTime(seconds: 0)) throws -> [Sighting] {
        var all: [Sighting] = []
        #expect(try site.store.sightings(since: since) { all.append($0) } == 0)
        return all
    }

    @Test("what was seen comes back as it was, oldest first, with what is said of it later", arguments: Kind.allCases)
    func seen(_ kind: Kind) throws {
        let site = try Site(kind)
        let trap = MailJudgement(.spam, from: .trap, at: noon)
        let first = sighting("s1.1", 5, queue: 11, message: 21, judgements: [trap])
        let second = sighting("s2.1", 0, client: 2, queue: 12, message: 21, text: "other.example")
        site.keep(.sighting(first), .sighting(second))
        #expect(try sightings(site) == [second, first])
        #expect(try sightings(site, since: noon + 1) == [first])
        let person = MailJudgement(.honest, from: .person, at: noon + 60)
        #expect(try site.keeper.judge(.queueID(named(11)), person) == 1)
        #expect(try site.keeper.judge(.messageID(named(21)), MailJudgement(.spam, from: .filterLog, at: noon)) == 2)
        #expect(try site.store.judge(.queueID(named(99)), person) == 0)
        // Of one source the latest counts.
        #expect(try site.store.judge(.queueID(named(11)), MailJudgement(.spam, from: .person, at: noon + 59)) == 1)
        #expect(try site.store.judge(.queueID(named(11)), MailJudgement(.spam, from: .trap, at: noon + 61)) == 1)
        let judged = try sightings(site).map { $0.judgements.map { "\($0.source.rawValue) \($0.kind.rawValue)" } }
        #expect(judged == [["filter-log spam"], ["filter-log spam", "person honest", "trap spam"]])
    }

    @Test("a retry is one sighting, whatever became of it before", arguments: Kind.allCases)
    func retries(_ kind: Kind) throws {
        let site = try Site(kind)
        let blocked = MailJudgement(.spam, from: .blocklist, at: noon)
        site.keep(
            .sighting(sighting("s1.1", 0, attempt: 5, judgements: [blocked])),
            .sighting(sighting("s2.1", 60, attempt: 5)), .sighting(sighting("s9.1", 60, attempt: 6)))
        #expect(try sightings(site).map(\.id) == ["s2.1", "s9.1"])
        site.keep(.sighting(sighting("s3.1", 120, queue: 11, message: 21, attempt: 5)))
        site.keep(.sighting(sighting("s4.1", 180, queue: 12, message: 21, attempt: 5)))
        #expect(try sightings(site).map(\.id) == ["s9.1", "s4.1"])
        // Another message of the same sender is another sighting.
        site.keep(.sighting(sighting("s5.1", 240, queue: 13, message: 22, attempt: 5)))
        #expect(try sightings(site).map(\.id) == ["s9.1", "s4.1", "s5.1"])
        #expect(try sightings(site).map(\.judgements) == [[], [blocked], []])
    }

    @Test("a client that sends ten thousand messages fills no more than its share of a day", arguments: Kind.allCases)
    func flood(_ kind: Kind) throws {
        let site = try Site(kind)
        for number in 0..<200 { site.keep(.sighting(sighting("s\(number).1", Int64(number), queue: number))) }
        site.keep(.sighting(sighting("other.1", 300, client: 2)), .sighting(sighting("next.1", 86_400)))
        let kept = try sightings(site)
        #expect(kept.count == Sighting.dailyLimit + 2)
        #expect(kept.suffix(2).map(\.id) == ["other.1", "next.1"])
        #expect(try site.store.sightingsLeftOut(since: noon) == 150)
    }

    @Test("judgements are counted by day and source, and compared", arguments: Kind.allCases)
    func judgements(_ kind: Kind) throws {
        let site = try Site(kind)
        func said(_ kind: JudgementKind, _ source: JudgementSource) -> MailJudgement {
            MailJudgement(kind, from: source, at: noon)
        }
        site.keep(
            .sighting(sighting("s0.1", -86_400)),
            .sighting(sighting("s1.1", judgements: [said(.spam, .person), said(.spam, .policy)])),
            .sighting(sighting("s2.1", 1, judgements: [said(.honest, .person), said(.spam, .policy)])),
            .sighting(sighting("s3.1", 2)),
            .sighting(sighting("s4.1", 86_400, judgements: [said(.honest, .filterLog)])))
        let report = try site.store.judgementReport(since: noon)
        #expect(report.days.map(\.sightings) == [3, 1] && report.days.map(\.judged) == [2, 1])
        #expect(
            report.days.map(\.begin.seconds) == [
                noon.seconds / 86_400 * 86_400, noon.seconds / 86_400 * 86_400 + 86_400,
            ])
        #expect(report.sightings == 4 && report.judged == 3 && report.leftOut == 0)
        #expect(report.sources[.person]?.spam == 1 && report.sources[.person]?.honest == 1)
        #expect(report.sources[.policy]?.spam == 2 && report.sources[.filterLog]?.honest == 1)
        #expect(report.sources[.trap] == nil)
        let overlap = try #require(report.overlaps[.init(.policy, .person)])
        #expect(overlap.both == 2 && overlap.same == 1 && report.overlaps.count == 1)
    }

    @Test("correspondents are remembered, and refusals that tell nothing are counted", arguments: Kind.allCases)
    func correspondents(_ kind: Kind) throws {
        let site = try Site(kind)
        site.keep(
            .correspondent(hash(1), noon), .correspondent(hash(1), noon + 5), .correspondent(hash(2), noon),
            .unreadReply("go away", noon), .unreadReply("go away", noon + 1), .unreadReply("no", noon))
        let known = site.keeper.loadState().correspondents.sorted { $0.key.bits < $1.key.bits }
        #expect(known.map(\.key) == [hash(1), hash(2)] && known.map(\.last) == [noon + 5, noon])
        let replies = try site.store.unreadReplies(limit: 5)
        #expect(replies == [.init(text: "go away", count: 2, last: noon + 1), .init(text: "no", count: 1, last: noon)])
        #expect(try site.store.unreadReplies(limit: 1).count == 1)
        site.keep(.sighting(sighting("s1.1")))
        let report = try site.keeper.purge(.everything(labels: false))
        #expect(report.sightings == 1 && report.correspondents == 2)
        #expect(try sightings(site).isEmpty && site.store.unreadReplies(limit: 5).isEmpty)
    }

    @Test("after the end nothing is taken in, and that is counted", arguments: Kind.allCases)
    func end(_ kind: Kind) throws {
        let site = try Site(kind)
        #expect(site.keeper.health == .ok && site.keeper.close())
        site.keeper.submit(.senderCells([]))
        #expect(site.keeper.counts.dropped == 1)
    }
}
