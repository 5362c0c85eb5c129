import Configuration
import Decision
import Foundation
import Keeping
import KeyedHashing
import Logging
import Policy
import Redis
import RedisLab
import SMTP
import ScratchFiles
import SenderExchange
import Signing
import SpamTracker
import Testing

@testable import Daemon

@Suite("Snapshots of a group of sites")
struct SharedSenderServiceTests {
    private static let now = UnixTime(seconds: 1_790_000_000)

    /// A daemon's side, and a server whose key it believes.
    private final class Site {
        let scratch: Scratch
        let server = SigningKey.random()
        let own: SigningKey
        let siteKey = HashingKey.random()
        let groupKey: HashingKey
        var configuration = Configuration()
        let service: SharedSenderService
        var pseudonyms: SenderPseudonyms { SenderPseudonyms(key: siteKey) }
        var group: SenderPseudonyms { SenderPseudonyms(key: groupKey) }

        init() throws {
            scratch = try Scratch()
            own = .random()
            try own.create(file: scratch.path + "/signing.key")
            groupKey = try .loadOrCreate(file: scratch.path + "/group.key")
            configuration.dataDirectory = scratch.path
            configuration.senderSnapshot = scratch.path + "/incoming.snapshot"
            configuration.senderSnapshotKeys = ["\(server.publicKey)"]
            service = Self.service(configuration, siteKey)
        }

        static func service(_ configuration: Configuration, _ key: HashingKey) -> SharedSenderService {
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            return SharedSenderService(configuration, site: SenderPseudonyms(key: key), logger: logger)
        }

        /// A snapshot that lists one sender and knows this site's domain `lab.example`.
        func document(
            _ sequence: UInt64, until: UnixTime = SharedSenderServiceTests.now, signedBy key: SigningKey? = nil,
            group id: UInt64? = nil, listing address: String = "192.0.2.1"
        ) throws -> [UInt8] {
            let column = pseudonyms.sharedColumn(of: pseudonyms.domain("lab.example"))
            let names = [SenderSnapshot.columnName(site: own.publicKey.id.bits, column: column), "1.2", "1.3"]
            let table = DomainTable(names: names)
            var model = SenderModel()
            var mails: [(sender: SenderKey, domain: UInt32, count: UInt32)] = []
            for sender: UInt64 in 0..<40 {
                for domain: UInt32 in sender < 20 ? [0, 1] : [2] {
                    mails.append((SenderKey(bits: 1 << 32 | (sender * 0x0101_0101)), domain, 1))
                }
            }
            let rows = SenderRows(of: mails)
            model.learn(
                rows.labelled((0..<rows.count).map { $0 < 20 ? .spam : .honest }), table: table, until: until)
            let sender = group.sender(try #require(ClientAddress(address)))
            let snapshot = SenderSnapshot(
                group: id ?? group.groupID, until: until, window: 86_400, sites: (3, 1), senderCount: 40, anonymity: 3,
                input: 1,
                listed: ListedSenders([
                    ListedSender(
                        sender: sender, probability: 950, confidence: 70, domains: 5, sites: 3, cluster: nil)
                ]), model: model)
            return SignedDocument.bytes(
                kind: SenderSnapshot.kind, sequence: sequence, time: until, payload: snapshot.bytes, key: key ?? server)
        }

        func put(_ bytes: [UInt8]) throws {
            try Data(bytes).write(to: URL(filePath: configuration.senderSnapshot), options: .atomic)
        }

        var status: SharedSenderService.Status? { service.status }
    }

