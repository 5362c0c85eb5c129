import ClientLab
import Control
import DaemonLab
import Dialects
import Foundation
import SMTP
import Testing

/// SYN and TLS hello of real clients through a real Postfix: told live, and held against what they say.
@Suite("SYN and hello beside Postfix", Requirements.postfix)
struct TapConnectionTests {
    private static let settings = TapProcess.settings.merging(["transcript_file": "DIRECTORY/transcripts"]) { $1 }

    /// Programs that speak TLS, each from an address of its own.
    private enum Client: String, CaseIterable {
        case swaks, openssl, python

        var address: String {
            switch self {
            case .swaks: "127.0.61.1"
            case .openssl: "127.0.62.1"
            case .python: "127.0.63.1"
            }
        }

        func arguments(port: UInt16) -> [String] {
            switch self {
            case .swaks:
                [
                    "--server", "127.0.0.1:\(port)", "--tls", "--local-interface", address, "--from",
                    "dora@maple.example", "--to", "user1@lab.example", "--helo", "mail.maple.example",
                ]
            case .openssl:
                [
                    "s_client", "-starttls", "smtp", "-connect", "127.0.0.1:\(port)", "-bind", "\(address):0", "-quiet",
                    "-crlf",
                ]
            case .python:
                [
                    "-c",
                    """
                    import smtplib, ssl
                    client = smtplib.SMTP("127.0.0.1", \(port), source_address=("\(address)", 0))
                    context = ssl.create_default_context()
                    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
                    client.starttls(context=context)
                    client.sendmail("dora@maple.example", ["user1@lab.example"], "Subject: x\\n\\nhello\\n")
                    client.quit()
                    """,
                ]
            }
        }

        func send(to port: UInt16, in directory: String) throws {
            let input = directory + "/input"
            try Data(
                "EHLO mail.maple.example\nMAIL FROM:<dora@maple.example>\nRCPT TO:<user1@lab.example>\nQUIT\n".utf8
            )
            .write(to: URL(filePath: input))
            let name = self == .python ? "python3" : rawValue
            let process = try ChildProcess(
                Executable.require(name, package: name), arguments(port: port),
                input: self == .openssl ? input : "/dev/null",
                output: directory + "/\(rawValue).output", errors: directory + "/\(rawValue).output")
            _ = process.wait(until: .after(.seconds(60)))
            process.stop()
        }
    }

