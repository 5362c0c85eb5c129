import EngineTraits
import FakeMTA
import Testing

@Suite("Clients of every family", .bothEngines)
struct PeerTests {
    @Test(arguments: [
        (ClientPeer(ip: "192.0.2.7", port: 65535), "connect \"[192.0.2.7]\" inet 192.0.2.7 65535"),
        (ClientPeer(name: "h.example", ip: "2001:db8::1", port: 25), "connect \"h.example\" inet6 2001:db8::1 25"),
        (
            ClientPeer(name: "h.example", address: .inet6("IPv6:2001:DB8:0:0:0:0:0:1", port: 0)),
            "connect \"h.example\" inet6 2001:db8::1 0"
        ),
        (
            ClientPeer(name: "h.example", address: .inet6("::ffff:192.0.2.9", port: 7)),
            "connect \"h.example\" inet 192.0.2.9 7"
        ),
        (ClientPeer(name: "localhost", address: .unix("/run/x")), "connect \"localhost\" unix"),
        (ClientPeer(address: .unknown), "connect \"unknown\" unknown"),
        (ClientPeer(name: "", address: .unknown), "connect \"\" unknown"),
        (ClientPeer(name: "ü.example", ip: "192.0.2.7", port: 1), "connect \"\\xc3\\xbc.example\" inet 192.0.2.7 1"),
    ])
    func isSeenAsItIs(peer: ClientPeer, recorded: String) throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let session = try FakeMTASession(socket: filter.socket)
        #expect(try session.connect(peer).verdict == .continue)
        #expect(try session.helo("x").verdict == .continue)
        try session.quit()
        #expect(filter.record(ofSession: 1) == [recorded, "helo \"x\"", "close"])
    }

    /// libmilter gives up a connection whose address it cannot read; nothing of it is left.
    @Test(arguments: [
        ClientPeer(name: "h", address: .inet("not.an.address", port: 1)),
        ClientPeer(name: "h", address: .inet6("192.0.2.1", port: 1)),
        ClientPeer(name: "h", address: .unix(String(repeating: "x", count: 200))),
    ])
    func anAddressThatIsNoneHarmsNobodyElse(peer: ClientPeer) throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let session = try FakeMTASession(socket: filter.socket)
        _ = try? session.connect(peer)
        session.connection.close()
        let other = try FakeMTASession(socket: filter.socket)
        #expect(try other.connect(Probe.peer).verdict == .continue)
        try other.quit()
        try filter.process.awaitCounts { $0.active == 0 }
    }

    @Test func aNameThatIsNoTextIsRepaired() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let connection = try FakeMTAConnection(to: filter.socket)
        _ = try connection.negotiate()
        try connection.send(MilterPacket(.connect, payload: [0x68, 0xFF, 0, UInt8(ascii: "U")]))
        #expect(try connection.receiveAnswer(to: .connect) == MilterAnswer(.continue))
        try connection.send(MilterPacket(.quit))
        try connection.awaitClose()
        #expect(filter.record(ofSession: 1) == ["connect \"h\\xef\\xbf\\xbd\" unknown", "close"])
    }
}
