import ClientLab
import DaemonLab
import FakeMTA
import Foundation
import Synchronization
import Testing

/// The command hook with argotd at its socket: whose lines they are, and what becomes of a session that loses some.
@Suite("Command lines and their sessions", Requirements.postfix, .serialized)
struct WireJoinTests {
    static let settings = ["transcript_file": "DIRECTORY/transcripts"]

    private struct Transcript: Decodable {
        struct Event: Decodable {
            var event: String?
            var args: [String]?
        }
        var vantage: String
        var client_ip: String
        var events: [Event]

        func args(_ name: String) -> [[String]] { events.filter { $0.event == name }.map { $0.args ?? [] } }
        var lines: [String] { args("line").compactMap(\.first) }
        var helo: String? { args("helo").last?.first }
    }

    private struct Status: Decodable {
        struct Wire: Decodable {
            var sessions, lost, lines, strays, refused: UInt64
        }
        var wire: Wire
    }

    /// The transcripts of sessions with a greeting, once there are so many.
    private func transcripts(_ lab: FilteredPostfix, _ count: Int) throws -> [Transcript] {
        var found: [Transcript] = []
        let areThere = Poll.until(.after(.seconds(120))) {
            found = lab.daemon.contents(of: "transcripts").split(separator: "\n").compactMap {
                try? JSONDecoder().decode(Transcript.self, from: Data($0.utf8))
            }.filter { $0.helo != nil }
            return found.count >= count
        }
        #expect(areThere, "\(found.count) of \(count)")
        return found
    }

    private func status(_ lab: FilteredPostfix) throws -> Status.Wire {
        let file = lab.daemon.path("status-\(UUID().uuidString)")
        let child = try ChildProcess(
            FilterProcess.executable("argot"), ["status", "--json", "--config", lab.daemon.configurationFile],
            output: file)
        #expect(child.wait(until: .after(.seconds(60))) == .exited(0))
        return try JSONDecoder().decode(Status.self, from: Data(contentsOf: URL(filePath: file))).wire
    }

    /// A verb with a letter case of its own for each number.
    private static func spelled(_ verb: String, _ number: Int) -> String {
        String(
            decoding: verb.utf8.enumerated().map { number >> ($0 % 4) & 1 == 1 ? $1 | 0x20 : $1 }, as: UTF8.self)
    }

    /// One session of a client that nobody else speaks like.
    private static func talk(_ port: UInt16, _ number: Int) throws -> [String] {
        let conversation = try SMTPConversation(port: port)
        defer { conversation.drop() }
        try conversation.readReply()
        let lines = [
            "\(spelled("EHLO", number)) host-\(number).linden.example", spelled("NOOP", number >> 4),
            "\(spelled("MAIL", number)) \(spelled("FROM", number >> 4)): <a\(number)@linden.example>",
            "\(spelled("RCPT", number >> 2)) TO:<user1@lab.example> ",
            spelled("RSET", number >> 1), spelled("QUIT", number >> 3),
        ]
        for line in lines { try conversation.command(line) }
        return lines
    }

    /// Many sessions at once over few server processes, each with lines that tell it from all others: none is joined to the
    /// wrong one.
    @Test func everySessionHasItsOwnLines() throws {
        let lab = try FilteredPostfix.hooked(Self.settings.merging(["queue_capacity": "1000000"]) { $1 })
        // ARGOT_WIRE_SESSIONS=6000 has as many at 20 at once.
        let sessions = ProcessInfo.processInfo.environment["ARGOT_WIRE_SESSIONS"].flatMap { Int($0) } ?? 240
        let workers = ProcessInfo.processInfo.environment["ARGOT_WIRE_SESSIONS"] == nil ? 12 : 20
        let sent = Mutex<[String: [String]]>([:])
        let port = lab.postfix.port
        let isDone = DispatchGroup()
        for worker in 0..<workers {
            // Threads of their own: a session is mostly waiting.
            isDone.enter()
            Thread {
                for number in stride(from: worker, to: sessions, by: workers) {
                    guard let lines = try? Self.talk(port, number) else { continue }
                    sent.withLock { $0["host-\(number).linden.example"] = lines }
                }
                isDone.leave()
            }.start()
        }
        isDone.wait()
        let expected = sent.withLock { $0 }
        #expect(expected.count == sessions)
        let transcripts = try transcripts(lab, sessions)
        #expect(transcripts.count == sessions)
        for transcript in transcripts {
            let lines = try #require(transcript.helo.flatMap { expected[$0] })
            #expect(transcript.vantage == "milter-postfix+wire")
            #expect(transcript.lines == lines.map(Self.told), "\(transcript.helo ?? "")")
        }
        let status = try status(lab)
        #expect(status.sessions >= UInt64(sessions))
        #expect(status.lost == 0)
        #expect(status.lines == UInt64(sessions * 6))
        #expect(status.refused == 0)
    }

