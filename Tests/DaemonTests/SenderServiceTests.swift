import Configuration
import Decision
import Foundation
import Keeping
import KeyedHashing
import Logging
import Policy
import SMTP
import SQLiteStore
import SpamTracker
import Testing

@testable import Daemon

@Suite("The senders' service")
struct SenderServiceTests {
    /// A service over a real store, on the clock of the machine: periods of a second.
    private final class Site {
        let directory: String
        let writer: StoreWriter
        let service: SenderService
        var database: String { directory + "/argot.sqlite" }

        init(adaptive: Bool = false) throws {
            directory =
                FileManager.default.temporaryDirectory.appending(path: "argot-senders-\(UUID().uuidString)")
                .path
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
            let key = HashingKey.random()
            var configuration = Configuration()
            configuration.dataDirectory = directory
            configuration.senderPeriod = 1
            configuration.senderInterval = 1
            configuration.senderRetention = 3_600
            configuration.senderWindow = 4
            configuration.senderAdaptiveWindow = adaptive
            writer = StoreWriter(
                path: directory + "/argot.sqlite", hashingKey: key,
                now: { UnixTime(seconds: Int64(Date().timeIntervalSince1970)) }, onEvent: { _ in })
            var logger = Logger(label: "test")
            logger.logLevel = .critical
            service = SenderService(configuration, key: key, keeper: writer, logger: logger)
            service.start()
        }

        deinit {
            service.stop()
            try? FileManager.default.removeItem(atPath: directory)
        }

        func send(trap: Bool) {
            let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
            for bot in 0..<20 {
                let client = ClientAddress(ipv4: 0xCB00_7100 + UInt32(bot) << 8)
                for step in 0..<3 {
                    service.note(SenderAim(client: client, domain: "t\((bot + step) % 5).example", time: now))
                }
                if trap, bot < 10 {
                    service.note(SenderAim(client: client, domain: "trap.example", time: now, isTrap: true))
                }
                let honest = ClientAddress(ipv4: 0xC633_6400 + UInt32(bot) << 8)
                service.note(SenderAim(client: honest, domain: "h\(bot % 4).example", time: now))
            }
        }

        /// The deadline bounds failures only.
        func wait(until isDone: () -> Bool) -> Bool {
            let deadline = ContinuousClock.now + .seconds(240)
            while !isDone() {
                guard ContinuousClock.now < deadline else { return false }
                Thread.sleep(forTimeInterval: 0.05)
            }
            return true
        }
    }

    @Test("labels that the administrator gives while the service runs make scores of mails that were counted before")
    func learnsLateLabels() throws {
        let site = try Site()
        site.send(trap: false)
        #expect(site.wait { site.service.status.events > 0 })
        #expect(site.service.scores == nil)
        // What is counted reaches the store within its interval.
        #expect(
            site.wait {
                site.writer.flush() && (try? Store(readingFrom: site.database).counts().senderCells) ?? 0 >= 80
            })
        let store = try Store(updating: site.database)
        let networks = (0..<10).map {
            AddressPrefix(containing: ClientAddress(ipv4: 0xCB00_7100 + UInt32($0) << 8), length: 32)
        }
        try store.replaceBlocklist("list", with: networks, at: UnixTime(seconds: 1))
        #expect(site.wait { site.service.status.relearned > 0 && site.service.scores != nil })
        let scores = try #require(site.service.scores)
        let stranger = scores.sender(ClientAddress(ipv4: 0x0102_0304))
        func probability(_ names: [String]) -> Double {
            scores.finding(on: stranger, domains: names.map(scores.domain), at: UnixTime(seconds: 1)).probability
        }
        #expect(probability(["t0.example", "t1.example"]) > probability(["h0.example", "h1.example"]))
    }

    @Test("a trap that a known sender hits at last has the mails before it learned again")
    func learnsLateTraps() throws {
        let site = try Site()
        site.send(trap: true)
        #expect(site.wait { site.service.scores != nil })
        let known = try #require(site.service.scores).sender(ClientAddress(ipv4: 0xCB00_7100 + 15 << 8))
        #expect(
            site.wait {
                (try? SenderModelFile.read(site.directory + "/senders.model"))??.history.hasSeen(known) ?? false
            })
        // Pseudonyms under the key are no more for everybody than the database is.
        let attributes = try FileManager.default.attributesOfItem(atPath: site.directory + "/senders.model")
        #expect(attributes[.posixPermissions] as? Int == 0o640)
        // Everybody is known now; the other bots fall into the trap.
        let before = site.service.status.relearned
        let now = UnixTime(seconds: Int64(Date().timeIntervalSince1970))
        for bot in 10..<20 {
            let client = ClientAddress(ipv4: 0xCB00_7100 + UInt32(bot) << 8)
            site.service.note(SenderAim(client: client, domain: "trap.example", time: now, isTrap: true))
        }
        #expect(site.wait { site.service.status.relearned > before })
    }

    @Test("an adaptive window begins with the one that is configured and is reported")
    func steers() throws {
        let site = try Site(adaptive: true)
        site.send(trap: true)
        #expect(site.wait { site.service.status.created != nil })
        #expect(site.service.status.window == 4)
    }
}
