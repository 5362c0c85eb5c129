import FakeMTA
import Testing

@Suite("A filter that breaks the protocol is found out")
struct BrokenFilterTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var bytes: [UInt8]
        var closes = false
        var error: FakeMTAError

        init(_ name: String, _ packets: [MilterPacket], closes: Bool = false, _ error: FakeMTAError) {
            self.init(name, bytes: packets.flatMap { $0.encoded() }, closes: closes, error)
        }

        init(_ name: String, bytes: [UInt8], closes: Bool = false, _ error: FakeMTAError) {
            testDescription = name
            self.bytes = bytes
            self.closes = closes
            self.error = error
        }
    }

    static let agreed = MilterPacket(.negotiate, payload: NegotiationOffer(steps: []).payload)
    static let awaitingNegotiation = "the answer to the negotiation"

    static func reply(_ code: MilterReplyCode, _ payload: [UInt8] = []) -> MilterPacket {
        MilterPacket(letter: code.rawValue, payload: payload)
    }

    static let negotiations = [
        Case("silence", [], .timedOut(awaiting: awaitingNegotiation)),
        Case("closes at once", [], closes: true, .closed(awaiting: awaitingNegotiation)),
        Case("half a packet", bytes: [0, 0, 0, 13, 0x4F], closes: true, .closed(awaiting: awaitingNegotiation)),
        Case("empty packet", bytes: [0, 0, 0, 0], .framing(.emptyPacket)),
        Case("oversize", bytes: [0, 1, 0, 1], .framing(.tooLarge(announced: 65537, limit: 65536))),
        Case("another letter", [reply(.continue)], .unexpected(letter: "c", awaiting: awaitingNegotiation)),
        Case(
            "too short", [reply(.negotiate, [0, 0, 0, 6])],
            .malformed(letter: "O", reason: "expected a number of four bytes")),
        Case(
            "newer version", [reply(.negotiate, NegotiationOffer(version: 7).payload)],
            .badNegotiation("version 7 of 6")),
        Case(
            "macro list without end",
            [reply(.negotiate, NegotiationOffer(steps: []).payload + [0, 0, 0, 1, 0x6A])],
            .malformed(letter: "O", reason: "expected a NUL behind a string")),
        Case(
            "macro list for no stage",
            [reply(.negotiate, NegotiationOffer(steps: []).payload + [0, 0, 0, 7, 0x6A, 0])],
            .malformed(letter: "O", reason: "macro stage 7")),
    ]

    static let awaitingConnect = "the answer to CONNECT"

    static let answers = [
        Case("silence", [agreed], .timedOut(awaiting: awaitingConnect)),
        Case("progress only", [agreed, reply(.progress)], .timedOut(awaiting: awaitingConnect)),
        Case("closes", [agreed], closes: true, .closed(awaiting: awaitingConnect)),
        Case(
            "no such letter", [agreed, MilterPacket(letter: 0x7A)],
            .unexpected(letter: "z", awaiting: awaitingConnect)),
        Case(
            "unprintable letter", [agreed, MilterPacket(letter: 7)],
            .unexpected(letter: "0x7", awaiting: awaitingConnect)),
        Case(
            "change before the end", [agreed, reply(.addHeader, Array("A\0b\0".utf8))],
            .unexpected(letter: "h", awaiting: awaitingConnect)),
        Case(
            "data behind continue", [agreed, reply(.continue, [0])],
            .malformed(letter: "c", reason: "1 bytes too many")),
        Case(
            "reply without end", [agreed, reply(.replyCode, Array("550 no".utf8))],
            .malformed(letter: "y", reason: "expected a NUL behind a string")),
        Case(
            "reply of class 2", [agreed, reply(.replyCode, Array("250 ok\0".utf8))],
            .malformed(letter: "y", reason: "no SMTP reply: 250 ok")),
        Case(
            "reply of two classes", [agreed, reply(.replyCode, Array("550 4.7.1 no\0".utf8))],
            .malformed(letter: "y", reason: "no SMTP reply: 550 4.7.1 no")),
    ]

    @Test(arguments: negotiations)
    func inNegotiation(broken: Case) throws {
        let filter = try CannedFilter(sending: broken.bytes, closes: broken.closes)
        defer { withExtendedLifetime(filter) {} }
        let connection = try FakeMTAConnection(to: filter.socket, timeout: .milliseconds(200))
        #expect(throws: broken.error) { try connection.negotiate() }
    }

    @Test(arguments: answers)
    func inAnAnswer(broken: Case) throws {
        let filter = try CannedFilter(sending: broken.bytes, closes: broken.closes)
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket, timeout: .milliseconds(200))
        #expect(throws: broken.error) { try session.connect(ClientPeer(ip: "192.0.2.1")) }
    }

    @Test func whatWasNotOfferedIsRefused() throws {
        let filter = try CannedFilter(
            sending: MilterPacket(.negotiate, payload: NegotiationOffer.postfix.payload).encoded(), closes: false)
        defer { withExtendedLifetime(filter) {} }
        let connection = try FakeMTAConnection(to: filter.socket, timeout: .milliseconds(200))
        #expect(throws: FakeMTAError.self) { try connection.negotiate(NegotiationOffer(steps: .skip)) }
    }

    @Test func aChangeThatWasNotNegotiatedIsRefused() throws {
        let packets = [
            MilterPacket(.negotiate, payload: NegotiationOffer(actions: .changeBody, steps: []).payload),
            Self.reply(.quarantine, Array("why\0".utf8)),
        ]
        let filter = try CannedFilter(sending: packets.flatMap { $0.encoded() }, closes: false)
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket, timeout: .milliseconds(200))
        #expect(throws: FakeMTAError.unexpected(letter: "q", awaiting: "the answer to BODYEOB")) {
            try session.endOfMessage()
        }
    }

    @Test func nobodyListens() throws {
        let directory = try TemporaryDirectory()
        #expect(throws: FakeMTAError.system(call: "connect", errno: 2)) {
            try FakeMTAConnection(to: "unix:" + directory.file("nothing"))
        }
    }

    @Test(arguments: ["", "relative/path", "inet:", "inet:http@localhost", "tcp:1234", "unix"])
    func noSocketSpecification(text: String) {
        #expect(throws: FakeMTAError.badSocket(text)) { try SocketAddress(text) }
    }
}