    /// What arrives of a line of ``talk(_:_:)``: behind the verb, and behind FROM and TO, small letters.
    private static func told(_ line: String) -> String {
        let end = line.firstIndex(of: ":") ?? line.firstIndex(of: " ") ?? line.endIndex
        return line[..<end] + line[end...].lowercased()
    }

    /// XCLIENT: another client on the same connection and process.
    @Test func linesBelongToTheClientThatXCLIENTNamed() throws {
        let lab = try FilteredPostfix.hooked(Self.settings)
        let conversation = try SMTPConversation(port: lab.postfix.port)
        try conversation.expect(220, nil)
        try conversation.expect(250, "ehlo first.linden.example")
        try conversation.expect(220, ClientIdentity("203.0.113.7", name: "second.linden.example").command)
        try conversation.expect(250, "Helo second.linden.example")
        try conversation.expect(250, "MAIL FROM:<a@linden.example>")
        try conversation.expect(221, "QUIT")
        let transcripts = try transcripts(lab, 2)
        let second = try #require(transcripts.first { $0.client_ip == "203.0.113.7" })
        #expect(second.lines == ["Helo second.linden.example", "MAIL FROM:", "QUIT"])
        let first = try #require(transcripts.first { $0.client_ip != "203.0.113.7" })
        #expect(first.lines.first == "ehlo first.linden.example")
        #expect(first.lines.count <= 2)
        #expect(try status(lab).lost == 0)
    }

