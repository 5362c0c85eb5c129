import ClientLab
import Memory
import Redis
import RedisLab
import RedisStore
import SMTP
import ScratchFiles
import Testing

/// A primary that others call, and TLS in front.
@Suite("Sharing over Sentinels and stunnel", .serialized)
struct SharedStorePlacesTests {
    private var now: UnixTime { UnixTime(seconds: Int64(SharingNode.realNow)) }

    private func eventually(_ what: String, _ condition: () -> Bool, _ location: SourceLocation = #_sourceLocation) {
        let isSo = Poll.until(.after(.seconds(60)), condition)
        #expect(isSo, "not within a minute: \(what)", sourceLocation: location)
    }

    @Test("when the primary is gone, all go on over the one that took its place, and know the same")
    func failover() throws {
        let scratch = try Scratch()
        let site = try SentinelSite(in: scratch.path)
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(site.address)
        try two.start(site.address)
        defer { for node in [one, two] { node.stop() } }
        eventually("both are connected") { one.sharing.status.isConnected && two.sharing.status.isConnected }
        for client in 0..<50 { _ = one.attempt(client, at: now) }
        eventually("both know the same") { one.contents == two.contents && one.contents.count == 50 }
        let before = site.primary
        site.killPrimary()
        for client in 50..<100 {
            _ = one.attempt(client, at: now)
            two.clean(client, at: now)
        }
        eventually("another one is the primary") { site.primary != before && site.primary != nil }
        eventually("both know the same") { one.contents == two.contents && one.contents.count == 150 }
        #expect(one.sharing.status.isConnected && two.sharing.status.isConnected)
        let three = try SharingNode(3)
        try three.start(site.address)
        defer { three.stop() }
        eventually("who comes later knows all of it") { three.contents == one.contents }
        #expect(one.told.contains { if case .disconnected = $0 { true } else { false } })
    }

    @Test("a name that no Sentinel knows, and Sentinels that are not there, are said")
    func unknownName() throws {
        let scratch = try Scratch()
        let port = try LoopbackPort.free()
        let error = #expect(throws: RedisError.self) {
            _ = try RedisConnection.open(
                RedisAddress("sentinel:nobody@127.0.0.1:\(port)"), as: .init(), patience: .seconds(2))
        }
        #expect(error?.code == .noPrimary && error?.description.contains("127.0.0.1:\(port)") == true)
        let server = try RedisServer(in: scratch.path, port: port)
        let other = #expect(throws: RedisError.self) {
            _ = try RedisConnection.open(
                RedisAddress("sentinel:nobody@127.0.0.1:\(port)"), as: .init(), patience: .seconds(2))
        }
        #expect(other?.code == .noPrimary)
        withExtendedLifetime(server) {}
    }

    @Test("TLS by stunnel on both sides")
    func tls() throws {
        let scratch = try Scratch()
        let redis = try RedisServer(in: scratch.path)
        let tunnel = try TLSTunnel(before: scratch.path + "/redis.sock", in: scratch.path)
        let (one, two) = (try SharingNode(1), try SharingNode(2))
        try one.start(tunnel.address)
        try two.start(redis.address)
        defer { for node in [one, two] { node.stop() } }
        eventually("both are connected") { one.sharing.status.isConnected && two.sharing.status.isConnected }
        for client in 0..<50 { _ = one.attempt(client, at: now) }
        eventually("both know the same") { one.contents == two.contents && one.contents.count == 50 }
    }
}
