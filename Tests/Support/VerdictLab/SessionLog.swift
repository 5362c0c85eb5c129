import ClientLab
import DaemonLab
import FakeMTA
import Foundation

/// One daemon's sessions as text: what each client was answered, then what the daemon logged of verdicts and sessions.
struct SessionLog {
    private let title: String
    private let daemon: ArgotDaemon

    /// What differs between two runs of the same.
    private static let volatile: Set<String> = [
        "time", "session", "queue", "latency_us", "pid", "id", "until", "seconds",
    ]

    init(_ title: String, daemon: ArgotDaemon) {
        self.title = title
        self.daemon = daemon
        print("# \(title)")
    }

    /// Sends a scenario's lines, whatever it is answered.
    mutating func play(_ scenario: Scenario, over transport: any SMTPTransport) throws {
        print("## \(title): \(URL(fileURLWithPath: scenario.file).lastPathComponent)")
        do {
            try transport.open(as: scenario.client)
            var isGreeted = false
            for step in scenario.steps {
                switch step.action {
                case .expect: isGreeted = true
                default: if !isGreeted { answer(try transport.receive(), &isGreeted) }
                }
                switch step.action {
                case .send(let line): try transport.send(line)
                case .message(let lines): try transport.send(message: lines)
                case .drop: try transport.close()
                case .expect: answer(try transport.receive(), &isGreeted)
                }
            }
            try transport.close()
        } catch {
            // A refusal changes what comes later: the script may then wait for what does not come.
            print("ended: \(type(of: error))")
            try? transport.close()
        }
    }

    private func answer(_ reply: ScenarioReply?, _ isGreeted: inout Bool) {
        isGreeted = true
        print(reply.map { Self.plain("\($0)") } ?? "closed")
    }

    /// Lets a persona come.
    mutating func play(_ persona: Persona, at server: any MailServer) throws {
        print("## \(title): \(persona.name)")
        let run = try PersonaRun(persona, server: server, to: ["user1@lab.example", "nosuch@lab.example"])
        for exchange in run.record.exchanges { print(exchange.reply.map { Self.plain("\($0)") } ?? "none") }
    }

    /// Ends the daemon and prints its verdicts, by client.
    mutating func finish() {
        _ = daemon.stop()
        var lines: [(client: String, text: String)] = []
        for line in daemon.lines where ["verdict", "session", "breaker"].contains(line["event"]) {
            let fields = line.fields.filter { !Self.volatile.contains($0.key) }.sorted { $0.key < $1.key }
            lines.append((line["client"], fields.map { "\($0)=\($1)" }.joined(separator: " ")))
        }
        // Sessions end one after the other, and are logged by one thread: the order within a client's is their own.
        let numbered = lines.enumerated().sorted { ($0.element.client, $0.offset) < ($1.element.client, $1.offset) }
        for (_, line) in numbered { print(line.text) }
    }

    /// A reply without queue ids and the like.
    private static func plain(_ reply: String) -> String {
        reply.replacing(/queued as [0-9A-Za-z]+/, with: "queued")
            .replacing(/\b[0-9A-Za-z]{14} Message accepted/, with: "Message accepted")
            .replacing(/[A-Z][a-z]{2}, [0-9]{1,2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} [-+0-9]{5}/, with: "DATE")
    }
}
