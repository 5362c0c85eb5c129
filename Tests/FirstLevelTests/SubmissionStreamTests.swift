import Foundation
import Redis
import RedisLab
import SMTP
import ScratchFiles
import Seeded
import SenderExchange
import Signing
import Testing

@testable import FirstLevel

@Suite("Submissions over a Redis", .enabled(if: RedisServer.isInstalled))
struct SubmissionStreamTests {
    private static let now = Group.start + 30 * Group.day

    /// A server that reads a stream.
    private struct Reader {
        let scratch: Scratch
        let redis: GroupRedis
        let folder: SubmissionFolder
        var stream: SubmissionStream
        var server: GroupServer

        init(_ group: Group, _ redis: GroupRedis, key: SigningKey = .random(), in scratch: Scratch? = nil) throws {
            self.scratch = try scratch ?? Scratch()
            self.redis = redis
            folder = try SubmissionFolder(
                path: self.scratch.path + "/incoming", refused: self.scratch.path + "/refused", largest: 1 << 20)
            stream = try SubmissionStream(redis, file: self.scratch.path + "/stream", aside: folder)
            server = try GroupServer(
                directory: self.scratch.path + "/accepted", roster: group.roster(), group: group.id, key: key,
                options: GroupOptions(), now: SubmissionStreamTests.now, tell: { Issue.record("\($0)") })
        }

        mutating func takeIn() throws -> GroupServer.Intake {
            try server.takeIn(&stream, now: SubmissionStreamTests.now)
        }

        func names(_ directory: String) throws -> [String] {
            try FileManager.default.contentsOfDirectory(atPath: scratch.path + "/" + directory).sorted()
        }
    }

    private func lab(_ group: Group) throws -> (scratch: Scratch, server: RedisServer, redis: GroupRedis) {
        let scratch = try Scratch()
        let server = try RedisServer(in: scratch.path)
        var redis = GroupRedis(try RedisAddress(server.address), group: group.id)
        redis.patience = .seconds(20)
        return (scratch, server, redis)
    }

