import Dialects
import Sink
import SMTP
import Seeded
import Testing

/// Seeded random clients against the session without sockets.
@Suite("The sink's session under random input")
struct SessionFuzzTests {
    private static let words: [String] = [
        "EHLO c.example\r\n", "HELO c\r\n", "MAIL FROM:<a@b.example>\r\n", "mail from: a@b\n",
        "RCPT TO:<c@d.example>\r\n",
        "DATA\r\n", "BDAT 7 LAST\r\nsubject", "BDAT 3\r\nabc", "BDAT 99999999999999999999\r\n", "\r\n.\r\n", ".\r\n",
        ".\n",
        "RSET\r\n", "NOOP\r\n", "QUIT\r\n", "STARTTLS\r\n", "\u{16}\u{3}\u{1}", "AUTH LOGIN\r\n", "AUTH PLAIN eA==\r\n",
        "eA==\r\n",
        "VRFY x\r\n", "Subject: hi\r\n\r\nhello\r\n", "\r", "\n", "\0", "250 OK\r\n",
    ]

    private static func input(_ random: inout SeededGenerator, words count: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<count {
            switch Int.random(in: 0..<12, using: &random) {
            case 0:
                bytes += (0..<Int.random(in: 1..<40, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
            case 1: bytes += [UInt8](repeating: UInt8(ascii: "A"), count: Int.random(in: 1..<9_000, using: &random))
            default: bytes += Array(words.randomElement(using: &random)!.utf8)
            }
        }
        return bytes
    }

    private static func pieces(of bytes: [UInt8], _ random: inout SeededGenerator) -> [ArraySlice<UInt8>] {
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < bytes.count {
            let end = min(bytes.count, start + Int.random(in: 1...400, using: &random))
            pieces.append(bytes[start..<end])
            start = end
        }
        return pieces
    }

    /// A polite delivery with noise before and after, so that the interesting states are reached.
    private static func session(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes = input(&random, words: Int.random(in: 0..<3, using: &random))
        bytes += Array("\r\nEHLO c.example\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\n".utf8)
        bytes += input(&random, words: Int.random(in: 0..<20, using: &random))
        return bytes
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func howTheBytesAreCutDoesNotMatter(seed: UInt64) {
        var random = SeededGenerator(seed: seed)
        let bytes = Self.session(&random)
        var whole = PlannedSession()
        whole.hand(.received(bytes[...]))
        var cut = PlannedSession()
        for piece in Self.pieces(of: bytes, &random) { cut.hand(.received(piece)) }
        // A client that pipelines after STARTTLS has what is in the same segment dropped: that depends on the cut.
        guard !bytes.contains(0x16), !whole.recorded(.server).contains(where: { $0.hasPrefix("220 2") }) else { return }
        #expect(whole.takeSent() == cut.takeSent())
        #expect(whole.isClosed == cut.isClosed)
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func nothingGrowsAndNothingHangs(seed: UInt64) {
        var random = SeededGenerator(seed: 1_000 + seed)
        let mode: SinkMode = seed.isMultiple(of: 2) ? .learn : .safe
        let script = (0..<4).map { _ in VariationCatalogue.all.randomElement(using: &random)! }
        var session = PlannedSession(
            mode: mode, offer: ServiceOffer(ServiceOffer.Extension.allCases), choice: .script(script.map { .init($0) }))
        let limits = SinkLimits(mode: mode)
        for _ in 0..<60 where !session.isClosed {
            for piece in Self.pieces(of: Self.session(&random), &random) { session.hand(.received(piece)) }
            session.wait(seconds: Double.random(in: 0..<3, using: &random))
            if session.handshake != nil { session.hand(.tlsBegan(version: "TLSv1.2", cipher: "x")) }
            #expect(session.plan.events.byteCount <= limits.recordedBytes + 4_096)
            #expect(session.plan.events.count <= limits.recordedEvents + 2)
            #expect(session.isClosed || session.plan.wakeTime != nil)
        }
        session.wait(seconds: Double(limits.sessionSeconds + 10))
        #expect(session.isClosed)
        #expect(session.plan.wakeTime == nil)
        #expect(session.plan.events.map(\.time) == session.plan.events.map(\.time).sorted())
        #expect(session.transcript.note?.isEmpty == false)
    }

    /// Whatever a client says, and whatever harmless question it is asked: on an MX no message is ever answered with
    /// anything but 4xx or 5xx, not in one line of it.
    @Test(arguments: VariationCatalogue.all.filter { $0.harm == .none })
    func onAnMXNoMessageIsTaken(variation: ReplyVariation) {
        var session = PlannedSession(
            mode: .safe, offer: ServiceOffer(ServiceOffer.Extension.allCases),
            choice: .script([.init(variation, occurrence: nil)]))
        session.wait(seconds: 10)
        for command in ["EHLO c", "HELO c", "NOOP", "RSET", "MAIL FROM:<a@b>", "RCPT TO:<c@d>", "DATA"] {
            session.client(command + "\r\n")
            session.wait(seconds: 10)
        }
        guard
            session.recorded(.server).joined().hasSuffix("354 End data with <CR><LF>.<CR><LF>\r\n")
                || variation.stage == .data
        else { return }
        session.client("Subject: x\r\n\r\nhello\r\n.\r\n")
        let first = session.takeSent()
        let answer = first + session.wait(seconds: 10)
        for line in answer.split(whereSeparator: \.isNewline) {
            #expect(line.first == "4" || line.first == "5", "\(variation) \(answer)")
        }
        #expect(!answer.isEmpty)
    }

    @Test func harmfulQuestionsAreNotAskedOnAnMX() {
        for variation in VariationCatalogue.all where variation.harm != .none {
            var session = PlannedSession(mode: .safe, choice: .script([.init(variation, occurrence: nil)]))
            session.client("EHLO c\r\nHELO c\r\nNOOP\r\nRSET\r\nVRFY x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n")
            session.client("x\r\n.\r\nSTARTTLS\r\n")
            #expect(session.transcript.note == "none", "\(variation)")
        }
    }
}
