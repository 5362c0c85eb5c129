import ClientLab
import DaemonLab
import EngineTraits
import FakeMTA
import Foundation
import Seeded
import Synchronization
import Testing

/// argotd and a mail server that behaves, and one that does not.
@Suite("The milter protocol", .bothEngines)
struct ProtocolTests {
    @Test func wantsNothingThatChangesMail() throws {
        let daemon = try ArgotDaemon.started()
        let session = try daemon.session()
        #expect(session.negotiated.actions.isSubset(of: .setSymbolList))
        #expect(session.negotiated.steps.isSuperset(of: [.rejectedRecipients, .leadingSpace]))
        #expect(session.negotiated.steps.isDisjoint(with: [.noRcpt, .noMail, .noHelo, .noReplyRcpt, .noReplyMail]))
        #expect(session.negotiated.symbols[.connect]?.contains("{client_ptr}") == true)
        try session.quit()
    }

    @Test(arguments: [NegotiationOffer.postfix, .version2], [MTAIdentity.postfix, .sendmail])
    func oneMessage(offer: NegotiationOffer, identity: MTAIdentity) throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let session = try daemon.session(offer: offer, identity: identity)
        #expect(try session.connect(.honest).verdict == .continue)
        #expect(try session.helo("mail.linden.example").verdict == .continue)
        #expect(try session.mail("<dora@linden.example>", "SIZE=100").verdict == .continue)
        #expect(try session.rcpt("<user1@lab.example>").verdict == .continue)
        #expect(try session.data().verdict == .continue)
        let body = [UInt8](repeating: 0x61, count: 200_000)
        let message = MessageContent(headers: [.init("Subject", " a")], body: body)
        #expect(try session.message(message).verdict == .continue)
        try session.quit()
        let line = try #require(daemon.awaitVerdicts(1).first)
        #expect(line["action"] == "accept")
        #expect(line["rcpt"] == "<user1@lab.example>")
    }

    @Test func aLocalSubmissionIsNeverLookedAt() throws {
        let daemon = try ArgotDaemon.started(
            ArgotDaemon.enforcing(["trap_domains": "lab.example", "transcript_file": "DIRECTORY/transcripts"]))
        let submissions: [(ClientPeer, MacroSet)] = [
            (ClientPeer(name: "localhost", ip: "127.0.0.1", port: 0), [:]),
            (ClientPeer(ip: "192.0.2.14"), ["{daemon_port}": "0"]),
        ]
        for (peer, macros) in submissions {
            let session = try daemon.session()
            #expect(try session.connect(peer, macros: macros).verdict == .accept)
            #expect(try session.mail("pat@elsewhere.example").omission == .connectionDecided)
            #expect(try session.rcpt("user1@lab.example").omission == .connectionDecided)
            try session.quit()
        }
        #expect(daemon.isServing())
        #expect(daemon.awaitVerdicts(1).allSatisfy { $0["client"] == "192.0.2.14" })
        #expect(daemon.verdicts().count == 1)
    }

    @Test func aClientWithoutAnAddressIsNeverRefused() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing(["trap_domains": "lab.example"]))
        for peer in [ClientPeer(address: .unknown), ClientPeer(name: "localhost", address: .unix("/run/x"))] {
            let session = try daemon.session()
            #expect(try !session.connect(peer).isRefusal)
            #expect(try !session.helo(ClientPeer.botName).isRefusal)
            #expect(try !session.mail("<pat@elsewhere.example>").isRefusal)
            #expect(try !session.rcpt("<user1@lab.example>").isRefusal)
            try session.quit()
        }
        #expect(daemon.isServing())
    }

    @Test func anIPv6ClientIsJudged() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let session = try daemon.session()
        _ = try session.connect(ClientPeer(ip: "2001:db8::14"))
        _ = try session.helo("User.With.Error")
        _ = try session.mail("<pat@elsewhere.example>")
        #expect(try session.rcpt("<user1@lab.example>").replyText == refusal)
        #expect(daemon.awaitVerdicts(1).first?["client"] == "2001:db8::14")
    }

    @Test func aRecipientInAVirtualAliasDomainIsJudged() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let session = try daemon.botSession()
        // What Postfix tells about a recipient that it accepts and will rewrite.
        let macros: MacroSet = [
            "{rcpt_mailer}": "error", "{rcpt_host}": "5.1.1 User unknown in virtual alias table",
            "{rcpt_addr}": "user1@lab.example",
        ]
        #expect(try session.rcpt("<user1@lab.example>", macros: macros).replyText == refusal)
    }

    @Test func whatTheMailServerRefusesItselfIsSeenAndLeftAlone() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing(["unknown_recipient_threshold": "3"]))
        let session = try daemon.session()
        _ = try session.connect(ClientPeer(name: nil, ip: "198.51.100.9"))
        _ = try session.helo("mail.linden.example")
        _ = try session.mail("<dora@linden.example>")
        for number in 1...3 {
            #expect(try session.rcpt("<no\(number)@lab.example>", refusedByMTA: .unknownUser).verdict == .continue)
        }
        #expect(try session.rcpt("<user1@lab.example>").isRefusal)
        let line = try #require(daemon.awaitVerdicts(1).first)
        #expect(line.reasons.contains("recipients.unknown"))
        #expect(daemon.verdicts().count == 1)
    }

    @Test func abortsAndEndsInOddPlaces() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let script: [(FakeMTASession) throws -> Void] = [
            { _ = try $0.connect(.bot) }, { _ = try $0.helo(ClientPeer.botName) }, { try $0.abort() },
            { _ = try $0.unknown("FOO") }, { try $0.abort() }, { _ = try $0.mail("<pat@elsewhere.example>") },
            { _ = try $0.rcpt("<user1@lab.example>") }, { try $0.abort() }, { try $0.abort() },
            { _ = try $0.mail("<>") }, { _ = try $0.rcpt("<user1@lab.example>") }, { _ = try $0.data() },
            { _ = try $0.header("Subject", " a") },
        ]
        for length in 0...script.count {
            for isPolite in [true, false] {
                let session = try daemon.session()
                for step in script.prefix(length) { try step(session) }
                if isPolite { try session.quit() } else { try session.drop() }
            }
        }
        #expect(daemon.isServing())
        #expect(daemon.stop() == .exited(0))
        #expect(daemon.messages("stopped").first?["abandoned"] == "0")
    }

    /// Debian's libmilter does not answer any more on a connection that was kept for another client.
    @Test func aConnectionThatIsKeptForAnotherClientKeepsNoPlace() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing(["maximum_sessions": "1"]))
        for _ in 1...5 {
            let session = try daemon.session()
            _ = try session.connect(.bot)
            try session.quitForNewClient()
            try session.flush()
            session.connection.close()
            #expect(daemon.isServing())
        }
    }

    @Test(arguments: [Fragmentation.bytewise, .random(seed: 7), .random(seed: 8)])
    func fragmentsMakeNoDifference(fragmentation: Fragmentation) throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        func answers(_ fragmentation: Fragmentation) throws -> [MilterAnswer] {
            let session = try daemon.session(fragmentation: fragmentation)
            var answers = [try session.connect(.bot), try session.helo(ClientPeer.botName)]
            answers.append(try session.mail("<pat@elsewhere.example>"))
            for user in ["user1", "postmaster", "user2"] { answers.append(try session.rcpt("<\(user)@lab.example>")) }
            answers.append(try session.data())
            answers.append(try session.message(MessageContent(lines: ["A: b", "C:d", "", "text"])))
            try session.quit()
            return answers
        }
        let whole = try answers(.whole)
        // The postmaster must be reached: a bot is only asked to come back.
        let postponed = "451 4.7.1 Greylisted, please try again later"
        #expect(whole.map(\.replyText) == [nil, nil, nil, refusal, postponed, refusal, nil, nil])
        #expect(try answers(fragmentation) == whole)
    }
}

