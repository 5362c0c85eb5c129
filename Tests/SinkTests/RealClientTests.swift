import ClientLab
import Foundation
import Sink
import SMTP
import Sessions
import Testing

/// Real programs against the sink.
@Suite("Real clients at the sink", .serialized)
struct RealClientTests {
    /// What a client does next after a varied reply.
    enum Reaction: String {
        case goesOn = "A"
        case resets = "R"
        case quits = "Q"
        case closes = "C"
        case says = "HELO"
    }

    /// A program and how it hands a small message to a port of loopback.
    enum Program: String, CaseIterable {
        case python, curl, msmtp, swaks, perl

        var executable: String { self == .python ? "python3" : rawValue }

        func arguments(port: UInt16, message: String, tls: Bool = false) -> [String] {
            switch self {
            case .python:
                [
                    "-I", "-c",
                    "import smtplib, ssl, sys\n"
                        + "s = smtplib.SMTP('127.0.0.1', \(port), local_hostname='client.example', timeout=120)\n"
                        + (tls ? "s.starttls(context=ssl._create_unverified_context())\n" : "")
                        + "s.sendmail('a@b.example', ['c@d.example'], open(sys.argv[1], 'rb').read())\ns.quit()\n",
                    message,
                ]
            case .curl:
                ["--silent", "--disable", "--max-time", "120", "--url", "smtp://127.0.0.1:\(port)/client.example"]
                    + (tls ? ["--ssl-reqd", "--insecure"] : [])
                    + ["--mail-from", "a@b.example", "--mail-rcpt", "c@d.example", "--upload-file", message]
            case .msmtp:
                ["--file=/dev/null", "--host=127.0.0.1", "--port=\(port)", "--domain=client.example", "--auth=off"]
                    + (tls ? ["--tls=on", "--tls-starttls=on", "--tls-certcheck=off"] : ["--tls=off"])
                    + ["--from=a@b.example", "--", "c@d.example"]
            case .swaks:
                ["--server", "127.0.0.1:\(port)", "--helo", "client.example", "--from", "a@b.example"]
                    + ["--to", "c@d.example", "--data", "@\(message)"]
            case .perl:
                [
                    "-MNet::SMTP", "-e",
                    "my $s = Net::SMTP->new('127.0.0.1', Port => \(port), Hello => 'client.example', Timeout => 120) or die;"
                        + "$s->mail('a\\@b.example') && $s->to('c\\@d.example') && $s->data('Subject: x\\n\\nhi\\n') or die;"
                        + "$s->quit;",
                ]
            }
        }
    }

    /// Lets a program send a message to the sink; its first connection.
    static func run(_ program: Program, at sink: RunningSink, tls: Bool = false) throws -> SessionTranscript {
        let directory = try ScratchDirectory(prefix: "sink")
        let message = directory.path + "/message"
        try Data("From: a@b.example\r\nSubject: x\r\n\r\nhello\r\n".utf8).write(to: URL(filePath: message))
        let child = try ChildProcess(
            try Executable.require(program.executable, package: program.executable),
            program.arguments(port: sink.port, message: message, tls: tls), environment: ["HOME": directory.path],
            input: message, output: directory.path + "/output", errors: directory.path + "/output")
        _ = child.wait(until: .after(.seconds(200)))
        child.stop()
        let transcripts = sink.transcripts(1)
        _ = sink.stop()
        let output = (try? String(contentsOfFile: directory.path + "/output", encoding: .utf8)) ?? ""
        return try #require(transcripts.first, "no connection: \(output)")
    }

    /// The reaction to the reply that was played at `stage`.
    static func reaction(in transcript: SessionTranscript, at stage: String) -> Reaction? {
        guard let dialogue = DialogueReader.dialogue(from: transcript) else { return nil }
        let verbs = dialogue.exchanges.map { $0.message.verb?.rawValue.lowercased() ?? "content" }
        var next = 0
        if stage != "greeting" {
            guard let asked = verbs.firstIndex(of: stage == "end-of-data" ? "content" : stage) else { return nil }
            next = asked + 1
        }
        guard next < verbs.count else { return .closes }
        return switch verbs[next] {
        case "rset": .resets
        case "quit": .quits
        case "helo": .says
        default: .goesOn
        }
    }

    /// Rows of the client x reply matrix that separate programs, as it was measured with another server. (To a code
    /// without text swaks waits for its own time limit, so it is left out there.)
    @Test(arguments: [
        ("rcpt.mixed.250-550", "R", "Q", "A", "Q", "C"), ("rcpt.mixed.550-250", "A", "A", "C", "A", "A"),
        ("rcpt.truncated.code", "A", "A", "C", "", "A"), ("rcpt.code.299", "R", "A", "C", "Q", "A"),
        ("rcpt.code.550", "R", "Q", "C", "Q", "C"), ("rcpt.code.421", "C", "Q", "C", "Q", "C"),
        ("mail.code.550", "R", "Q", "C", "Q", "C"), ("rcpt.end.lf", "A", "A", "A", "A", "A"),
        ("greeting.code.554", "C", "C", "C", "Q", "C"), ("ehlo.code.500", "HELO", "HELO", "HELO", "HELO", "HELO"),
    ])
    func theMatrixIsReproduced(
        id: String, python: String, curl: String, msmtp: String, swaks: String, perl: String
    ) throws {
        let expected: [Program: String] = [.python: python, .curl: curl, .msmtp: msmtp, .swaks: swaks, .perl: perl]
        for program in Program.allCases where expected[program] != "" {
            let transcript = try Self.run(program, at: RunningSink(playing: id))
            #expect(transcript.note == id)
            let stage = String(id.prefix { $0 != "." })
            #expect(
                Self.reaction(in: transcript, at: stage)?.rawValue == expected[program], "\(program.rawValue) at \(id)")
        }
    }

    @Test(arguments: [Program.python, .curl, .msmtp])
    func whatIsSaidUnderTLSIsRecorded(program: Program) throws {
        let sink = try RunningSink(offer: "PIPELINING,STARTTLS", certificate: .selfSigned(name: "mx.example"))
        let transcript = try Self.run(program, at: sink, tls: true)
        let dialogue = try #require(DialogueReader.dialogue(from: transcript))
        let verbs = dialogue.exchanges.map(\.message.verb)
        #expect(verbs.filter { $0 == .ehlo }.count == 2)
        #expect(verbs.contains(.rcpt) && verbs.contains(.quit))
        #expect(dialogue.exchanges.contains { $0.message.kind == .tls })
        #expect(dialogue.exchanges.contains { $0.message.kind == .content })
        #expect(!dialogue.isCutByTLS)
        #expect(transcript.events.contains { $0.kind == .tls && $0.parts.first?.starts(with: "TLSv1".utf8) == true })
    }
}
