import AdminHTTP
import ArgumentParser
import SMTP
import Terminal

/// `argot status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Shows daemon status: mode, sessions, verdicts, problems.",
        discussion:
            "Exits with 0 if all is well, with 2 if the daemon runs but something is wrong, and with 1 if it does "
            + "not answer."
    )

    @OptionGroup var control: ControlOptions

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    func run() throws {
        let status = try control.ask(StatusDocument.self, "GET", "/status")
        if json {
            try Output.json(status)
        } else {
            for line in StatusText(status).lines { print(PrintableText(line).description) }
        }
        if !StatusText(status).problems.isEmpty { throw ExitCode(2) }
    }
}

/// The daemon's status in words.
struct StatusText {
    let status: StatusDocument

    init(_ status: StatusDocument) {
        self.status = status
    }

    /// What is wrong; empty when nothing is.
    var problems: [String] {
        var problems: [String] = []
        if status.breaker.tripped {
            problems.append(
                "the breaker has suspended refusals: too many clients with a good history were refused: argot "
                    + "journal shows which, argot reload closes it"
            )
        }
        if !status.breaker.suspended.isEmpty {
            problems.append(
                "the breaker has switched off \(status.breaker.suspended.joined(separator: ", ")): it counted "
                    + "against too many clients with a good history: argot journal shows which, argot reload closes it"
            )
        }
        if let problem = status.store.problem { problems.append("the store does not reach the disk: \(problem)") }
        problems += status.reload.errors.map { "the last reload failed: \($0)" }
        if status.store.dropped > 0 {
            problems.append("\(status.store.dropped) changes could not be stored and were lost")
        }
        if status.journal.dropped > 0 { problems.append("\(status.journal.dropped) journal entries were dropped") }
        if status.log.dropped > 0 {
            problems.append("\(status.log.dropped) log lines were dropped: nobody read the log")
        }
        return problems
    }

    /// The lines of `argot status`.
    var lines: [String] {
        var lines = [
            "argotd \(status.version), process \(status.pid), up \(Self.span(status.uptime_seconds))",
            "mode      \(status.mode)" + (status.breaker.tripped ? ", suspended by the breaker" : ""),
            "sessions  \(status.sessions.open) open, \(status.sessions.begun) since the start",
            "model     \(status.model.dialects) dialects, \(status.model.source), "
                + "read \(Self.span(status.model.age_seconds)) ago",
            "memory    \(status.memory.attempts) attempts, \(status.memory.clients) clients",
            "verdicts  " + verdicts,
        ]
        if let senders = status.senders { lines.insert("senders   " + Self.words(senders), at: 4) }
        if !status.reasons.isEmpty {
            lines.append(
                "reasons   " + status.reasons.prefix(6).map { "\($0.name) \($0.count)" }.joined(separator: ", "))
        }
        return lines + problems.map { "PROBLEM   \($0)" }
    }

    private static func words(_ senders: StatusDocument.Senders) -> String {
        guard let age = senders.age_seconds else {
            return "not scored: nobody is known to send spam yet (traps, argot senders label, argot senders import)"
        }
        return "\(senders.clusters) spam clusters, scored \(span(age)) ago; \(senders.senders) in "
            + "\(span(senders.window_seconds)), \(senders.spam) known to send spam"
    }

    private var verdicts: String {
        if status.verdicts.isEmpty { return "none yet" }
        return status.verdicts.map {
            "\($0.action)\($0.action == $0.applied ? "" : " (\($0.applied) applied)") \($0.count)"
        }
        .joined(separator: ", ")
    }

    /// A span of seconds in its two largest units.
    static func span(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        default: "\(seconds / 86_400) d \(seconds % 86_400 / 3_600) h"
        }
    }
}