/// What no mail server sends.
@Suite("Damaged packets")
struct DamageTests {
    typealias Packet = MilterPacket

    private static let offer = Packet(.negotiate, payload: NegotiationOffer.postfix.payload).encoded()
    private static let connection = Packet(.connect, payload: ClientPeer.bot.payload).encoded()

    /// A macro packet for CONNECT of so many pairs, then a name without a value.
    private static func oddMacros(_ pairs: Int) -> [UInt8] {
        let strings = (0..<pairs).flatMap { ["{x\($0)}", "y"] } + ["j"]
        return Packet(.macros, payload: [MilterCommand.connect.rawValue] + Packet.terminated(strings)).encoded()
    }

    /// Bytes to send, by what is wrong with them. Debian's libmilter itself reads behind the end of macros whose last
    /// name has no value (smfi_getsymval), and of an unknown command without its NUL.
    static let damage: [String: [UInt8]] = [
        "nothing": [],
        "half a length": [0, 0],
        "another protocol": Array("GET / HTTP/1.0\r\n\r\n".utf8),
        "TLS": [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xfc, 0x03, 0x03],
        "length zero": [0, 0, 0, 0, 0, 0, 0, 0],
        "the greatest length": [0xff, 0xff, 0xff, 0xff, 0x4f],
        "a length beyond the limit": Packet.bigEndian(0x0010_0000) + [0x4f] + [UInt8](repeating: 0, count: 70_000),
        "a truncated negotiation": Array(offer.dropLast(5)),
        "a short negotiation": Packet(.negotiate, payload: [0, 0, 0, 6]).encoded(),
        "an empty negotiation": Packet(.negotiate).encoded(),
        "version 0": Packet(.negotiate, payload: NegotiationOffer(version: 0).payload).encoded(),
        "version 99": Packet(.negotiate, payload: NegotiationOffer(version: 99).payload).encoded(),
        "an unknown command": offer + Packet(letter: 0x7a, payload: [1, 2, 3]).encoded(),
        "CONNECT without negotiation": connection,
        "MAIL without CONNECT": offer + Packet(.mail, strings: ["<a@b.example>"]).encoded(),
        "RCPT without MAIL": offer + connection + Packet(.rcpt, strings: ["<a@b.example>"]).encoded(),
        "end of message at once": offer + connection + Packet(.endOfMessage).encoded(),
        "an empty CONNECT": offer + Packet(.connect).encoded(),
        "CONNECT without family": offer + Packet(.connect, payload: Packet.terminated(["host"])).encoded(),
        "CONNECT without end": offer + Packet(.connect, payload: Array("host".utf8)).encoded(),
        "CONNECT of an unknown family": offer
            + Packet(.connect, payload: Packet.terminated(["host"]) + [0x39, 0, 25] + Packet.terminated(["x"]))
            .encoded(),
        "CONNECT with an impossible address": offer
            + Packet(.connect, payload: Packet.terminated(["host"]) + [0x34, 0, 25] + Packet.terminated(["300.1.2.x"]))
            .encoded(),
        "CONNECT with half a port": offer
            + Packet(.connect, payload: Packet.terminated(["host"]) + [0x34, 0]).encoded(),
        "macros without end": offer + Packet(.macros, payload: [0x43] + Array("j".utf8)).encoded() + connection,
        "a macro without a value": offer + oddMacros(0) + connection,
        "macros, the last without a value": offer + (0..<40).flatMap { oddMacros($0) } + connection,
        "a name that another packet's bytes follow": offer
            + (0..<60).flatMap {
                oddMacros($0 % 7)
                    + Packet(.macros, strings: [String(repeating: "H", count: 80), "v"])
                    .encoded()
            } + connection,
        "an unknown command without end": offer + connection
            + Packet(.unknown, payload: [UInt8](repeating: 0x41, count: 65_535)).encoded(),
        "a command below the letters": offer + Packet(letter: 5, payload: [1, 2, 3]).encoded() + connection,
        "macros of nothing": offer + Packet(.macros).encoded() + connection,
        "MAIL without end": offer + connection + Packet(.mail, payload: Array("<a@b.example>".utf8)).encoded(),
        "an empty MAIL": offer + connection + Packet(.mail).encoded(),
        "an empty HELO": offer + connection + Packet(.helo).encoded(),
        "HELO of zeros": offer + connection + Packet(.helo, payload: [0, 0, 0, 0]).encoded(),
        "a header without value": offer + connection + Packet(.header, payload: Packet.terminated(["A"])).encoded(),
        "a thousand aborts": offer + connection + (1...1_000).flatMap { _ in Packet(.abort).encoded() },
        "another negotiation": offer + connection + offer + connection,
    ]

