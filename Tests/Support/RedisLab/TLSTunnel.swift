import ClientLab
import Foundation

/// TLS before a Redis, as its administrators set it up with stunnel: one end at the server, one at the mail server.
public final class TLSTunnel: Sendable {
    /// Where the mail server's end listens, as the configuration writes it.
    public let address: String

    private let ends: [ChildProcess]
    private let lifelines: [Lifeline]

    /// Starts both ends before a Redis at a unix socket.
    public init(before socket: String, in directory: String) throws {
        let certificate = directory + "/tls.pem"
        let run = Process()
        run.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        run.arguments = [
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=redis.example", "-addext",
            "subjectAltName=DNS:redis.example", "-keyout", directory + "/key.pem", "-out", directory + "/cert.pem",
        ]
        run.standardError = FileHandle.nullDevice
        try run.run()
        run.waitUntilExit()
        let parts = try ["key.pem", "cert.pem"].map {
            try String(contentsOfFile: "\(directory)/\($0)", encoding: .utf8)
        }
        try parts.joined().write(toFile: certificate, atomically: true, encoding: .utf8)
        chmod(certificate, 0o600)
        let (outer, inner) = (try LoopbackPort.free(), try LoopbackPort.free())
        let standard = "foreground = yes\npid =\nsyslog = no\n"
        try (standard + "[redis]\naccept = 127.0.0.1:\(outer)\nconnect = \(socket)\ncert = \(certificate)\n")
            .write(toFile: directory + "/server.conf", atomically: true, encoding: .utf8)
        try
            (standard + """
                [redis]
                client = yes
                accept = 127.0.0.1:\(inner)
                connect = 127.0.0.1:\(outer)
                CAfile = \(directory)/cert.pem
                verifyChain = yes
                checkHost = redis.example

                """).write(toFile: directory + "/client.conf", atomically: true, encoding: .utf8)
        ends = try ["server", "client"].map {
            try ChildProcess(
                "/usr/bin/stunnel4", ["\(directory)/\($0).conf"], output: "\(directory)/\($0).log",
                errors: "\(directory)/\($0).log")
        }
        lifelines = try ends.map { try Lifeline(of: $0) }
        address = "redis:127.0.0.1:\(inner)"
    }
}
