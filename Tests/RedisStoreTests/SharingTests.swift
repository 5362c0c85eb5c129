import ClientLab
import Judgements
import Keeping
import Memory
import Policy
import Redis
import RedisLab
import RedisStore
import SMTP
import ScratchFiles
import Synchronization
import Testing

/// Servers that share their memory over a real Redis.
@Suite("Several servers over one Redis", .serialized)
struct SharingTests {
    private let scratch: Scratch
    private let redis: RedisServer

    init() throws {
        scratch = try Scratch()
        redis = try RedisServer(in: scratch.path)
    }

    private var now: UnixTime { UnixTime(seconds: Int64(SharingNode.realNow)) }

    @Test("what one has put off passes at the other, and all know the same")
    func sharing() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        connected(one, two)
        #expect(one.attempt(1, at: now + -300) == .new)
        eventually("the attempt has come") { two.contents.count == one.contents.count && !one.contents.isEmpty }
        #expect(two.attempt(1, at: now) == .passed)
        for client in 0..<40 {
            one.clean(client, at: now + -10)
            two.clean(client, at: now)
        }
        agree(one, two)
        let counts = one.contents.filter { $0.hasPrefix("client ") }
        #expect(counts.count == 40 && counts.allSatisfy { $0.hasSuffix(" 2") }, "\(counts.prefix(3))")
        one.set(.observe, at: now)
        eventually("the mode holds at both") { two.mode == .observe }
        eventually("both are seen") { one.sharing.status.nodes.count == 2 && two.sharing.status.nodes.count == 2 }
        #expect(one.sharing.status.refused == 0 && two.sharing.status.refused == 0)
    }

    @Test("who comes later knows what was said before; who comes again, too")
    func lateness() throws {
        let one = try SharingNode(1)
        try one.start(redis.address)
        connected(one)
        for client in 0..<300 {
            _ = one.attempt(client, at: now)
            one.clean(client, at: now)
        }
        let two = try SharingNode(2)
        try two.start(redis.address)
        connected(two)
        agree(one, two)
        #expect(two.contents.count >= 600)
        two.stop()
        for client in 300..<400 { _ = one.attempt(client, at: now) }
        let again = try SharingNode(2)
        try again.start(redis.address)
        defer { for node in [one, again] { node.stop() } }
        connected(again)
        agree(one, again)
    }

    @Test("a Redis that is gone, comes back empty, or hangs: all agree afterwards")
    func outage() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        connected(one, two)
        for client in 0..<50 {
            _ = one.attempt(client, at: now)
            two.clean(client, at: now)
        }
        agree(one, two)
        redis.kill()
        eventually("both have noticed") {
            !one.sharing.status.isConnected && !two.sharing.status.isConnected
        }
        for client in 50..<100 {
            _ = one.attempt(client, at: now)
            _ = two.attempt(client + 50, at: now)
            one.clean(client, at: now)
            two.clean(client, at: now)
        }
        #expect(one.contents != two.contents)
        try redis.start()
        connected(one, two)
        agree(one, two)
        #expect(one.contents.filter { $0.hasPrefix("client ") && $0.hasSuffix(" 2") }.count == 50)
        #expect(one.told.contains { if case .republished(let facts) = $0 { facts > 0 } else { false } })
        // Whoever begins now finds all of it.
        let three = try SharingNode(3)
        try three.start(redis.address)
        defer { three.stop() }
        connected(three)
        agree(one, two, three)
        redis.hang(true)
        for client in 200..<250 { _ = three.attempt(client, at: now) }
        eventually("the silence is noticed") { !three.sharing.status.isConnected }
        redis.hang(false)
        connected(one, two, three)
        agree(one, two, three)
        #expect(three.told.contains { if case .disconnected(let error) = $0 { error.code == .timeout } else { false } })
    }

    @Test("whoever was away while the stream moved on reads everything again, and says so")
    func slowness() throws {
        #expect(try redis.tell("ACL", "SETUSER", "two", "on", ">word", "~*", "&*", "+@all") == "OK")
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address) { $0.streamLength = 10 }
        try two.start(redis.address) { $0.credentials = .init(user: "two", password: "word") }
        defer { for node in [one, two] { node.stop() } }
        connected(one, two)
        try redis.tell("ACL", "SETUSER", "two", "off")
        try redis.tell("CLIENT", "KILL", "USER", "two")
        eventually("the other is away") { !two.sharing.status.isConnected }
        for client in 0..<600 {
            _ = one.attempt(client, at: now)
            one.clean(client, at: now)
        }
        eventually("all is published") { one.sharing.status.waiting == 0 }
        try redis.tell("XTRIM", "argot:changes", "MAXLEN", "1")
        try redis.tell("ACL", "SETUSER", "two", "on")
        connected(two)
        agree(one, two)
        eventually("it says so") { two.told.contains { if case .reread = $0 { true } else { false } } }
        #expect(two.sharing.status.reread == 1)
    }

    @Test("a Redis that is full takes nothing; nothing is lost by that")
    func fullness() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        connected(one, two)
        try redis.tell("CONFIG", "SET", "maxmemory", "1")
        for client in 0..<100 { _ = one.attempt(client, at: now) }
        eventually("it is said") {
            one.told.contains { if case .disconnected(let error) = $0 { error.code == .full } else { false } }
        }
        try redis.tell("CONFIG", "SET", "maxmemory", "0")
        agree(one, two)
        #expect(two.contents.count == 100)
    }

    @Test("a server whose clock is wrong shares times that are right")
    func clocks() throws {
        let (one, two) = (try SharingNode(1, skew: 7_200), try SharingNode(2))
        try one.start(redis.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        connected(one, two)
        // Two hours ahead, so is what it notes.
        #expect(one.attempt(1, at: now + 6_900) == .new)
        eventually("the attempt has come") { !two.contents.isEmpty }
        #expect(two.attempt(1, at: now) == .passed)
        #expect(
            one.told.contains {
                if case .clockOff(let seconds) = $0 { (7_190...7_210).contains(seconds) } else { false }
            })
        #expect(two.told.allSatisfy { if case .clockAhead = $0 { false } else { true } })
    }

    @Test("what comes from the year 2099 is left out and named once")
    func future() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        connected(one, two)
        let year2099 = UnixTime(year: 2099, month: 1, day: 1)
        for client in 0..<20 {
            let entry = GreylistEntry(firstSeen: year2099, lastSeen: year2099, hasPassed: true)
            one.sharing.publish(.greylist(one.key(client), entry))
        }
        _ = one.attempt(50, at: now)
        eventually("the good one has come") { two.contents.count == 1 }
        #expect(two.sharing.status.refused == 20)
        let named = two.told.filter { if case .clockAhead = $0 { true } else { false } }
        #expect(named.count == 1)
        // Who begins now meets with them in the facts.
        let three = try SharingNode(3)
        try three.start(redis.address)
        defer { three.stop() }
        connected(three)
        agree(two, three)
    }

    @Test("others' keys, damaged and newer values, and 100 MB: each is named, and the rest is shared")
    func foreignData() throws {
        for words in [
            ["SET", "argot:fact:greylist:zz:0000000000000001", "hello"],
            ["SET", "argot:fact:client:00:0000000000000001", "\u{2}newer"],
            ["RPUSH", "argot:fact:a:list:0000000000000001", "x"],
            ["SETRANGE", "argot:fact:large:00:0000000000000001", "100000000", "x"],
            ["SET", "argot:fact:nobody", "x"], ["SET", "argot:other", "x"],
            ["XADD", "argot:changes", "*", "hello", "world"],
            ["HSET", "argot:nodes", "somebody", "{}"],
        ] { try redis.tell(words) }
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        connected(one, two)
        try redis.tell("XADD", "argot:changes", "*", "hello", "world")
        try redis.tell(
            "XADD", "argot:changes", "*", "server", "00000000000000aa", "owner", "00000000000000aa", "run",
            "00000000000000bb", "number", "1", "facts", "xyzzy")
        for client in 0..<30 { _ = one.attempt(client, at: now) }
        agree(one, two)
        #expect(two.contents.count == 30)
        eventually("all is named") {
            let named = one.told.map(\.description).joined(separator: "\n")
            return [
                "no fact, or a damaged", "newer release", "cannot be read", "larger than any", "no batch",
                "no server's",
            ]
            .allSatisfy(named.contains)
        }
        let counted = Dictionary(grouping: one.told.map(\.description)) { $0 }.mapValues(\.count)
        #expect(counted.values.allSatisfy { $0 == 1 }, "\(counted)")
        #expect(try redis.tell("GET", "argot:other") == "x")
    }

    @Test("an entry of the stream that is too large is left behind")
    func largeEntry() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        connected(one, two)
        try redis.tell(
            "EVAL", "return redis.call('XADD', 'argot:changes', '*', 'x', string.rep('x', 70000000))", "0")
        for client in 0..<30 { _ = one.attempt(client, at: now) }
        agree(one, two)
        eventually("it is named") { two.told.contains { "\($0)".contains("too large") } }
        #expect(two.contents.count == 30)
    }

    @Test("another key, another form, another server of the same number: nothing is shared, and it is said why")
    func identity() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address)
        defer { one.stop() }
        connected(one)
        try two.start(redis.address) { $0.keyID = "another" }
        eventually("the key") { two.told.contains { "\($0)".contains("argot key export") } }
        #expect(!two.sharing.status.isConnected && two.sharing.status.problem?.contains("another") == true)
        two.stop()
        let double = try SharingNode(1)
        try double.start(redis.address)
        defer { double.stop() }
        eventually("the number") {
            double.told.contains { "\($0)".contains("server.id") }
                || one.told.contains { "\($0)".contains("server.id") }
        }
        try redis.tell("HSET", "argot:site", "format", "9")
        let three = try SharingNode(3)
        try three.start(redis.address)
        defer { three.stop() }
        eventually("the form") { three.told.contains { "\($0)".contains("form 9") } }
        #expect(three.contents.isEmpty)
    }

    @Test("a wrong password and a replica are said once, and what waits is shared when it is set right")
    func refusals() throws {
        try redis.tell("CONFIG", "SET", "requirepass", "secret")
        let one = try SharingNode(1)
        try one.start(redis.address)
        defer { one.stop() }
        eventually("the password") { one.told.contains { "\($0)".contains("shared_store_password_file") } }
        _ = one.attempt(1, at: now)
        #expect(one.sharing.status.waiting >= 1 || one.sharing.status.published > 0)
        let count = one.told.count
        // Asked again and again, said once.
        eventually("asked again") { one.sharing.status.problem != nil }
        #expect(one.told.count == count)
        let two = try SharingNode(2)
        try two.start(redis.address) { $0.credentials.password = "secret" }
        defer { two.stop() }
        connected(two)
    }
}
