import Foundation
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

@testable import SQLiteStore

/// What an administrator removes is gone: from the tables, and from the bytes of the file.
@Suite("Purging")
struct PurgeTests {
    /// Two clients, senders and recipients; each thing is there once per client.
    private func filled(_ scratch: Scratch) throws -> Store {
        let store = try Store(path: scratch.database, hashingKey: testKey)
        for (number, time) in [(1, noon), (2, noon + 100)] {
            var record = verdict("s\(number)", at: time)
            record.client = "192.0.2.\(number)"
            record.sender = "sender\(number)@example.net"
            record.recipient = "user\(number)@lab.example"
            let entry = GreylistEntry(firstSeen: time, lastSeen: time, hasPassed: true)
            let seen = ClientRecord(firstSeen: time, lastSeen: time, count: 1)
            let client = testKey.hash(client: "192.0.2.\(number)")
            let lie = LieKey(recipient: testKey.hash(recipient: record.recipient), network: network(number))
            try store.apply([
                .verdict(record), .greylist(hash(number), entry), .network(network(number), seen),
                .client(client, seen),
                .lie(LieRecord(time: time, key: lie, recipientShown: "x")),
                .senderCells([SenderCell(slot: time.seconds, sender: UInt64(number), domain: 7, mails: 3)]),
            ])
        }
        try store.setLabel(
            SenderNetworkLabel(
                network: AddressPrefix("198.51.100.0/24")!, isSpam: true, origin: .administrator, source: "",
                time: noon))
        return store
    }

    private func network(_ number: Int) -> KeyedHash { hash(1_000 + number) }

    private func scope(ofClient number: Int) -> PurgeScope {
        let client = testKey.hash(client: "192.0.2.\(number)")
        return .client(
            ClientKeys(client: client, network: hash(2_000 + number), block: hash(1)), network: network(number),
            sender: UInt64(number))
    }

    /// What is left: verdicts, lies, attempts, networks, clients, cells, labels.
    private func left(_ store: Store) throws -> [Int] {
        let counts = try store.counts()
        return [
            counts.verdicts, counts.lies, counts.greylist, counts.networks, counts.clients, counts.senderCells,
            counts.senderLabels,
        ]
    }

    private func removed(_ report: PurgeReport) -> [Int] {
        [
            report.verdicts, report.lies, report.attempts, report.networks, report.clients, report.senderCells,
            report.senderLabels,
        ]
    }

    @Test func eachScopeRemovesItsOwnAndNothingElse() throws {
        let scopes: [(PurgeScope, [Int])] = [
            (.olderThan(noon + 100), [1, 1, 1, 1, 1, 1, 0]), (.olderThan(noon), [0, 0, 0, 0, 0, 0, 0]),
            (scope(ofClient: 2), [1, 1, 0, 1, 1, 1, 0]),
            (.sender(testKey.hash(sender: "Sender1@example.NET")), [1, 0, 0, 0, 0, 0, 0]),
            (.recipient(testKey.hash(recipient: "user2@lab.example")), [1, 1, 0, 0, 0, 0, 0]),
            (.greylist, [0, 0, 2, 2, 0, 0, 0]), (.everything(labels: false), [2, 2, 2, 2, 2, 2, 0]),
            (.everything(labels: true), [2, 2, 2, 2, 2, 2, 1]),
            (
                .client(ClientKeys(client: hash(5), network: hash(6), block: hash(7)), network: hash(6), sender: 99),
                [0, 0, 0, 0, 0, 0, 0]
            ),
        ]
        for (scope, expected) in scopes {
            let scratch = Scratch()
            let store = try filled(scratch)
            #expect(removed(try store.purge(scope)) == expected, "\(scope)")
            #expect(try left(store) == zip([2, 2, 2, 2, 2, 2, 1], expected).map { $0 - $1 }, "\(scope)")
            #expect(try store.purge(scope).isEmpty, "\(scope) a second time")
        }
    }

    /// At another server of the site something was removed: what has come since stays.
    @Test func whatWasSeenSinceStays() throws {
        let scopes: [PurgeScope] = [
            scope(ofClient: 1), scope(ofClient: 2), .sender(testKey.hash(sender: "sender1@example.net")),
            .recipient(testKey.hash(recipient: "user2@lab.example")), .greylist, .everything(labels: false),
            .olderThan(noon + 100),
        ]
        for scope in scopes {
            let store = try filled(Scratch())
            #expect(try store.purge(scope, lastSeenUpTo: noon + -1_000_000).isEmpty, "\(scope)")
            #expect(try !store.purge(scope, lastSeenUpTo: noon + 1_000_000).isEmpty, "\(scope)")
        }
    }

    @Test func whatWasRemovedIsGoneFromTheFile() throws {
        let scratch = Scratch()
        let store = try filled(scratch)
        let first = bytes(of: testKey.hash(client: "192.0.2.1"))
        let second = bytes(of: testKey.hash(client: "192.0.2.2"))
        _ = try store.purge(scope(ofClient: 1))
        let everything = scratch.names.reduce(into: [UInt8]()) { $0 += scratch.bytes(of: $1) }
        #expect(contains(everything, second), "the search finds what is there")
        #expect(!contains(everything, first))
        _ = try store.purge(.everything(labels: true))
        let rest = scratch.names.reduce(into: [UInt8]()) { $0 += scratch.bytes(of: $1) }
        #expect(!contains(rest, second))
    }

    /// Whoever counts senders in memory is told to read again.
    @Test func removedCountsAreNoticed() throws {
        let store = try filled(Scratch())
        let before = try store.sendersGeneration()
        _ = try store.purge(.sender(testKey.hash(sender: "sender1@example.net")))
        #expect(try store.sendersGeneration() == before)
        _ = try store.purge(.olderThan(noon + 1))
        #expect(try store.sendersGeneration() == before + 1)
    }

    @Test func aWriterRemovesWhatWaitsToo() throws {
        let scratch = Scratch()
        let writer = patientWriter(scratch.database)
        writer.submit(.verdict(verdict("s1")))
        writer.submit(client(1))
        #expect(writer.counts.pending == 2)
        #expect(try writer.purge(.everything(labels: false)).verdicts == 1)
        #expect(writer.counts.pending == 0)
        #expect(writer.loadState().clients.isEmpty)
    }

    private func bytes(of hash: KeyedHash) -> [UInt8] {
        (0..<16).map { UInt8(truncatingIfNeeded: hash.bits >> UInt128(120 - 8 * $0)) }
    }

    private func contains(_ bytes: [UInt8], _ pattern: [UInt8]) -> Bool {
        bytes.indices.dropLast(pattern.count - 1).contains { bytes[$0...].starts(with: pattern) }
    }
}