    @Test("a snapshot is put into force, kept, and a newer one takes its place; an older one never does")
    func sequences() throws {
        let site = try Site()
        site.service.step(at: Self.now)
        #expect(site.status?.sequence == nil)
        #expect(site.status?.fault?.contains("does not exist") ?? false)
        try site.put(try site.document(7))
        site.service.step(at: Self.now)
        #expect(site.status?.sequence == 7 && site.status?.fault == nil)
        #expect(site.status?.listed == 1 && site.status?.sites == 3 && site.status?.domains == 1)
        let kept = site.scratch.path + "/senders.snapshot"
        #expect([UInt8](try Data(contentsOf: URL(filePath: kept))) == (try site.document(7)))
        try site.put(try site.document(9))
        site.service.step(at: Self.now)
        #expect(site.status?.sequence == 9)
        try site.put(try site.document(8))
        site.service.step(at: Self.now)
        #expect(site.status?.sequence == 9)
        #expect(site.status?.refused["rollback"] == 1)
        #expect(site.status?.fault?.contains("an older one is never put in its place") ?? false)
        // Looked at once, named once.
        site.service.step(at: Self.now)
        #expect(site.status?.refused["rollback"] == 1)
        // A restart goes on with what was kept, and remembers its number.
        let restarted = Site.service(site.configuration, site.siteKey)
        restarted.step(at: Self.now)
        #expect(restarted.status?.sequence == 9)
        #expect(restarted.status?.refused["rollback"] == 1)
    }

    @Test(
        "a snapshot comes from a Redis as from a file; while it is away the last good one decides, and that is said once",
        .enabled(if: RedisServer.isInstalled))
    func redis() throws {
        let site = try Site()
        let redis = try RedisServer(in: site.scratch.path)
        site.configuration.senderSnapshot = redis.address
        let store = GroupRedis(try RedisAddress(redis.address), group: site.group.groupID)
        let service = Site.service(site.configuration, site.siteKey)
        service.step(at: Self.now)
        #expect(service.status?.fault?.contains("holds no snapshot of \(site.server.publicKey.id)") ?? false)
        #expect(try store.publish(try site.document(7), signedBy: site.server.publicKey))
        service.step(at: Self.now)
        #expect(service.status?.sequence == 7 && service.status?.fault == nil && service.status?.listed == 1)
        let kept = site.scratch.path + "/senders.snapshot"
        #expect([UInt8](try Data(contentsOf: URL(filePath: kept))) == (try site.document(7)))
        #expect(try store.publish(try site.document(8), signedBy: site.server.publicKey))
        service.step(at: Self.now)
        #expect(service.status?.sequence == 8)
        // Somebody else's bytes in its place are named once, and change nothing.
        let place = store.snapshot(of: site.server.publicKey.id)
        try redis.tell("SET", place, "hello")
        for _ in 0..<2 { service.step(at: Self.now) }
        #expect(service.status?.sequence == 8 && service.status?.refused["damaged"] == 1)
        #expect(service.status?.fault?.contains(place) ?? false)
        redis.kill()
        for _ in 0..<3 { service.step(at: Self.now) }
        #expect(service.status?.sequence == 8 && service.status?.fault?.contains("start it") ?? false)
        #expect(service.status?.refused["redis"] == 2)
        // A restart in this state decides by the copy.
        let restarted = Site.service(site.configuration, site.siteKey)
        restarted.step(at: Self.now)
        #expect(restarted.status?.sequence == 8 && restarted.status?.fault != nil)
        try redis.start()
        // The same bytes as before it went: still no good.
        try redis.tell("SET", place, "hello")
        service.step(at: Self.now)
        #expect(service.status?.fault?.contains("is not a signed document") ?? false)
        #expect(service.status?.refused["damaged"] == 1)
        #expect(try store.publish(try site.document(9), signedBy: site.server.publicKey))
        for service in [service, restarted] {
            service.step(at: Self.now)
            #expect(service.status?.sequence == 9 && service.status?.fault == nil)
        }
    }

