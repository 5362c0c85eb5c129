import FakeMTA
import Testing

@Suite("What no MTA should send")
struct ProtocolAbuseTests {
    static let peer = ClientPeer(name: "host.example", ip: "192.0.2.1", port: 4242)
    static let connected = "connect \"host.example\" inet 192.0.2.1 4242"
    static let negotiated = "negotiate actions=0x1ff steps=0x1fffff"

    @Test func abortWithoutMail() throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        try session.abort()
        try session.abort()
        _ = try session.helo("host.example")
        try session.quit()
        #expect(
            filter.record(ofSession: 1).filter { $0 != "abort" }
                == [Self.negotiated, Self.connected, "helo \"host.example\"", "close"])
    }

    @Test func closeWithoutAbortIsAnAbortToTheFilter() throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        _ = try session.mail("<a@example.net>")
        try session.drop()
        #expect(
            filter.record(ofSession: 1)
                == [Self.negotiated, Self.connected, "mail \"<a@example.net>\"", "abort", "close"])
    }

    @Test func helloInATransactionIsAnAbortToTheFilter() throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        _ = try session.mail("<a@example.net>")
        _ = try session.helo("again.example")
        try session.quit()
        #expect(
            filter.record(ofSession: 1)
                == [
                    Self.negotiated, Self.connected, "mail \"<a@example.net>\"", "abort",
                    "helo \"again.example\"", "close",
                ])
    }

    /// Debian's libmilter does not answer on a connection any more after QUIT_NC, so no MTA may rely on it.
    @Test func quitForAnotherClientHarmsNobodyElse() throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        try session.quitForNewClient()
        try session.flush()
        session.connection.close()
        let other = try FakeMTASession(socket: filter.socket)
        #expect(try other.connect(Self.peer).verdict == .continue)
        try other.quit()
        #expect(filter.record(ofSession: 2) == [Self.negotiated, Self.connected, "close"])
    }

    /// After any of these libmilter closes, and a session after it goes as ever.
    @Test(
        arguments: [
            [], [0], [0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 13, 0x4F, 0, 0], [0xFF, 0xFF, 0xFF, 0xFF, 0x4F],
            Array("EHLO mail.example\r\n".utf8), [0, 0, 0, 1, 0x7A], MilterPacket(.quit).encoded(),
        ] as [[UInt8]])
    func garbageInsteadOfANegotiation(bytes: [UInt8]) throws {
        let filter = try ScriptedFilter()
        let connection = try FakeMTAConnection(to: filter.socket)
        try connection.send(bytes: bytes)
        connection.finishWriting()
        try connection.awaitClose()
        let session = try FakeMTASession(socket: filter.socket)
        #expect(try session.connect(Self.peer).verdict == .continue)
        try session.quit()
        #expect(filter.record.contains { $0.hasSuffix(Self.connected) })
        #expect(filter.process.termination == nil)
    }

    @Test func aTruncatedPacketWithinASession() throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        try session.connection.send(bytes: [0, 0, 0, 9, 0x48, 0x61])
        try session.drop()
        #expect(filter.record(ofSession: 1) == [Self.negotiated, Self.connected, "close"])
    }

    @Test(arguments: [
        (ClientPeer(ip: "192.0.2.7", port: 65535), "connect \"[192.0.2.7]\" inet 192.0.2.7 65535"),
        (ClientPeer(name: "h.example", ip: "2001:db8::1", port: 25), "connect \"h.example\" inet6 2001:db8::1 25"),
        (ClientPeer(name: "localhost", address: .unix("/run/x")), "connect \"localhost\" unix \"/run/x\""),
        (ClientPeer(address: .unknown), "connect \"unknown\" unknown"),
    ])
    func everyAddressFamily(peer: ClientPeer, recorded: String) throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket)
        #expect(try session.connect(peer).verdict == .continue)
        try session.quit()
        #expect(filter.record(ofSession: 1) == [Self.negotiated, recorded, "close"])
    }

    @Test func anOldMTA() throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket, offer: .version2)
        #expect(session.negotiated.version == 2)
        #expect(session.negotiated.steps.isEmpty)
        #expect(session.negotiated.symbols.isEmpty)
        _ = try session.connect(Self.peer)
        _ = try session.mail("<a@example.net>")
        let refused = try session.rcpt("<b@lab.example>", refusedByMTA: .unknownUser)
        #expect(refused.omission == .suppressed)
        _ = try session.rcpt("<c@lab.example>")
        #expect(try session.header("X", " v").verdict == .continue)
        #expect(try session.header("Y", "v").verdict == .continue)
        try session.quit()
        #expect(
            filter.record(ofSession: 1).suffix(5)
                == ["rcpt \"<c@lab.example>\"", "header \"X\" \"v\"", "header \"Y\" \"v\"", "abort", "close"])
    }

    @Test func aLargeBodyComesInPieces() throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Self.peer)
        _ = try session.mail("<a@example.net>")
        _ = try session.rcpt("<b@lab.example>")
        _ = try session.data()
        let content = MessageContent(headers: [], body: [UInt8](repeating: 0x61, count: 140_000))
        #expect(try session.message(content).verdict == .continue)
        try session.quit()
        #expect(
            filter.record(ofSession: 1).suffix(6) == ["eoh", "body 65535", "body 65535", "body 8930", "eom", "close"])
    }
}