    /// Clients of so many networks come, each from as many hops away as its number says.
    private func come(_ count: Int, to lab: FilteredPostfix) throws {
        let script = """
            import socket
            for number in range(1, \(count) + 1):
                client = socket.socket()
                client.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 40 + number)
                client.bind(("127.0.%d.1" % number, 0))
                client.connect(("127.0.0.1", \(lab.postfix.port)))
                client.recv(1000)
                client.sendall(b"HELO mail.maple.example\\r\\n")
                client.recv(1000)
                client.sendall(b"QUIT\\r\\n")
                client.recv(1000)
            """
        let process = try ChildProcess(
            Executable.require("python3", package: "python3"), ["-c", script], errors: lab.daemon.path("come.errors"))
        #expect(
            process.wait(until: .after(.seconds(60))) == .exited(0), "\(lab.daemon.contents(of: "come.errors"))")
    }

    private func traits(_ transcript: WrittenTranscript) -> [String] {
        transcript.events.filter { ["tcp", "hello"].contains($0.event) }.flatMap { $0.args ?? [] }
    }

    @Test("A tap alone: each client's SYN before its greeting, and its hello when TLS begins")
    func tapped() throws {
        let lab = try FilteredPostfix(Self.settings, offersTLS: true)
        let tap = try TapProcess(for: lab.daemon, port: lab.postfix.port)
        for client in Client.allCases {
            try client.send(to: lab.postfix.port, in: lab.daemon.directory.path)
            let transcript = try WrittenTranscript.awaitOne(of: lab.daemon, from: client.address)
            let found = traits(transcript)
            #expect(found.count == 2, "\(client) \(transcript.events.map(\.event))")
            #expect(found.first.flatMap { SYNPattern.seen($0) }.flatMap { ClientSystem($0.pattern) } == .linux)
            #expect(found.last.flatMap { HelloPrint($0) } != nil, "\(client) \(found)")
            let kinds = transcript.events.map(\.event)
            #expect(kinds.firstIndex(of: "tcp").map { kinds[$0...].contains("helo") } == true)
            #expect(kinds.firstIndex(of: "hello").map { kinds[$0...].contains("rcpt") } == true)
        }
        let status = try TapProcess.status(of: lab.daemon)
        #expect(status.syns == 3 && status.hellos == 3 && status.ways == "unknown", "\(status)")
        #expect(tap.stop() == .exited(0))
    }

    @Test("With the hook: a hello of another library contradicts speech, live, once clients come by ways of their own")
    func contradicted() throws {
        // The hello is this machine's own library's, whichever that is.
        let settings = Self.settings.merging(["dialect_matching": "paper", "transcript_file": "DIRECTORY/transcripts"])
        { $1 }
        let lab = try FilteredPostfix.hooked(settings, offersTLS: true)
        let tap = try TapProcess(for: lab.daemon, port: lab.postfix.port)
        try Client.swaks.send(to: lab.postfix.port, in: lab.daemon.directory.path)
        let first = try WrittenTranscript.awaitOne(of: lab.daemon, from: Client.swaks.address)
        #expect(first.vantage == "milter-postfix+wire")
        let hello = try #require(traits(first).last.flatMap { HelloPrint($0) }, "\(first.events.map(\.event))")
        #expect(traits(first).count == 2)

        let model = lab.daemon.path("model.dialects")
        try Data(Self.model(hello: hello, library: "gnutls").utf8).write(to: URL(filePath: model))
        try lab.daemon.configure(["model_file": model])
        #expect(try lab.daemon.reload())
        // Too few have come.
        let counted = lab.daemon.verdicts(on: Client.swaks.address).count
        try Client.swaks.send(to: lab.postfix.port, in: lab.daemon.directory.path)
        let early = try #require(lab.daemon.awaitVerdicts(counted + 1, on: Client.swaks.address).last)
        #expect(early["dialect"] == "sender" && early["reason"].contains("tls.other") == false, "\(early)")
        try come(20, to: lab)
        #expect(
            Poll.until(.after(.seconds(30))) { (try? TapProcess.status(of: lab.daemon).ways == "direct") ?? false })
        try Client.swaks.send(to: lab.postfix.port, in: lab.daemon.directory.path)
        let verdict = try #require(lab.daemon.awaitVerdicts(counted + 2, on: Client.swaks.address).last)
        #expect(verdict["reason"].contains("tls.other") == true && verdict["action"] == "accept", "\(verdict)")
        // Built with that library, it is what it seems to be.
        try Data(Self.model(hello: hello, library: "openssl").utf8).write(to: URL(filePath: model))
        #expect(try lab.daemon.reload())
        try Client.swaks.send(to: lab.postfix.port, in: lab.daemon.directory.path)
        let agreed = try #require(lab.daemon.awaitVerdicts(counted + 3, on: Client.swaks.address).last)
        #expect(agreed["dialect"] == "sender" && agreed["reason"].contains("tls.other") == false, "\(agreed)")
        #expect(tap.stop() == .exited(0))
    }

    /// Whoever greets with EHLO and a name is `sender`, which is built with a library; the hello is OpenSSL's.
    private static func model(hello: HelloPrint, library: String) -> String {
        """
        argot-dialects 2
        dialect sender mta
          origin test
          state ehlo EHLO {fqdn}
          state starttls STARTTLS
          state ehlo-tls EHLO {fqdn}
          state mail MAIL FROM:<{path}>[ SIZE={n}]
          state rcpt RCPT TO:<{addr}>
          state data DATA
          state message {message}
          state quit QUIT
          on start 220 to ehlo
          on ehlo any to starttls mail
          on starttls 220 to ehlo-tls
          on ehlo-tls any to mail
          on mail any to rcpt
          on rcpt any to data quit
          on data any to message
          on message any to quit
          final good quit
          tls \(library)
        dialect other library
          origin test
          state ehlo EHLO {ip}
          on start any to ehlo
          final good ehlo
          tls openssl
          hello \(hello)

        """
    }
}
