import Foundation
import KeyedHashing
import SMTP
import Seeded
import Testing

@Suite("Hashing keys")
struct HashingKeyTests {
    /// Computed with Python's `hashlib.blake2b(message, key=bytes(range(32)), digest_size=16)`.
    @Test(
        "digests are keyed BLAKE2b-128",
        arguments: [
            ("", 1, "3daf97bce7888fd59773c66bf647459c"), ("abc", 1, "1a64be47e4729d951c302ee543f97cf3"),
        ])
    func knownAnswer(message: String, times: Int, expected: String) {
        #expect(KeyedHash(bits: testKey.digest(Array(message.utf8))).description == expected)
    }

    @Test("a long message is digested whole")
    func longMessage() {
        let message = (0..<5).flatMap { _ in UInt8.min ... .max }
        #expect(KeyedHash(bits: testKey.digest(message)).description == "09cc62ca5a77b2e91bf8544894497695")
    }

    @Test("domain and parts are prefixed with their lengths, four bytes each, least significant first")
    func framing() {
        let parts = testKey.digest(domain: "x", parts: ["a".utf8, "bc".utf8])
        #expect(KeyedHash(bits: parts).description == "0c5e697c8a529730e5403190e7106530")
        #expect(parts != testKey.digest(domain: "x", parts: ["ab".utf8, "c".utf8]))
        #expect(parts != testKey.digest(domain: "x", parts: ["abc".utf8]))
        #expect(parts != testKey.digest(domain: "y", parts: ["a".utf8, "bc".utf8]))
    }

