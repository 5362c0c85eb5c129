import Keeping
import KeyedHashing
import SMTP
import Testing

@testable import SQLiteStore

@Suite("Senders in the store")
struct SenderTests {
    static func cell(_ slot: Int64, _ sender: UInt64, _ domain: UInt64, mails: UInt32 = 1) -> SenderCell {
        SenderCell(slot: slot, sender: sender, domain: domain, mails: mails)
    }

    static func cells(of store: Store, since: Int64 = 0, limit: Int = 1_000) throws -> [SenderCell] {
        var cells: [SenderCell] = []
        try store.senderCells(since: UnixTime(seconds: since), until: UnixTime(seconds: .max), limit: limit) {
            cells.append($0)
        }
        return cells
    }

    @Test("cells of one place are added up, whatever wrote them")
    func cellsAddUp() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let most = SenderCell(
            slot: 900, sender: .max, domain: 1 << 63, mails: 2, trapped: 1, spam: 3, honest: 4, bots: 5)
        try store.apply([.senderCells([most, Self.cell(1_800, 7, 8)])])
        try store.add([most])
        var twice = most
        twice.add(most)
        #expect(try Self.cells(of: store) == [twice, Self.cell(1_800, 7, 8)])
        #expect(twice.mails == 4 && twice.bots == 10)
        #expect(try Self.cells(of: store, since: 901) == [Self.cell(1_800, 7, 8)])
        #expect(try Self.cells(of: store, limit: 1) == [Self.cell(1_800, 7, 8)])
        #expect(try store.counts().senderCells == 2)
    }

    @Test("a file's progress is written with its cells, or not at all")
    func progress() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let first = ImportProgress(identity: .max, lines: 10, checksum: 1 << 63)
        try store.add([Self.cell(0, 1, 1)], progress: first)
        try store.add([], progress: ImportProgress(identity: .max, lines: 20, checksum: 3))
        #expect(Set(try store.importProgress(of: .max).map(\.lines)) == [10, 20])
        #expect(try store.importProgress(of: .max).contains(first))
        #expect(try store.importProgress(of: 1).isEmpty)
    }

    @Test("labels are listed, replaced list by list, and noticed")
    func labels() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        let networks = try ["192.0.2.0/24", "2001:db8::/32"].map { try #require(AddressPrefix($0)) }
        let time = UnixTime(seconds: 5)
        let mine = SenderNetworkLabel(network: networks[0], isSpam: false, origin: .administrator, time: time)
        #expect(try store.sendersGeneration() == 0)
        try store.setLabel(mine)
        try store.replaceBlocklist("a", with: networks, at: time)
        try store.replaceBlocklist("b", with: [networks[1]], at: time)
        #expect(try store.senderLabels().count == 4)
        try store.replaceBlocklist("a", with: [], at: time)
        #expect(try store.senderLabels().map(\.source) == ["", "b"])
        #expect(try store.senderLabels().first == mine)
        #expect(try store.removeLabel(of: networks[0]))
        #expect(try !store.removeLabel(of: networks[0]))
        #expect(try store.sendersGeneration() == 6)
    }

    @Test("old cells go, and the newest slots stay when there are too many")
    func retention() throws {
        let scratch = Scratch()
        let store = try Store(path: scratch.database, hashingKey: testKey)
        try store.add((0..<100).map { Self.cell($0 * 900, 1, 1) })
        var retention = Retention()
        retention.senderLifetime = 50 * 900
        retention.maximumSenderCells = 30
        try store.prune(now: UnixTime(seconds: 100 * 900), retention: retention)
        #expect(try Self.cells(of: store).map(\.slot) == (70..<100).map { $0 * 900 })
    }
}
