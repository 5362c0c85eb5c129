import FakeMTA
import Testing

@Suite("Callbacks of libmilter are what the MTA sent")
struct ReferenceFilterTests {
    @Test(arguments: [Fragmentation.whole, .bytewise, .random(seed: 7)])
    func oneMessage(fragmentation: Fragmentation) throws {
        let filter = try ScriptedFilter()
        let session = try FakeMTASession(socket: filter.socket, fragmentation: fragmentation)
        #expect(session.negotiated.steps == [.rejectedRecipients, .leadingSpace, .skip])
        #expect(session.negotiated.actions == .all)
        let peer = ClientPeer(name: "host.example", ip: "192.0.2.1", port: 4242)
        #expect(try session.connect(peer) == MilterAnswer(.continue))
        #expect(try session.helo("host.example") == MilterAnswer(.continue))
        #expect(try session.mail("<a@example.net>", "SIZE=10") == MilterAnswer(.continue))
        #expect(try session.rcpt("<b@lab.example>") == MilterAnswer(.continue))
        #expect(try session.data() == MilterAnswer(.continue))
        let content = MessageContent(lines: ["From: a", "X:b", "", "text"])
        #expect(try session.message(content) == MilterAnswer(.continue))
        try session.quit()
        #expect(
            filter.record(ofSession: 1) == [
                "negotiate actions=0x1ff steps=0x1fffff", "connect \"host.example\" inet 192.0.2.1 4242",
                "helo \"host.example\"", "mail \"<a@example.net>\" \"SIZE=10\"", "rcpt \"<b@lab.example>\"", "data",
                "header \"From\" \" a\"", "header \"X\" \"b\"", "eoh", "body 6", "eom", "close",
            ])
    }
}