    @Test("two servers read one stream, one of them away for half of it and restarted; both publish the same bytes")
    func sameBytes() throws {
        let group = Group()
        let (scratch, server, redis) = try lab(group)
        defer { withExtendedLifetime((scratch, server)) {} }
        // Documents of one piece and of many.
        var small = redis
        small.pieceBytes = 700
        let key = SigningKey.random()
        var one = try Reader(group, redis, key: key)
        var two = try Reader(group, redis, key: key)
        let numbers = Array(group.submissions.indices)
        for (place, number) in numbers.enumerated() {
            try (place % 2 == 0 ? redis : small).submit(group.document(number))
            if place == numbers.count / 3 {
                #expect(try one.takeIn().accepted == place + 1)
                #expect(try two.takeIn().accepted == place + 1)
            }
            if place == numbers.count / 2 { _ = try one.takeIn() }
        }
        // The second one comes back, and reads on where it stopped.
        two = try Reader(group, redis, key: key, in: two.scratch)
        let back = try two.takeIn()
        #expect(back.accepted == numbers.count - numbers.count / 3 - 1 && back.replayed == 0 && back.news.isEmpty)
        _ = try one.takeIn()
        let documents = try [one, two].map { $0.server.document(of: try #require(try $0.server.compute()).snapshot) }
        #expect(documents[0] == documents[1])
        #expect(one.server.sequence == UInt64(numbers.count))
        // And nothing twice, nor again after another start.
        #expect(try one.takeIn() == GroupServer.Intake())
        one = try Reader(group, redis, key: key, in: one.scratch)
        #expect(try one.takeIn() == GroupServer.Intake())
        // Nothing is removed from the stream by reading.
        #expect(Int(try server.tell("XLEN", redis.submissions)) ?? 0 > numbers.count)
    }

    @Test("what was taken from the stream before its server looked is said, once, and what is left is read")
    func trimmed() throws {
        let group = Group()
        let (scratch, server, redis) = try lab(group)
        defer { withExtendedLifetime((scratch, server)) {} }
        var reader = try Reader(group, redis)
        try redis.submit(group.document(0))
        #expect(try reader.takeIn().accepted == 1)
        for number in 1..<8 { try redis.submit(group.document(number), length: 3) }
        #expect(try server.tell("XLEN", redis.submissions) == "3")
        var intake = try reader.takeIn()
        #expect(intake.accepted == 3)
        #expect(intake.news.count == 1 && intake.news[0].text.contains("may be missing here"), "\(intake.news)")
        #expect(try reader.takeIn() == GroupServer.Intake())
        // The Redis begins again, with an older clock: what is there is read, what is known is no news.
        try server.tell("DEL", redis.submissions)
        try server.tell("XADD", redis.submissions, "5-0", "x", "y")
        reader = try Reader(group, redis, in: reader.scratch)
        intake = try reader.takeIn()
        #expect(intake.news.contains { $0.text.contains("may be missing") })
        #expect(intake.news.contains { $0.text.contains(" 5-0 is not a piece of a submission") })
        try redis.submit(group.document(8))
        #expect(try reader.takeIn().accepted == 1)
    }

    @Test("a submission that has no room in the stream is not sent in part")
    func noRoom() throws {
        let group = Group()
        let (scratch, server, lab) = try lab(group)
        defer { withExtendedLifetime((scratch, server)) {} }
        var redis = lab
        redis.pieceBytes = 100
        #expect { try redis.submit(group.document(0), length: 3) } throws: {
            "\($0)".contains("more pieces") && "\($0)".contains("--stream-length")
        }
        #expect(try server.tell("EXISTS", redis.submissions) == "0")
        try server.tell("CONFIG", "SET", "maxmemory", "1")
        #expect { try redis.submit(group.document(0)) } throws: { "\($0)".contains("maxmemory") }
        try server.tell("CONFIG", "SET", "maxmemory", "0")
        #expect(try server.tell("EXISTS", redis.submissions) == "0")
    }

    @Test("foreign, torn and oversized entries are named once and left; forged ones are refused, unknown ones wait")
    func foreign() throws {
        let group = Group()
        let (scratch, server, lab) = try lab(group)
        defer { withExtendedLifetime((scratch, server)) {} }
        var redis = lab
        redis.largestAnswer = 400_000
        var reader = try Reader(group, redis)
        let stream = redis.submissions
        try server.tell("XADD", stream, "*", "hello", "world")
        try server.tell("XADD", stream, "*", "document", "a", "piece", "2/3", "bytes", "x")
        try server.tell("XADD", stream, "*", "document", "a", "piece", "1/2", "bytes", "x")
        try server.tell("XADD", stream, "*", "document", "b", "piece", "2/2", "bytes", "x")
        try server.tell("XADD", stream, "*", "document", "a", "piece", "1/9223372036854775808", "bytes", "x")
        try server.tell("EVAL", "redis.call('XADD',KEYS[1],'*','x',string.rep('y',2000000))", "1", stream)
        try redis.submit(group.document(0))
        try redis.submit(Array("argot-signed 1\n".utf8))
        var forged = group.document(1)
        forged[forged.count - 1] ^= 1
        try redis.submit(forged)
        var strangers = group
        strangers.keys[0] = .random()
        try redis.submit(strangers.document(2))
        let intake = try reader.takeIn()
        #expect(intake.accepted == 1 && intake.refused == 2 && intake.deferred == 1, "\(intake)")
        #expect(intake.news.count { $0.text.contains("is passed over") } == 2, "\(intake.news)")
        #expect(intake.news.contains { $0.text.contains("is larger than any piece") })
        #expect(try reader.names("refused").count == 2)
        #expect(try reader.names("incoming").count == 1)
        #expect(try server.tell("XLEN", stream) == "10")
        // Nothing of it is said again, whether the server goes on or begins again.
        try redis.submit(group.document(3))
        let more = try reader.takeIn()
        #expect(more.accepted == 1 && more.news.isEmpty && more.refused == 0, "\(more)")
        // The stranger becomes known: the folder has what it sent.
        var folder = reader.folder
        var roster = group.roster().sensors
        roster.append(.init(standing: .trusted, key: strangers.keys[0].publicKey, name: "new"))
        reader.server = try GroupServer(
            directory: reader.scratch.path + "/accepted", roster: SensorRoster(roster), group: group.id,
            key: .random(), options: GroupOptions(), now: Self.now, tell: { Issue.record("\($0)") })
        #expect(try reader.server.takeIn(&folder, now: Self.now).accepted == 1)
        #expect(try reader.names("incoming").isEmpty)
        // Every key but the stream's own is somebody else's.
        try server.tell("DEL", stream)
        try server.tell("SET", stream, "x")
        #expect { _ = try reader.takeIn() } throws: { "\($0)".contains("another program uses this key") }
    }

    @Test("while the Redis is away that is an error with what to do, and the server goes on from where it was")
    func away() throws {
        let group = Group()
        let (scratch, server, lab) = try lab(group)
        defer { withExtendedLifetime((scratch, server)) {} }
        var redis = lab
        redis.patience = .milliseconds(300)
        var reader = try Reader(group, redis)
        try redis.submit(group.document(0))
        #expect(try reader.takeIn().accepted == 1)
        server.hang(true)
        #expect { _ = try reader.takeIn() } throws: { "\($0)".contains("check its load and the network") }
        server.hang(false)
        server.kill()
        #expect { try redis.submit(group.document(1)) } throws: { "\($0)".contains("start it, or check its address") }
        try server.start()
        redis.patience = .seconds(20)
        try redis.submit(group.document(1))
        let intake = try reader.takeIn()
        #expect(intake.accepted == 1, "\(intake)")
    }

    @Test("who may only submit can do nothing else, with the commands and keys that sites.md lists")
    func permissions() throws {
        let group = Group()
        let (scratch, server, lab) = try lab(group)
        defer { withExtendedLifetime((scratch, server)) {} }
        let key = SigningKey.random()
        let prefix = "argot-group:\(String(group.id, radix: 16))"
        try server.tell(
            "ACL", "SETUSER", "site1", "on", ">one", "resetkeys", "~\(prefix):submissions", "nocommands", "+role",
            "+select", "+multi", "+exec", "+xadd")
        try server.tell(
            "ACL", "SETUSER", "server", "on", ">two", "resetkeys", "~\(prefix):*", "nocommands", "+role", "+select",
            "+xread", "+xrange", "+xrevrange", "+eval", "+watch", "+multi", "+exec", "+append", "+expire", "+rename",
            "+persist", "+unlink", "+getrange")
        try server.tell(
            "ACL", "SETUSER", "reader", "on", ">three", "resetkeys", "%R~\(prefix):snapshot:*", "nocommands", "+role",
            "+select", "+getrange", "+strlen")
        func store(_ user: String, _ password: String) -> GroupRedis {
            var redis = lab
            redis.credentials = RedisCredentials(user: user, password: password)
            return redis
        }
        var site = store("site1", "one")
        try site.submit(group.document(0))
        site.pieceBytes = 500
        try site.submit(group.document(1))
        #expect { _ = try site.newestSnapshot(of: [key.publicKey], unless: nil) } throws: {
            "\($0)".contains("allow this user the commands")
        }
        var reader = try Reader(group, store("server", "two"), key: key)
        #expect(try reader.takeIn().accepted == 2)
        let outcome = try #require(try reader.server.compute())
        let document = reader.server.document(of: outcome.snapshot)
        #expect(try reader.redis.publish(document, signedBy: key.publicKey))
        let found = try #require(try store("reader", "three").newestSnapshot(of: [key.publicKey], unless: nil))
        #expect(found.bytes == document)
        #expect { try store("reader", "three").submit(group.document(2)) } throws: {
            "\($0)".contains("allow this user")
        }
        #expect { try store("reader", "wrong").submit(group.document(2)) } throws: {
            "\($0)".contains("senders_redis_password_file")
        }
    }

    @Test("a snapshot takes the older one's place at once; an older, a forged and a foreign one do not keep it away")
    func snapshots() throws {
        let group = Group()
        let (scratch, server, redis) = try lab(group)
        defer { withExtendedLifetime((scratch, server)) {} }
        let (key, other) = (SigningKey.random(), SigningKey.random())
        func document(_ sequence: UInt64, _ key: SigningKey, size: Int = 9_000_000) -> [UInt8] {
            SignedDocument.bytes(
                kind: SenderSnapshot.kind, sequence: sequence, time: Group.start,
                payload: [UInt8](repeating: UInt8(sequence), count: size), key: key)
        }
        #expect { _ = try redis.newestSnapshot(of: [key.publicKey], unless: nil) } throws: {
            "\($0)".contains("holds no snapshot of \(key.publicKey.id)")
        }
        #expect(try redis.publish(document(5, key), signedBy: key.publicKey))
        let first = try #require(try redis.newestSnapshot(of: [key.publicKey], unless: nil))
        #expect(first.bytes == document(5, key))
        #expect(try redis.newestSnapshot(of: [key.publicKey], unless: first.mark) == nil)
        #expect(try redis.publishedSequence(of: key.publicKey) == 5)
        // Older: stays away. The same again: is there.
        #expect(try !redis.publish(document(4, key), signedBy: key.publicKey))
        #expect(try redis.publish(document(5, key), signedBy: key.publicKey))
        #expect(try redis.newestSnapshot(of: [key.publicKey], unless: first.mark) == nil)
        // Another server's key has a place of its own; the newest of those that are believed counts.
        #expect(try redis.publish(document(9, other, size: 10), signedBy: other.publicKey))
        let both = [key.publicKey, other.publicKey]
        #expect(try redis.newestSnapshot(of: both, unless: nil)?.bytes == document(9, other, size: 10))
        #expect(try redis.newestSnapshot(of: [key.publicKey], unless: nil)?.bytes == document(5, key))
        // Somebody else's bytes in the place, with a number that nobody signed.
        let place = redis.snapshot(of: key.publicKey.id)
        let stranger = SigningKey.random()
        let forged = document(99, stranger, size: 10)
        try server.tell(["SET", place, String(decoding: forged, as: UTF8.self)])
        #expect(try redis.newestSnapshot(of: both, unless: nil)?.bytes == document(9, other, size: 10))
        #expect(try redis.newestSnapshot(of: [key.publicKey], unless: nil)?.bytes == forged)
        #expect(try redis.publish(document(6, key), signedBy: key.publicKey))
        #expect(try redis.newestSnapshot(of: [key.publicKey], unless: nil)?.bytes == document(6, key))
        #expect(try server.tell("KEYS", "*draft*") == "")
        try server.tell("DEL", place)
        try server.tell("LPUSH", place, "x")
        #expect { _ = try redis.publish(document(7, key), signedBy: key.publicKey) } throws: {
            "\($0)".contains("another program uses this key")
        }
    }
}
