import SMTP
import Sockets
import Tap
import Testing
import Threads

@testable import Daemon

/// What a tap tells finds its session, in time or not at all.
struct TapDeskTests {
    private static let client = ClientAddress("192.0.2.5")!
    private static let server = ClientAddress("198.51.100.25")!

    private let desk = TapDesk(capacity: 4)

    /// A connection as a tap tells of it.
    private final class Told {
        let desk: TapDesk
        let connection: TapConnection
        var serial: UInt32 = 0

        init(_ desk: TapDesk, port: UInt16 = 40_000, server: ClientAddress = TapDeskTests.server) {
            self.desk = desk
            connection = TapConnection(
                client: TapDeskTests.client, clientPort: port, server: server, serverPort: 25)
            say(.opened(syn: "64240/64/mss1460"))
            say(.reply(220, toLine: false))
        }

        func say(_ finding: TapFinding) {
            desk.take(.record(TapRecord(connection: connection, serial: serial, time: 0, finding: finding)))
            serial += 1
        }

        func line(_ text: String, _ marks: LineMarks = []) {
            say(.line(TapLine(bytes: Array(text.utf8), marks: marks)))
        }

        func reply(_ code: UInt16) { say(.reply(code, toLine: true)) }
    }

    private func session(port: UInt16 = 40_000) -> TapLines? {
        desk.open(SessionPeers(client: Self.client, clientPort: port, serverPort: 25))
    }