    @Test("what is forged, foreign, cut off, misdated or of another group changes nothing, and each has its name")
    func refusals() throws {
        let site = try Site()
        try site.put(try site.document(5))
        site.service.step(at: Self.now)
        let good = try site.document(6)
        var forged = good
        forged[45] = forged[45] == 0x30 ? 0x31 : 0x30
        var damaged = good
        damaged[damaged.count - 3] ^= 1
        let cases: [(String, [UInt8])] = [
            ("unknown-signer", try site.document(6, signedBy: .random())), ("damaged", Array(good.dropLast())),
            ("damaged", damaged), ("damaged", []), ("ahead", try site.document(6, until: Self.now + 7_200)),
            ("stale", try site.document(6, until: Self.now + -4 * 86_400)),
            ("other-group", try site.document(6, group: 1)),
            (
                "content",
                SignedDocument.bytes(
                    kind: "snapshot", sequence: 6, time: Self.now, payload: Array("x\n".utf8), key: site.server)
            ),
            (
                "version",
                Array(String(decoding: good, as: UTF8.self).replacing("argot-signed 1", with: "argot-signed 9").utf8)
            ),
        ]
        var counts: [String: UInt64] = [:]
        for (word, bytes) in cases {
            try site.put(bytes)
            site.service.step(at: Self.now)
            counts[word, default: 0] += 1
            #expect(site.status?.sequence == 5, "\(word)")
            #expect(site.status?.refused == counts, "\(word): \(site.status?.fault ?? "-")")
            #expect(site.status?.fault != nil)
        }
        try site.put(good)
        site.service.step(at: Self.now)
        #expect(site.status?.sequence == 6 && site.status?.fault == nil)
    }

    @Test("a snapshot that has become too old is not used any longer, and its number is still remembered")
    func expires() throws {
        let site = try Site()
        try site.put(try site.document(5))
        site.service.step(at: Self.now)
        let later = Self.now + 3 * 86_400 + 1
        site.service.step(at: later)
        #expect(site.status?.until == nil)
        #expect(site.status?.refused["expired"] == 1)
        try site.put(try site.document(4, until: later))
        site.service.step(at: later)
        #expect(site.status?.refused["rollback"] == 1)
        try site.put(try site.document(6, until: later))
        site.service.step(at: later)
        #expect(site.status?.until == later)
    }

    @Test("without the group's key nothing is used, and that is said")
    func withoutKey() throws {
        let site = try Site()
        try FileManager.default.removeItem(atPath: site.scratch.path + "/group.key")
        try site.put(try site.document(5))
        site.service.step(at: Self.now)
        #expect(site.status?.sequence == nil)
        #expect(site.status?.refused["group-key"] == 1)
    }

    @Test("sessions see what the group says as soon as it is there, beside the site's own scores or without any")
    func sessions() throws {
        let site = try Site()
        // The service goes by the machine's clock.
        try site.put(try site.document(5, until: DaemonState.unixTime))
        let found = LockedScores()
        site.service.start { found.set($0) }
        #expect(found.wait())
        site.service.stop()
        let shared = try #require(found.scores)
        let scores = SenderScores(shared: shared, pseudonyms: site.pseudonyms)
        let client = try #require(ClientAddress("192.0.2.1"))
        let finding = scores.finding(
            on: scores.sender(client), sharedSender: scores.sharedSender(client),
            domains: [scores.domain("lab.example")], at: Self.now)
        #expect(finding.probability == 0.95 && finding.confidence == 0.7 && finding.domains == 5)
        #expect("\(finding)".hasSuffix(",shared"))
        // A stranger is judged by the group's model: this site's domain is one of the campaign's.
        let stranger = try #require(ClientAddress("203.0.113.9"))
        func probability(_ domain: String) -> Double {
            scores.finding(
                on: scores.sender(stranger), sharedSender: scores.sharedSender(stranger),
                domains: [scores.domain(domain)], at: Self.now
            ).probability
        }
        #expect(probability("lab.example") > probability("unknown.example"))
    }

    private final class LockedScores: @unchecked Sendable {
        private let lock = NSLock()
        private let arrived = DispatchSemaphore(value: 0)
        private var value: SharedScores?
        var scores: SharedScores? { lock.withLock { value } }
        func set(_ scores: SharedScores?) {
            lock.withLock { value = scores }
            arrived.signal()
        }
        func wait() -> Bool { arrived.wait(timeout: .now() + 60) == .success }
    }
}
