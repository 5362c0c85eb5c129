import Foundation
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SQLiteStore
import ScratchFiles
import Testing

/// `argot key rotate`, where no daemon runs; that a running one is left alone is tested with one.
@Suite("argot key")
struct KeyCommandTests {
    private func site() throws -> (scratch: Scratch, arguments: [String]) {
        let scratch = try Scratch()
        let key = try HashingKey.loadOrCreate(file: scratch.path + "/hashing.key")
        let store = try Store(path: scratch.path + "/argot.sqlite", hashingKey: key)
        let record = VerdictRecord(
            time: UnixTime(seconds: 1_700_000_000), session: "abc-1", client: "192.0.2.14",
            sender: "pat@elsewhere.example", recipient: "user2@lab.example", verdict: .tempfail, applied: .accept,
            reasons: [Reason(word: "dialect.bot")], mode: .observe)
        let seen = UnixTime(seconds: 1_700_000_000)
        try store.apply([
            .verdict(record),
            .memory(
                .greylist(
                    key.hash(client: "192.0.2.14"), GreylistEntry(firstSeen: seen, lastSeen: seen, hasPassed: false))),
        ])
        _ = try scratch.write("senders.model", "x")
        let settings = ["data_directory=\(scratch.path)", "control_socket=unix:\(scratch.path)/control.sock"]
        return (scratch, settings.flatMap { ["--set", $0] })
    }

    @Test("a new key takes the old one's place, and what was under it is forgotten")
    func rotates() throws {
        let (scratch, arguments) = try site()
        let old = try HashingKey.load(file: scratch.path + "/hashing.key")
        let found = try Argot(["explain", "--client", "192.0.2.14"] + arguments)
        #expect(found.status == 0)
        let argot = try Argot(["key", "rotate", "--yes"] + arguments)
        #expect(argot.status == 0, "\(argot.errors)")
        #expect(
            argot.output == """
                removed 1 greylisted attempt
                removed \(scratch.path)/senders.model
                kept 1 verdict, without the hashes of addresses
                \(scratch.path)/hashing.key is new: start argotd again

                """)
        let new = try HashingKey.load(file: scratch.path + "/hashing.key")
        #expect(new.digest([1]) != old.digest([1]))
        let names = try FileManager.default.contentsOfDirectory(atPath: scratch.path)
        #expect(names.filter { $0.contains("key") } == ["hashing.key"])
        #expect(try Argot(["explain", "--client", "192.0.2.14"] + arguments).status == 1)
        #expect(try Argot(["journal"] + arguments).output.contains("abc-1"))
    }

    @Test("it asks for --yes, and leaves a database that is in use alone")
    func refuses() throws {
        let (scratch, arguments) = try site()
        let key = try Data(contentsOf: URL(filePath: scratch.path + "/hashing.key"))
        let unsure = try Argot(["key", "rotate"] + arguments)
        #expect(unsure.status == 64 && unsure.errors.contains("add --yes"))
        #expect(unsure.errors.contains("Usage: argot key rotate"))
        let store = try Store(readingFrom: scratch.path + "/argot.sqlite")
        _ = try store.counts()
        let used = try Argot(["key", "rotate", "--yes"] + arguments)
        #expect(used.status == 1 && used.errors.contains("is in use: stop argotd first"), "\(used.errors)")
        #expect(try Data(contentsOf: URL(filePath: scratch.path + "/hashing.key")) == key)
        #expect(try store.counts().greylist == 1)
    }
}