    @Test func argotdSurvives() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing(["drain_timeout": "5s"]))
        for (name, bytes) in Self.damage.sorted(by: { $0.key < $1.key }) {
            for closesAtOnce in [true, false] {
                let connection = try FakeMTAConnection(to: daemon.socket, timeout: .seconds(5))
                // argotd may hang up while it is being written to.
                try? connection.send(bytes: bytes)
                if !closesAtOnce {
                    connection.finishWriting()
                    while (try? connection.receive(awaiting: "the end")) != nil {}
                }
                connection.close()
                try #require(daemon.isRunning, "\(name): \(daemon.standardError)")
            }
            try #require(daemon.isServing(), "\(name): \(daemon.standardError)")
        }
        #expect(daemon.stop() == .exited(0))
        #expect(daemon.messages("stopped").first?["abandoned"] == "0")
    }

    @Test func argotdSurvivesRandomBytes() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing(["drain_timeout": "5s"]))
        var random = SeededGenerator(seed: 4711)
        for round in 1...300 {
            var bytes = round.isMultiple(of: 3) ? [] : Self.offer
            if round.isMultiple(of: 2) { bytes += Self.connection }
            for _ in 0..<Int.random(in: 1...8, using: &random) {
                let payload = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                    UInt8.random(in: 0...255, using: &random)
                }
                let command = MilterCommand.allCases.randomElement(using: &random) ?? .connect
                bytes += Packet(command, payload: payload).encoded()
            }
            let connection = try FakeMTAConnection(to: daemon.socket)
            try? connection.send(bytes: bytes)
            connection.close()
        }
        #expect(daemon.isServing())
        #expect(daemon.stop() == .exited(0))
        #expect(daemon.messages("stopped").first?["abandoned"] == "0")
    }

    /// Packets that are well formed, nearly, in any order; the seeds make every run the same.
    @Test(arguments: 1...4 as ClosedRange<UInt64>)
    func argotdSurvivesRandomPackets(seed: UInt64) throws {
        let daemon = try ArgotDaemon.started(
            ArgotDaemon.enforcing(["drain_timeout": "5s", "transcript_file": "DIRECTORY/transcripts"]))
        var random = SeededGenerator(seed: seed)
        for round in 1...400 {
            var bytes = round.isMultiple(of: 5) ? [] : Self.offer
            for _ in 0..<Int.random(in: 1...24, using: &random) { bytes += Self.randomPacket(using: &random) }
            let connection = try FakeMTAConnection(to: daemon.socket, timeout: .seconds(5))
            try? connection.send(bytes: bytes)
            if round.isMultiple(of: 4) {
                connection.finishWriting()
                while (try? connection.receive(awaiting: "the end")) != nil {}
            }
            connection.close()
            try #require(daemon.isRunning, "seed \(seed), round \(round): \(daemon.standardError.suffix(2_000))")
        }
        #expect(daemon.isServing())
        #expect(daemon.stop() == .exited(0))
        #expect(daemon.messages("stopped").first?["abandoned"] == "0")
    }

    private static func randomPacket(using random: inout SeededGenerator) -> [UInt8] {
        let command = MilterCommand.allCases.randomElement(using: &random) ?? .macros
        var payload: [UInt8]
        switch command {
        case .connect: payload = ClientPeer(ip: "192.0.2.\(Int.random(in: 1...250, using: &random))").payload
        case .negotiate: payload = NegotiationOffer.postfix.payload
        case .macros:
            let stage = MilterCommand.allCases.randomElement(using: &random) ?? .mail
            let names = ["j", "v", "{client_addr}", "{daemon_port}", "i", "{auth_authen}", "{rcpt_mailer}", ""]
            let strings = (0..<Int.random(in: 0...9, using: &random)).map { _ in names.randomElement(using: &random)! }
            payload = [stage.rawValue] + Packet.terminated(strings)
        case .abort, .quit, .quitForNewClient, .endOfHeaders, .endOfMessage, .data: payload = []
        default:
            payload = Packet.terminated(
                (0..<Int.random(in: 1...4, using: &random)).map { _ in
                    random.word(Int.random(in: 0...90, using: &random))
                })
        }
        switch Int.random(in: 0...11, using: &random) {
        case 0: payload = []
        case 1: payload = Array(payload.dropLast())
        case 2: payload += [UInt8](repeating: 0, count: 3)
        case 3: payload = payload.map { $0 == 0 ? 0x41 : $0 }
        case 4 where !payload.isEmpty: payload[Int.random(in: 0..<payload.count, using: &random)] ^= 0x80
        case 5: payload += [UInt8](repeating: 0x78, count: 65_000)
        default: break
        }
        var bytes = Packet(letter: command.rawValue, payload: payload).encoded()
        let lengths: [UInt32] = [0, 1, 2, 70_000, 100_000_000, 0x7fff_ffff, 0xffff_ffff]
        if Int.random(in: 0...40, using: &random) == 0 {
            bytes.replaceSubrange(0..<4, with: Packet.bigEndian(lengths.randomElement(using: &random)!))
        }
        return bytes
    }

    /// A crash ends the daemon at once: the mail server goes on without it, and it is started again. Waiting for a
    /// report on the crash would make it hang.
    @Test(arguments: [SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE])
    func aCrashIsQuick(signal: Int32) throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let session = try daemon.botSession()
        daemon.send(signal)
        #expect(daemon.awaitEnd(within: .seconds(10)) == .signalled(signal))
        #expect(throws: FakeMTAError.self) { try session.rcpt("<user1@lab.example>") }
        daemon.kill()
        try daemon.start()
        #expect(daemon.isServing())
    }

    @Test func hugeValuesAreTaken() throws {
        let daemon = try ArgotDaemon.started(
            ArgotDaemon.enforcing(["transcript_file": "DIRECTORY/transcripts"]))
        let long = String(repeating: "x", count: 60_000)
        let session = try daemon.session()
        #expect(
            try session.connect(ClientPeer(name: String(long.prefix(1_000)), ip: "192.0.2.14")).verdict == .continue)
        #expect(try session.helo(long).verdict == .continue)
        #expect(try session.mail("<\(long)@elsewhere.example>", String(long.prefix(4_000))).verdict == .continue)
        for _ in 1...50 { _ = try session.rcpt("<\(long.prefix(2_000))@lab.example>") }
        #expect(try session.unknown(long).verdict == .continue)
        try session.quit()
        #expect(daemon.isServing())
        for line in daemon.lines where line.text.hasPrefix("{") {
            #expect(!line.fields.isEmpty, "\(line.text.prefix(300)) ... \(line.text.suffix(300))")
        }
    }
}