    @Test("addresses are folded, and a client's spelling does not matter")
    func addresses() {
        #expect(testKey.hash(recipient: "U@Lab.Example").description == "a21e99460589d3b12b9ecd1c2e3507de")
        for spelling in ["<u@LAB.example.>", "u@lab\u{3002}example", "\"U\"@lab.example"] {
            #expect(testKey.hash(recipient: spelling) == testKey.hash(recipient: "u@lab.example"), "\(spelling)")
            #expect(testKey.hash(sender: spelling) == testKey.hash(sender: "u@lab.example"), "\(spelling)")
        }
        #expect(
            testKey.hash(recipient: "u@b\u{fc}cher.example") == testKey.hash(recipient: "u@XN--BCHER-KVA.example."))
        #expect(testKey.hash(recipient: "u@lab.example") != testKey.hash(sender: "u@lab.example"))
        #expect(testKey.hash(client: "2001:DB8:0::1") == testKey.hash(client: "IPv6:2001:db8::1"))
        #expect(testKey.hash(client: "::ffff:192.0.2.1") == testKey.hash(client: "192.0.2.1"))
    }

    @Test("whatever an address looks like, it is its folded form that is hashed", arguments: 1...4)
    func foldedForms(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let pieces = ["a", "B", "@", ".", "<", ">", "\"", "x-1", "b\u{fc}", "xn--", "\u{3002}", " ", "\\", "\u{7f}"]
        for _ in 0..<2_000 {
            let text = (0..<Int.random(in: 0...7, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }.joined()
            let folded = testKey.digest(domain: "sender", parts: [MailAddress.folded(text).utf8])
            #expect(testKey.hash(sender: text).bits == folded, "\(text)")
        }
    }

    @Test("a message of parts is what its bytes are, however long", arguments: [0, 1, 150, 176, 177, 178, 500])
    func parts(length: Int) {
        let part = (0..<length).map { UInt8(truncatingIfNeeded: $0) }
        var message = DigestMessage("purpose")
        message.add(part)
        message.add(UInt128(0x0102_0304) << 96 | 0xff)
        let ends = [UInt8](arrayLiteral: 1, 2, 3, 4) + [UInt8](repeating: 0, count: 11) + [0xff]
        func framed(_ bytes: [UInt8]) -> [UInt8] {
            (0..<4).map { UInt8(truncatingIfNeeded: bytes.count >> (8 * $0)) } + bytes
        }
        #expect(
            testKey.digest(message) == testKey.digest(framed(Array("purpose".utf8)) + framed(part) + framed(ends)))
        #expect(testKey.digest(message) == testKey.digest(domain: "purpose", parts: [part, ends]))
    }

    @Test("another key gives other digests, and no key shows itself")
    func otherKey() {
        let key = HashingKey.random()
        #expect(key.digest([1]) != testKey.digest([1]))
        #expect("\(key)" == "HashingKey(secret)")
        var dumped = ""
        dump(testKey, to: &dumped)
        #expect(!dumped.contains("31"))
    }

    @Test("a key is replaced at once, with mode 600, and leaves no copy")
    func replace() throws {
        let scratch = Scratch()
        let file = scratch.directory + "/hashing.key"
        let old = try HashingKey.loadOrCreate(file: file)
        let new = HashingKey.random()
        try new.replace(file: file)
        let loaded = try HashingKey.load(file: file)
        #expect(loaded.digest([1]) == new.digest([1]) && loaded.digest([1]) != old.digest([1]))
        #expect(scratch.names == ["hashing.key"])
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        // What lies in its place is replaced, not followed.
        scratch.write([7], to: "precious")
        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.createSymbolicLink(atPath: file, withDestinationPath: scratch.directory + "/precious")
        try new.replace(file: file)
        #expect(scratch.bytes(of: "precious") == [7])
        #expect(try HashingKey.load(file: file).digest([1]) == new.digest([1]))
    }

    @Test("a key is made once with mode 600, and loaded ever after")
    func loadOrCreate() throws {
        let scratch = Scratch()
        let file = scratch.directory + "/key"
        let made = try HashingKey.loadOrCreate(file: file)
        let loaded = try HashingKey.loadOrCreate(file: file)
        #expect(made.digest([7]) == loaded.digest([7]))
        let mode = try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        #expect(scratch.names == ["key"])
    }

    @Test("processes that start together get the same key")
    func concurrentCreation() async throws {
        let scratch = Scratch()
        let file = scratch.directory + "/key"
        let digests = try await withThrowingTaskGroup(of: UInt128.self) { group in
            for _ in 0..<16 { group.addTask { try HashingKey.loadOrCreate(file: file).digest([1]) } }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(digests.count == 1)
        #expect(scratch.names == ["key"])
    }

    @Test("files that are short, exposed, links or missing are refused")
    func refusals() throws {
        let scratch = Scratch()
        let file = scratch.directory + "/key"
        #expect(throws: HashingKeyError.system(file: file, operation: "open", errno: ENOENT)) {
            try HashingKey.load(file: file)
        }
        scratch.write([1, 2, 3], to: "key")
        chmod(file, 0o600)
        #expect(throws: HashingKeyError.wrongLength(file: file, count: 3)) { try HashingKey.loadOrCreate(file: file) }
        scratch.write(Array(0..<32), to: "key")
        chmod(file, 0o644)
        #expect(throws: HashingKeyError.exposed(file: file, mode: 0o644)) { try HashingKey.load(file: file) }
        chmod(file, 0o620)
        #expect(throws: HashingKeyError.exposed(file: file, mode: 0o620)) { try HashingKey.load(file: file) }
        chmod(file, 0o640)
        #expect(try HashingKey.load(file: file).digest([1]) == testKey.digest([1]))
        let link = scratch.directory + "/link"
        symlink(file, link)
        #expect(throws: HashingKeyError.notRegularFile(file: link)) { try HashingKey.load(file: link) }
        let directory = scratch.directory
        #expect(throws: HashingKeyError.notRegularFile(file: directory)) { try HashingKey.load(file: directory) }
        #expect(throws: HashingKeyError.wrongLength(file: nil, count: 31)) { try HashingKey(bytes: 0..<31) }
    }
}
