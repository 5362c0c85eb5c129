import Configuration
import Examples
import Foundation
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

    @Test("after the end nothing is taken in, and that is counted", arguments: Kind.allCases)
    func end(_ kind: Kind) throws {
        let site = try Site(kind)
        #expect(site.keeper.health == .ok && site.keeper.close())
        site.keeper.submit(.senderCells([]))
        #expect(site.keeper.counts.dropped == 1)
    }
}
