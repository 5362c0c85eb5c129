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

/// What servers share beside their memory: what is learned from, models, removals, the right to teach.
@Suite("Several servers over one Redis, learning and forgetting", .serialized)
struct SharedLearningTests {
    private let scratch: Scratch
    private let redis: RedisServer

    init() throws {
        scratch = try Scratch()
        redis = try RedisServer(in: scratch.path)
    }

    private var now: UnixTime { UnixTime(seconds: Int64(SharingNode.realNow)) }

    @Test("what is noted to learn from comes to each other server once, across restarts of one and of the Redis")
    func notes() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address)
        try two.start(redis.address)
        defer { one.stop() }
        connected(one, two)
        func cells(_ number: Int) -> SharedNote {
            .cells([SenderCell(slot: Int64(number), sender: 1, domain: 2, mails: 3, trapped: 1)])
        }
        for number in 0..<500 { one.sharing.submit(cells(number)) }
        two.sharing.submit(.judged(.messageID(two.key(1)), MailJudgement(.spam, from: .person, at: now)))
        eventually("all has come") { two.heard.withLock { $0.notes.count } == 500 }
        eventually("the judgement, too") { one.heard.withLock { $0.notes.count } == 1 }
        #expect(two.heard.withLock { $0.notes } == (0..<500).map(cells))
        two.stop()
        for number in 500..<600 { one.sharing.submit(cells(number)) }
        eventually("they are published") { one.sharing.status.notesPublished == 600 }
        let again = try SharingNode(2)
        let place = two.heard.withLock { $0.place }
        try again.start(redis.address) { $0.heardPlace = place }
        defer { again.stop() }
        eventually("the rest has come") { again.heard.withLock { $0.notes.count } == 100 }
        #expect(again.heard.withLock { $0.notes } == (500..<600).map(cells))
        redis.kill()
        eventually("both have noticed") { !one.sharing.status.isConnected && !again.sharing.status.isConnected }
        for number in 600..<700 { one.sharing.submit(cells(number)) }
        try redis.start()
        eventually("what waited has come") { again.heard.withLock { $0.notes.count } == 200 }
        #expect(again.heard.withLock { $0.notes } == (500..<700).map(cells))
    }

    @Test("the model that was put in force last is in force everywhere; what others wrote, or damaged, is not")
    func models() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        one.model.withLock { ($0.time, $0.text) = (now + -100, "first") }
        try one.start(redis.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        eventually("the first is everywhere") { two.model.withLock { $0.text } == "first" }
        two.model.withLock { ($0.time, $0.text) = (now + 5, "second") }
        eventually("the second is everywhere") { one.model.withLock { $0.text } == "second" }
        #expect(two.model.withLock { $0.taken } == ["first"] && one.model.withLock { $0.taken } == ["second"])
        // One goes back to none, and then has a model again.
        one.model.withLock { ($0.time, $0.text) = (now + 6, "") }
        eventually("none is in force anywhere") { two.model.withLock { $0.text } == "" }
        #expect(two.told.contains { if case .modelCleared("envelopes", _) = $0 { true } else { false } })
        two.model.withLock { ($0.time, $0.text) = (now + 7, "second") }
        eventually("the second is everywhere again") { one.model.withLock { $0.text } == "second" }
        // An older seal under a new time, and a document that was changed.
        let time = (now + 300).seconds
        try redis.tell("HSET", "argot:model:envelopes", "digest", "x", "time", "\(time)", "document", "evil")
        eventually("it is named") { one.told.contains { "\($0)".contains("not sealed under this site's key") } }
        #expect(one.model.withLock { $0.text } == "second" && two.model.withLock { $0.text } == "second")
        try redis.tell("DEL", "argot:model:envelopes")
        two.model.withLock { ($0.time, $0.text) = (now + 8, "broken") }
        eventually("what cannot be put in force is named") {
            one.told.contains { "\($0)".contains("cannot be put in force here") }
        }
        #expect(one.model.withLock { $0.text } == "second")
    }

    @Test("what was removed at one is gone at all and from the Redis, and does not come back from one that was away")
    func purge() throws {
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(redis.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        connected(one, two)
        for client in 0..<20 {
            _ = one.attempt(client, at: now + -10)
            for node in [one, two] { node.clean(client, at: now + -10) }
        }
        agree(one, two)
        // A third one knows all of it, and is away when some of it is removed.
        let three = try SharingNode(3)
        try three.start(redis.address)
        connected(three)
        agree(one, three)
        for client in 0..<20 { three.clean(client, at: now + -9) }
        agree(one, three)
        three.stop()
        let client = PurgeScope.client(one.keys(7), network: one.key(1_000_007), sender: 1)
        one.purge(client, at: now)
        let gone = "client \(one.key(7)) "
        eventually("it is gone at the other") { !two.contents.contains { $0.hasPrefix(gone) } }
        agree(one, two)
        #expect(one.contents.count { $0.hasPrefix("client ") } == 19)
        let isRemoved = { try redis.tell("KEYS", "argot:fact:client:\(one.key(7)):*").isEmpty }
        #expect(try Poll.until(.after(.seconds(30)), isRemoved))
        // It comes back with all that it remembers.
        let again = try SharingNode(3)
        for client in 0..<20 { again.clean(client, at: now + -9) }
        try again.start(redis.address)
        defer { again.stop() }
        connected(again)
        agree(one, two, again)
        #expect(again.contents.count { $0.hasPrefix("client ") } == 19)
        // What comes since counts.
        again.clean(7, at: now + 1)
        eventually("it is known again") { two.contents.contains { $0.hasPrefix(gone) && $0.hasSuffix(" 1") } }
        // All that the greylist knows, and then everything.
        two.purge(.greylist, at: now + 2)
        eventually("no attempt is left") { !again.contents.contains { $0.hasPrefix("attempt ") } }
        one.purge(.everything(labels: false), at: now + 3)
        eventually("nothing is left") { two.contents.isEmpty && again.contents.isEmpty && one.contents.isEmpty }
        let facts = { Set(try redis.tell("KEYS", "argot:fact:*").split(separator: "\n")) }
        #expect(try Poll.until(.after(.seconds(30))) { try facts().allSatisfy { $0.hasPrefix("argot:fact:purge:") } })
        // One of each kind, by whichever servers.
        let subjects = { Set(try facts().map { $0.dropLast(17) }) }
        #expect(try Poll.until(.after(.seconds(30))) { try subjects().count == 3 })
    }

    @Test("one server at a time has a lease, as long as it renews it")
    func lease() throws {
        func settings(_ number: UInt64) throws -> SharingSettings {
            SharingSettings(
                address: try RedisAddress(redis.address), server: ServerID(number), name: "mx \(number)", keyID: "k",
                seal: { _ in "" })
        }
        #expect(try SharedLease.take("teach", settings(1), seconds: 100) == nil)
        #expect(try SharedLease.take("teach", settings(2), seconds: 100) == "mx 1")
        #expect(try SharedLease.take("teach", settings(1), seconds: 100) == nil)
        #expect(try SharedLease.take("other", settings(2), seconds: 100) == nil)
        try redis.tell("DEL", "argot:lease:teach")
        #expect(try SharedLease.take("teach", settings(2), seconds: 100) == nil)
        #expect(try SharedLease.take("teach", settings(1), seconds: 100) == "mx 2")
    }
}