    /// What an event finds, in words.
    private func words(_ told: ToldLines) -> [String]? {
        guard case .fits(let events) = told else { return nil }
        return events.map { one in
            "\(one.kind.rawValue) "
                + one.bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }.joined(separator: "|")
        }
    }

    @Test("Each event finds its line, and replies come behind theirs")
    func order() throws {
        desk.tapped(1)
        let told = Told(desk)
        var lines = try #require(session())
        told.line("EHLO Client.example")
        #expect(words(lines.before(.helo)) == ["line EHLO Client.example|whole"])
        told.reply(250)
        told.line("NOOP ")
        told.reply(250)
        told.line("MAIL From: ", .wrongEnd)
        #expect(words(lines.before(.proto)) == [])
        #expect(
            words(lines.before(.mail)) == [
                "replied 250", "line NOOP |cut", "replied 250", "line MAIL From: |path|wrong-end",
            ])
        told.reply(250)
        told.line("RCPT TO:")
        #expect(words(lines.before(.rcpt)) == ["replied 250", "line RCPT TO:|path"])
        told.reply(550)
        told.line("QUIT")
        told.reply(221)
        #expect(words(lines.before(.abort)) == [])
        #expect(words(.fits(lines.end())) == ["replied 550", "line QUIT|whole"])
        #expect(desk.counts.sessions == 1 && desk.counts.lost == 0 && desk.counts.strays == 0)
    }

    @Test("Commands that are sent together are told one by one")
    func pipelining() throws {
        desk.tapped(1)
        let told = Told(desk)
        var lines = try #require(session())
        for (index, text) in ["HELO x", "MAIL FROM:", "RCPT TO:", "RSET", "MAIL FROM:", "RCPT TO:", "DATA"].enumerated()
        {
            told.line(text, index == 0 ? [] : [.joined, .early])
        }
        #expect(words(lines.before(.helo)) == ["line HELO x|whole"])
        #expect(words(lines.before(.mail)) == ["line MAIL FROM:|path|joined|early"])
        #expect(words(lines.before(.rcpt)) == ["line RCPT TO:|path|joined|early"])
        #expect(words(lines.before(.abort)) == [])
        #expect(
            words(lines.before(.mail)) == ["line RSET|whole|joined|early", "line MAIL FROM:|path|joined|early"])
        // Only now does the server send what it answers.
        for code in [250, 250, 250, 250, 250] as [UInt16] { told.reply(code) }
        #expect(words(lines.before(.rcpt)) == ["replied 250", "line RCPT TO:|path|joined|early"])
        #expect(words(lines.before(.data)) == ["line DATA|whole|joined|early"])
    }

    @Test("A line that the server has answered caused no event that comes later")
    func refusedByTheServer() throws {
        desk.tapped(1)
        let told = Told(desk)
        var lines = try #require(session())
        told.line("MAIL ")
        told.reply(501)
        told.line("MAIL FROM:")
        #expect(words(lines.before(.mail)) == ["line MAIL |whole", "replied 501", "line MAIL FROM:|path"])
    }

    @Test("Of lines alike, an event means the one with its address, however late their replies are told")
    func alike() throws {
        desk.tapped(1)
        let told = Told(desk)
        var lines = try #require(session())
        for (text, address) in [("RCPT To:", "<one@lab.example>"), ("rcpt to:", "<other@lab.example>")] {
            told.say(.line(TapLine(bytes: Array(text.utf8), check: TapLine.check(of: address.utf8))))
        }
        let check = TapLine.check(of: "<other@lab.example>".utf8)
        #expect(
            words(lines.before(.rcpt, check: check)) == ["line RCPT To:|path", "line rcpt to:|path"])
        told.say(.line(TapLine(bytes: Array("RCPT TO:".utf8), check: 1)))
        #expect(words(lines.before(.rcpt, check: check)) == nil)
    }

    @Test("Without a tap nobody waits; without its lines, a moment once")
    func late() throws {
        #expect(session() == nil)
        desk.tapped(1)
        var lines = try #require(session())
        let began = ContinuousClock.now
        #expect(words(lines.before(.helo)) == nil)
        #expect(ContinuousClock.now - began >= desk.patience)
        #expect(desk.counts.late == 1)
        // Where no connection is ever known, nobody waits.
        for _ in 0..<TapDesk.patientMisses {
            var other = try #require(session())
            _ = other.before(.helo)
        }
        var last = try #require(session())
        let again = ContinuousClock.now
        #expect(words(last.before(.helo)) == nil)
        #expect(ContinuousClock.now - again < desk.patience)
        // One that is known ends that.
        let told = Told(desk, port: 5)
        told.line("HELO x")
        var known = try #require(session(port: 5))
        #expect(words(known.before(.helo)) != nil)
        told.line("MAIL FROM:")
        var waiting = try #require(session(port: 6))
        let third = ContinuousClock.now
        _ = waiting.before(.helo)
        #expect(ContinuousClock.now - third >= desk.patience)
    }

    @Test("A line that comes while its event waits is found", arguments: 0..<20)
    func waiting(round: Int) throws {
        desk.tapped(1)
        var lines = try #require(session())
        let (desk, isAsking) = (desk, Semaphore())
        try Thread.start("tap") {
            isAsking.wait()
            let told = Told(desk)
            if round % 2 == 0 { told.line("NOOP") }
            told.line("HELO x")
        }
        isAsking.signal()
        // The other thread may be slower than patience is long on a busy machine: then the session says so.
        let found = words(lines.before(.helo))
        #expect(found?.last == "line HELO x|whole" || desk.counts.late == 1)
    }

    @Test("Findings that are missing end it")
    func missing() throws {
        desk.tapped(1)
        let told = Told(desk)
        var lines = try #require(session())
        told.serial += 1
        told.line("HELO x")
        #expect(words(lines.before(.helo)) == nil)
        #expect(desk.counts.lost == 1 && desk.counts.strays == 1)
        // Of a connection whose beginning was not told.
        let stray = Told(desk, port: 7)
        stray.serial = 9
        stray.line("HELO x")
        var other = try #require(session(port: 7))
        #expect(words(other.before(.helo)) == nil)
    }

    @Test("TLS ends it, behind the lines before it")
    func encrypted() throws {
        desk.tapped(1)
        let told = Told(desk)
        var lines = try #require(session())
        told.line("EHLO x")
        told.reply(250)
        told.line("STARTTLS")
        told.reply(220)
        told.say(.tls(ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1"))
        #expect(words(lines.before(.helo)) == nil)
        #expect(desk.counts.encrypted == 1 && desk.counts.lost == 0)
        // What is known of the connection is told once.
        #expect(
            words(.fits(lines.takeTraits())) == [
                "tcp 64240/64/mss1460", "hello t13d1516h2_8daaf6152771_e5627efa2ab1",
            ])
        #expect(lines.takeTraits().isEmpty)
    }

    @Test("Beside a mail server that tells lines itself, the connection's traits are told, and nothing waits")
    func traitsAlone() throws {
        desk.tapped(1)
        let peers = SessionPeers(
            client: Self.client, clientPort: 1, server: Self.server, serverPort: 25)
        var early = try #require(desk.traits(of: peers))
        #expect(early.takeAlone().isEmpty)
        let told = Told(desk, port: 1)
        told.line("EHLO x")
        #expect(words(.fits(early.takeAlone())) == ["tcp 64240/64/mss1460"])
        #expect(early.takeAlone().isEmpty)
        told.say(.tls(ja4: "t13d1516h2_8daaf6152771_e5627efa2ab1"))
        #expect(words(.fits(early.takeAlone())) == ["hello t13d1516h2_8daaf6152771_e5627efa2ab1"])
        #expect(early.takeAlone().isEmpty)
        #expect(desk.counts.syns == 1 && desk.counts.hellos == 1 && desk.counts.sessions == 0)
        early.end()
        // Another connection between the same ends is none of its affair.
        let again = Told(desk, port: 1)
        again.line("EHLO y")
        #expect(early.takeAlone().isEmpty)
    }

    @Test("The same ends again are another connection, whoever is faster")
    func again() throws {
        desk.tapped(1)
        let first = Told(desk)
        var old = try #require(session())
        first.line("HELO first")
        #expect(words(old.before(.helo)) == ["line HELO first|whole"])
        // The tap is faster.
        let second = Told(desk)
        second.line("HELO second")
        var new = try #require(session())
        #expect(words(new.before(.helo)) == ["line HELO second|whole"])
        _ = old.end()
        second.line("MAIL FROM:")
        #expect(words(new.before(.mail)) == ["line MAIL FROM:|path"])
        // The session is faster: it does not get what another one had.
        var newest = try #require(session())
        #expect(words(newest.before(.helo)) == nil)
    }

    @Test("Two servers' connections that look alike are nobody's")
    func ambiguous() throws {
        desk.tapped(1)
        let told = Told(desk)
        told.line("HELO one")
        let other = Told(desk, server: ClientAddress("198.51.100.26")!)
        other.line("HELO other")
        told.line("MAIL FROM:")
        var lines = try #require(session())
        #expect(words(lines.before(.helo)) == nil)
    }

    @Test("What a tap told ends with it, and memory is bounded")
    func bounds() throws {
        desk.tapped(1)
        var sessions: [TapLines] = []
        for port in 1...10 as ClosedRange<UInt16> {
            let told = Told(desk, port: port)
            told.line("HELO x")
            sessions.append(try #require(session(port: port)))
        }
        // Room for four.
        let began = ContinuousClock.now
        #expect(words(sessions[9].before(.helo)) == ["line HELO x|whole"])
        #expect(words(sessions[0].before(.helo)) == nil)
        desk.tapped(-1)
        #expect(words(sessions[8].before(.helo)) == nil)
        #expect(ContinuousClock.now - began < .seconds(10))
        let small = TapDesk(bytes: 1_000)
        small.tapped(1)
        let told = Told(small)
        for _ in 0..<50 { told.line("NOOP") }
        var lines = try #require(
            small.open(SessionPeers(client: Self.client, clientPort: 40_000, serverPort: 25)))
        #expect(words(lines.before(.helo)) == nil)
        #expect(small.counts.lost == 1)
    }

    @Test("Only a tap is listened to, and only as long as it makes sense")
    func conversation() {
        var bytes = TapWriter.preamble
        TapWriter.append(.counts(TapCounts()), to: &bytes)
        do {
            var stranger = TapConversation(desk, isAllowed: false)
            #expect(stranger.received(bytes.span) == SocketAnswer(closes: true))
            #expect(!desk.isConnected && desk.counts.refused == 1)
            var tap = TapConversation(desk, isAllowed: true)
            #expect(tap.received(bytes.span) == SocketAnswer())
            #expect(desk.isConnected)
            let garbage: [UInt8] = [0, 0]
            #expect(tap.received(garbage.span) == SocketAnswer(closes: true))
            #expect(!desk.isConnected && desk.counts.refused == 2)
            var other = TapConversation(desk, isAllowed: true)
            #expect(other.received(bytes.span) == SocketAnswer())
            #expect(desk.isConnected)
        }
        #expect(!desk.isConnected)
    }
}
