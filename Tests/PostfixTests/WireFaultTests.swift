import ClientLab
import Foundation
import Seeded
import Testing

/// Whatever becomes of the program at the command hook's socket, mail goes on, and clients are told the same.
@Suite("Faults of the command hook", Requirements.postfix, .serialized)
struct WireFaultTests {
    static let quick: [HookServer.Fault] = [
        .none, .absent, .refused, .closes, .garbage, .error, .value, .dies(after: 3), .dies(after: 40),
    ]

    /// Fuzzed commands with and without the hook: the same replies byte by byte.
    @Test(arguments: quick)
    func repliesAreTheSame(_ fault: HookServer.Fault) throws {
        let lab = try HookedPostfix()
        var generator = SeededGenerator(seed: 31)
        let lines = (0..<250).map { _ in Self.line(using: &generator) }
        let expected = try lab.answers(lines, .bare)
        for way in [HookedPostfix.Way.plain, .confined, .postscreen] {
            let server = try HookServer(lab.socket, fault)
            defer { server.stop() }
            let answers = try lab.answers(lines, way)
            #expect(answers == expected, "\(way)")
            if fault == .none {
                let lookups = server.lookups
                // A line of other bytes than UTF-8 is refused before it comes to the filter.
                let shown = lines.count { String(validating: $0, as: UTF8.self) != nil }
                #expect(lookups.count { !$0.contains(":r:") } == shown)
                // Every refusal is told after its command.
                #expect(lookups.count { $0.contains(":r:") } > 100)
                #expect(Set(lookups.map { $0.prefix { $0 != ":" } }).count == 1)
            }
        }
    }

    /// A server that does not answer costs each command a second at most, and mail goes on.
    @Test(arguments: [HookServer.Fault.slow, .hung, .held])
    func whoeverHangsCostsASecondACommand(_ fault: HookServer.Fault) throws {
        let lab = try HookedPostfix()
        let server = try HookServer(lab.socket, fault)
        defer { server.stop() }
        let lines = ["EHLO mail.linden.example", "NOOP", "QUIT"]
        let expected = try lab.answers(lines, .bare)
        let start = ContinuousClock.now
        #expect(try lab.answers(lines, .confined) == expected)
        let elapsed = ContinuousClock.now - start
        #expect(elapsed > .milliseconds(900))
        // A second each, and as much again for a machine that is busy.
        #expect(elapsed < .seconds(8))
    }

    /// A message passes, whatever the server does.
    @Test(arguments: quick)
    func mailGoesOn(_ fault: HookServer.Fault) throws {
        let lab = try HookedPostfix()
        let server = try HookServer(lab.socket, fault)
        defer { server.stop() }
        for way in [HookedPostfix.Way.plain, .confined, .postscreen] {
            let conversation = try SMTPConversation(port: lab.port(way))
            #expect(try conversation.readReply().code == 220)
            for (line, code) in [
                ("ehlo mail.linden.example", 250), ("mail From: <a@linden.example>", 250),
                ("RCPT TO:<user1@lab.example>", 250), ("data", 354),
                ("Subject: x\r\n\r\nQUIT\r\nMAIL FROM:<x>\r\n.", 250),
                ("QUIT", 221),
            ] {
                #expect(try conversation.command(line).code == code, "\(way) \(line)")
            }
        }
        #expect(Poll.until(.after(.seconds(60))) { lab.postfix.deliveredFiles.count == 3 })
        #expect(!lab.postfix.log.contains("lookup error"))
    }

    /// Inside TLS the lines are told like those before it; a message's text never is.
    @Test func linesInsideTLSAreTold() throws {
        let lab = try HookedPostfix(offersTLS: true)
        let server = try HookServer(lab.socket, .none)
        defer { server.stop() }
        let script = """
            import smtplib, ssl, sys
            context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
            with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), "mail.linden.example") as server:
                server.starttls(context=context)
                server.sendmail("a@linden.example", ["user1@lab.example"], "Subject: x\\r\\n\\r\\nRSET\\r\\nAUTH PLAIN x\\r\\n")
            """
        let python = try Executable.require("python3", package: "python3")
        let child = try ChildProcess(
            python, ["-I", "-c", script, "\(lab.port(.confined))"], errors: lab.postfix.directory + "/errors")
        #expect(child.wait(until: .after(.seconds(60))) == .exited(0))
        // The port that the laboratory asks whether Postfix is ready has the hook, too.
        let process = try #require(server.lookups.first { $0.contains("starttls") }).prefix { $0 != ":" }
        let told = server.lookups.filter { $0.hasPrefix(process + ":") }.map {
            $0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespacesAndNewlines)
        }
        #expect(
            told == [
                "w:/ehlo:␣mail.linden.example", "w:starttls:", "w:/ehlo:␣mail.linden.example",
                "p:/mail:from", "p:/rcpt:to", "w:/data:", "w:quit:",
            ], "\(told)")
    }

    /// Lines of clients of all sorts that end no session, send no message and are answered at once.
    static func line(using generator: inout SeededGenerator) -> [UInt8] {
        let line = anyLine(using: &generator)
        // What looks like the field of a message ends the session.
        let word = line.drop { $0 == 32 || $0 == 9 }.prefix { $0 != 32 && $0 != 9 }
        return word.contains(UInt8(ascii: ":")) ? Array("x ".utf8) + line : line
    }

    private static func anyLine(using generator: inout SeededGenerator) -> [UInt8] {
        let pieces = [
            "MAIL", "RCPT", "mail", "rcpt", "Mail", "FROM:", "TO:", "From:", "to:", "<", ">", "<a@b.c>",

            "<nobody@lab.example>", " ", " ", "  ", "\t", ":", "SIZE=10", "x=", "SMTPUTF8", "EHLO", "helo", "rset",
            "AUTH",
            "PLAIN", "AGEAYg==", "STARTTLS", "vrfy", "XCLIENT", "é", "…", "$1", "\u{1}", "word", "GET", "Subject:",
            "EXPN",
        ]
        let canonical = [
            "MAIL FROM:<a@b.c>", "rcpt To:<nobody@lab.example>", "EHLO mail.example.net", "mAiL fRoM:<x>", "RSET",
            "NOOP",
            "DATA", "data x", "HELP", "ETRN x", "VRFY nobody", "GET / HTTP/1.0", "", " ",
            "RCPT TO:<x@elsewhere.example>",
        ]
        switch Int.random(in: 0..<8, using: &generator) {
        case 0:
            return (0..<Int.random(in: 0...60, using: &generator)).map { _ in
                let byte = UInt8.random(in: 1 ... .max, using: &generator)
                return byte == 10 || byte == 13 ? 33 : byte
            }
        case 1, 2, 3: return Array(canonical.randomElement(using: &generator)!.utf8)
        case 4: return Array((canonical.randomElement(using: &generator)! + String(repeating: " x", count: 700)).utf8)
        default:
            return Array(
                (0..<Int.random(in: 0...8, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }
                    .joined().utf8)
        }
    }
}