/// Many sessions at once, and no more than are wanted.
@Suite("Concurrent sessions")
struct ConcurrencyTests {
    @Test func sixtyFourOpenAtOnce() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let sessions = try (0..<64).map { _ in try daemon.botSession() }
        for session in sessions.shuffled() {
            #expect(try session.rcpt("<user1@lab.example>").replyText == refusal)
        }
        for session in sessions { try session.quit() }
        #expect(Set(daemon.awaitVerdicts(64).map { $0["session"] }).count == 64)
    }

    @Test(.timeLimit(.minutes(10)))
    func sixtyFourThreads() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing())
        let results = Mutex<[String: Int]>([:])
        for _ in 0..<64 {
            Thread.detachNewThread {
                for _ in 0..<5 {
                    let result = Result { try daemon.botReply() }
                    let word =
                        switch result {
                        case .success(let reply): reply ?? "not refused"
                        case .failure(let error): "\(error)"
                        }
                    results.withLock { $0[word, default: 0] += 1 }
                }
            }
        }
        let isDone = Poll.until(.after(.seconds(90))) { results.withLock { $0.values.reduce(0, +) } == 320 }
        #expect(isDone)
        #expect(results.withLock { $0 } == [refusal: 320])
        #expect(daemon.awaitVerdicts(320).count == 320)
    }

    @Test func beyondTheMaximumMailPasses() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing(["maximum_sessions": "2"]))
        var open = try (1...2).map { _ in try daemon.botSession() }
        for _ in 1...3 {
            let third = try daemon.session()
            #expect(try third.connect(.bot).verdict == .accept)
            #expect(try third.rcpt("<user1@lab.example>").omission == .connectionDecided)
            try third.quit()
        }
        // Those under way are still judged, and a freed place is used again.
        for session in open { #expect(try session.rcpt("<user1@lab.example>").replyText == refusal) }
        for _ in 1...5 {
            try open.removeFirst().quit()
            open.append(try daemon.botSession())
            #expect(try open[1].rcpt("<user1@lab.example>").replyText == refusal)
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func sessionsThatVanishLeakNoPlaces() throws {
        let daemon = try ArgotDaemon.started(ArgotDaemon.enforcing(["maximum_sessions": "2"]))
        for number in 1...2_000 {
            let connection = try FakeMTAConnection(to: daemon.socket)
            if number.isMultiple(of: 4) {
                try connection.send(MilterPacket(.negotiate, payload: NegotiationOffer.postfix.payload))
            } else {
                _ = try connection.negotiate()
            }
            if number.isMultiple(of: 3) {
                try connection.send(MilterPacket(.connect, payload: ClientPeer.bot.payload))
            }
            connection.close()
        }
        #expect(daemon.isServing())
        let both = try (1...2).map { _ in try daemon.botSession() }
        for session in both { #expect(try session.rcpt("<user1@lab.example>").replyText == refusal) }
    }

    @Test func theMemoryOfADebugBuild() throws {
        let daemon = try ArgotDaemon.started()
        func resident() -> String {
            let status =
                (try? String(contentsOfFile: "/proc/\(daemon.process?.processID ?? 0)/status", encoding: .utf8)) ?? ""
            return status.split(separator: "\n").first { $0.hasPrefix("VmRSS") }.map(String.init) ?? "unknown"
        }
        let atStart = resident()
        let sessions = try (0..<500).map { _ in try daemon.botSession() }
        print("argotd at its start: \(atStart); with \(sessions.count) sessions: \(resident())")
    }
}