    /// What is said inside TLS belongs to the session like what was said before.
    @Test func linesInsideTLSFindTheirSession() throws {
        let lab = try FilteredPostfix.hooked(Self.settings, offersTLS: true)
        let script = """
            import smtplib, ssl, sys
            context = ssl.create_default_context(); context.check_hostname = False; context.verify_mode = ssl.CERT_NONE
            with smtplib.SMTP("127.0.0.1", int(sys.argv[1]), "mail.linden.example") as server:
                server.starttls(context=context)
                server.sendmail("a@linden.example", ["user1@lab.example"], "Subject: x\\r\\n\\r\\ntext\\r\\n")
            """
        let python = try Executable.require("python3", package: "python3")
        let child = try ChildProcess(python, ["-I", "-c", script, "\(lab.postfix.port)"])
        #expect(child.wait(until: .after(.seconds(60))) == .exited(0))
        let transcript = try #require(try transcripts(lab, 1).first)
        #expect(transcript.vantage == "milter-postfix+wire")
        #expect(
            transcript.lines == [
                "ehlo mail.linden.example", "STARTTLS", "ehlo mail.linden.example", "mail FROM:", "rcpt TO:", "data",
                "QUIT",
            ])
        #expect(try status(lab).lost == 0)
    }

    /// argotd is killed in the middle of a session and started again: clients notice nothing, and the next session has its
    /// lines.
    @Test func argotdMayGoAndComeBack() throws {
        let lab = try FilteredPostfix.hooked(Self.settings)
        let conversation = try SMTPConversation(port: lab.postfix.port)
        try conversation.expect(220, nil)
        try conversation.expect(250, "EHLO first.linden.example")
        lab.daemon.kill()
        try conversation.expect(250, "NOOP")
        try conversation.expect(250, "MAIL FROM:<a@linden.example>")
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        // Whoever begins now is served, too.
        let other = try SMTPConversation(port: lab.postfix.port)
        try other.expect(220, nil)
        try other.expect(250, "EHLO other.linden.example")
        try other.expect(221, "QUIT")
        try lab.daemon.start()
        try conversation.expect(250, "RSET")
        try conversation.expect(221, "QUIT")
        let third = try SMTPConversation(port: lab.postfix.port)
        try third.expect(220, nil)
        try third.expect(250, "eHLO third.linden.example")
        try third.expect(221, "QUIT")
        let transcripts = try transcripts(lab, 1)
        let last = try #require(transcripts.first { $0.helo == "third.linden.example" })
        #expect(last.vantage == "milter-postfix+wire")
        #expect(last.lines == ["eHLO third.linden.example", "QUIT"])
    }

    /// Another user of this machine sends a key that it has seen: the connection is closed, and the session keeps its lines.
    @Test func nobodyElseSpeaksForAServer() throws {
        let lab = try FilteredPostfix.hooked(Self.settings)
        let conversation = try SMTPConversation(port: lab.postfix.port)
        try conversation.expect(220, nil)
        try conversation.expect(250, "EHLO first.linden.example")
        let log = lab.postfix.log
        let process = try #require(
            log.split(separator: "\n").last { $0.contains("connect from localhost") }?.firstMatch(
                of: /smtpd\[([0-9]+)\]/)?.output.1)
        let script = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); s.sendall(b"get %s:w:QUIT:\\r\\n" % sys.argv[2].encode())
            sys.exit(0 if s.recv(100) == b"" else 1)
            """
        let python = try Executable.require("python3", package: "python3")
        let child = try ChildProcess(
            python, ["-I", "-c", script, lab.daemon.path("wire.sock"), "mx.lab.example/\(process)"])
        #expect(child.wait(until: .after(.seconds(60))) == .exited(0))
        try conversation.expect(250, "NOOP")
        try conversation.expect(221, "QUIT")
        #expect(try transcripts(lab, 1).first?.lines == ["EHLO first.linden.example", "NOOP", "QUIT"])
        #expect(try status(lab).refused == 1)
    }

    /// More connections than there can be server processes, of somebody who says nothing: servers have theirs all the same.
    @Test func aFloodOfConnectionsKeepsNoServerOut() throws {
        let lab = try FilteredPostfix.hooked(Self.settings)
        let early = try SMTPConversation(port: lab.postfix.port)
        try early.expect(220, nil)
        try early.expect(250, "EHLO early.linden.example")
        let script = """
            import socket, sys, resource
            resource.setrlimit(resource.RLIMIT_NOFILE, (4000, 4000))
            held = []
            for _ in range(3000):
                s = socket.socket(socket.AF_UNIX); s.connect(sys.argv[1]); held.append(s)
            print("held", flush=True); sys.stdin.read()
            """
        let python = try Executable.require("python3", package: "python3")
        let gate = lab.daemon.path("gate")
        #expect(mkfifo(gate, 0o600) == 0)
        let hold = open(gate, O_RDWR)
        defer { close(hold) }
        let child = try ChildProcess(
            python, ["-I", "-c", script, lab.daemon.path("wire.sock")], input: gate, output: lab.daemon.path("held"))
        defer { child.stop(within: .milliseconds(100)) }
        #expect(Poll.until(.after(.seconds(120))) { lab.daemon.contents(of: "held").contains("held") })
        try early.expect(250, "NOOP")
        try early.expect(221, "QUIT")
        let late = try SMTPConversation(port: lab.postfix.port)
        try late.expect(220, nil)
        try late.expect(250, "EHLO late.linden.example")
        try late.expect(221, "QUIT")
        for transcript in try transcripts(lab, 2) {
            #expect(transcript.lines.last == "QUIT")
            #expect(transcript.vantage == "milter-postfix+wire")
        }
        #expect(try status(lab).lost == 0)
    }

    /// Two Postfixes on one host with one argotd: each has its own processes.
    @Test func twoInstancesShareADaemon() throws {
        let lab = try FilteredPostfix.hooked(Self.settings)
        let path = lab.daemon.directory.path
        let other = try PostfixInstance(
            directory: path + "/other", milters: "{ \(lab.daemon.socket), default_action=accept }",
            overrides: CommandHookLab.overrides().mapValues { $0.replacing("DIRECTORY", with: path) }
                .merging(["myhostname": "Other.Lab.example"]) { $1 })
        try other.start()
        let conversations = try [lab.postfix.port, other.port].map { try SMTPConversation(port: $0) }
        for (index, conversation) in conversations.enumerated() {
            try conversation.expect(220, nil)
            try conversation.expect(250, "\(Self.spelled("EHLO", index)) host-\(index).linden.example")
        }
        for conversation in conversations.reversed() { try conversation.expect(221, "QUIT") }
        let transcripts = try transcripts(lab, 2)
        for index in 0...1 {
            let name = "host-\(index).linden.example"
            #expect(transcripts.first { $0.helo == name }?.lines == ["\(Self.spelled("EHLO", index)) \(name)", "QUIT"])
        }
    }

    /// A process of the name that argotd was never told at a connection: its lines are counted and forgotten.
    @Test func linesOfNoSessionAreForgotten() throws {
        let lab = try FilteredPostfix.hooked(
            Self.settings, overrides: ["milter_macro_defaults": "argot_process=elsewhere/$process_id"])
        _ = try Self.talk(lab.postfix.port, 5)
        let transcript = try #require(try transcripts(lab, 1).first)
        #expect(transcript.lines.isEmpty)
        let status = try status(lab)
        #expect(status.lines == 0)
        #expect(status.strays >= 6)
    }
}

extension SMTPConversation {
    /// Says a line, if there is one, and expects a reply with that code.
    fileprivate func expect(_ code: Int, _ line: String?) throws {
        let reply = if let line { try command(line) } else { try readReply() }
        #expect(reply.code == code, "\(line ?? "")")
    }
}
