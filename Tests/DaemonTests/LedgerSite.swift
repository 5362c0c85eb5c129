import Configuration
import Decision
import Foundation
import Keeping
import KeyedHashing
import SMTP
import SQLiteStore
import Seeded
import SpamTracker
import Testing

@testable import Daemon

/// A store of one test with a ledger beside it, and traffic of a campaign and of honest senders to feed them.
final class LedgerSite {
    static let day: Int64 = 86_400
    /// A midnight: periods begin with it.
    static let midnight = UnixTime(seconds: 20_000 * 86_400)

    let directory: String
    let store: Store
    let key: HashingKey
    var settings: SenderSettings
    var ledger: SenderLedger

    var database: String { directory + "/argot.sqlite" }

    init(_ change: (inout Configuration) -> Void = { _ in }) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "argot-ledger-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        key = .random()
        store = try Store(path: directory + "/argot.sqlite", hashingKey: key)
        var configuration = Configuration()
        configuration.dataDirectory = directory
        configuration.senderRetention = 14 * Self.day
        configuration.senderAdaptiveWindow = false
        change(&configuration)
        settings = SenderSettings(configuration)
        ledger = SenderLedger(settings, key: key)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    static func bot(_ number: Int) -> ClientAddress { ClientAddress(ipv4: 0xCB00_7100 + UInt32(number) << 8) }

    static func honest(_ number: Int) -> ClientAddress { ClientAddress(ipv4: 0xC633_6400 + UInt32(number) << 8) }

    /// Bots `bots` of a campaign, each to three of six domains, and twenty honest senders to two of four others. Bots in
    /// `trapped` hit a trap as well.
    func send(onDay day: Int64, bots: Range<Int> = 0..<20, trapped: Range<Int> = 0..<0) throws {
        let time = Self.midnight + day * Self.day + 3_600
        for bot in bots {
            for step in 0..<3 {
                aim(Self.bot(bot), "t\((bot + step) % 6).example", time + Int64(step))
            }
            if trapped.contains(bot) { aim(Self.bot(bot), "trap.example", time + 10, isTrap: true) }
        }
        for sender in 0..<20 {
            for step in 0..<2 { aim(Self.honest(sender), "h\((sender + step) % 4).example", time + 60) }
        }
        try store.add(ledger.takeNewCells())
    }

    func aim(_ client: ClientAddress, _ domain: String, _ time: UnixTime, isTrap: Bool = false) {
        _ = ledger.record(SenderAim(client: client, domain: domain, time: time, isTrap: isTrap), settings: settings)
    }

    /// Does what is due at the start of a day, as the service would.
    @discardableResult
    func work(onDay day: Int64) throws -> SenderTracker.Workload.Result {
        let result = try ledger.workload(at: Self.midnight + day * Self.day + 60, settings: settings).run()
        _ = ledger.adopt(result)
        return result
    }

    /// Reads the store anew, as after a change of labels.
    func reload(onDay day: Int64, models: SenderModels? = nil) throws {
        _ = try ledger.rebuild(
            from: Store(readingFrom: database), models: models, settings: settings,
            now: Self.midnight + day * Self.day + 60)
    }

    func label(_ client: ClientAddress, spam: Bool = true) throws {
        try store.setLabel(
            SenderNetworkLabel(
                network: AddressPrefix(containing: client, length: 32), isSpam: spam, origin: .administrator,
                time: Self.midnight))
    }
}
