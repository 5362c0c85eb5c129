import ClientLab
import DaemonLab
import EngineTraits
import FakeMTA
import Testing

/// Messages are read and grouped where the administrator wants it, and nowhere else.
@Suite("Campaigns", .bothEngines)
struct CampaignTests {
    private static let settings = ["trap_addresses": "trap@lab.example", "campaigns": "traps"]

    /// A message from a client, with so many bytes in front of what it advertises.
    private func send(
        _ daemon: ArgotDaemon, from address: String, to recipient: String, advertising address2: String,
        _ length: Int = 0,
        header: String = "Subject", offer: NegotiationOffer = .postfix
    ) throws {
        let session = try daemon.session(offer: offer)
        _ = try session.connect(ClientPeer(ip: address))
        _ = try session.helo("mail.example.net")
        _ = try session.mail("<a@example.net>")
        #expect(try session.rcpt("<\(recipient)@lab.example>").verdict == .continue)
        _ = try session.data()
        let body = String(repeating: "word ", count: length / 5) + "\r\n" + address2 + "\r\n"
        let message = MessageContent(headers: [.init(header, " a")], body: Array(body.utf8))
        #expect(try session.message(message).verdict == .continue)
        try session.quit()
    }

    @Test func bodiesAreAskedForOnRequestOnly() throws {
        let daemon = try ArgotDaemon.started()
        let session = try daemon.session()
        let (actions, steps, symbols) = (
            session.negotiated.actions, session.negotiated.steps, session.negotiated.symbols
        )
        #expect(steps.contains(.noBody))
        try session.quit()
        try daemon.configure(["campaigns": "traps"])
        #expect(try daemon.reload())
        let other = try daemon.session()
        #expect(other.negotiated.steps == steps.subtracting(.noBody))
        #expect(other.negotiated.actions == actions && other.negotiated.symbols == symbols)
        try other.quit()
    }

    @Test func messagesToTrapsAreGroupedWhereverTheyAreCut() throws {
        let daemon = try ArgotDaemon.started(Self.settings)
        try send(daemon, from: "203.0.113.9", to: "trap", advertising: "http://pills.example/shop?id=1")
        // The address is cut between two pieces, and lies behind the first one.
        try send(daemon, from: "198.51.100.7", to: "trap", advertising: "http://pills.example/shop?id=22", 65_520)
        try send(
            daemon, from: "192.0.2.77", to: "trap", advertising: "http://pills.example/shop?id=3", 70_000,
            offer: .version2)
        try send(daemon, from: "203.0.113.9", to: "user1", advertising: "http://pills.example/shop?id=4", 200_000)
        try send(daemon, from: "203.0.113.9", to: "trap", advertising: "http://watches.example/offer?id=4")
        let listed = try daemon.campaigns(ofMessages: 4)
        #expect(listed.map(\.messages).sorted() == [1, 3])
        #expect(listed.first { $0.messages == 3 }?.networks == 3 && listed.allSatisfy { $0.to_traps == $0.messages })
    }

    @Test func whatCampaignsHaveBecomeIsKnownAfterARestart() throws {
        let daemon = try ArgotDaemon.started(Self.settings)
        try send(
            daemon, from: "203.0.113.9", to: "trap",
            advertising: "http://pills.example/shop?id=1 http://watches.example/offer?id=2")
        let first = try daemon.campaigns(ofMessages: 1)
        #expect(daemon.stop() == .exited(0))
        try daemon.start()
        // Of two templates one named the campaign; both are known, under other layouts, too.
        try send(daemon, from: "198.51.100.7", to: "trap", advertising: "http://pills.example/shop?id=5", header: "X-A")
        try send(
            daemon, from: "192.0.2.77", to: "trap", advertising: "http://watches.example/offer?id=6", header: "X-B")
        let listed = try daemon.campaigns(ofMessages: 3)
        #expect(listed.map(\.messages) == [3] && listed.map(\.campaign) == first.map(\.campaign))
    }
}
