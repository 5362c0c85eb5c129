import AdminHTTP
import ArgumentParser
import Glibc

/// `argot top`
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Shows sessions, verdicts, latency and dialects as they change.",
        discussion: "Ends with Ctrl-C. Without a terminal each round is printed below the one before.")

    @Option(name: .shortAndLong, help: "Seconds between two rounds.")
    var interval = 2.0

    @Option(name: .shortAndLong, help: "End after so many rounds; 0 for never.")
    var rounds = 0

    @Flag(name: .long, help: "Print the daemon's status as JSON each round, one line each.")
    var json = false

    @OptionGroup var control: ControlOptions

    func validate() throws {
        guard 0.1...3_600 ~= interval else { throw ValidationError("--interval must lie between 0.1 and 3600 seconds") }
        guard rounds >= 0 else { throw ValidationError("--rounds must not be negative") }
    }

    func run() throws {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        var earlier = try control.ask(StatusDocument.self, "GET", "/status")
        var round = 0
        while true {
            usleep(UInt32(interval * 1e6))
            let status = try control.ask(StatusDocument.self, "GET", "/status")
            let lines = TopText(status, after: earlier, seconds: interval).lines
            round += 1
            if json {
                print(try Output.line(status))
                fflush(nil)
                if rounds > 0, round >= rounds { return }
                continue
            }
            // Home, each line cleared to its end, and the rest of the screen.
            let text =
                isTerminal
                ? "\u{1B}[H" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J"
                : lines.joined(separator: "\n") + "\n"
            print(text, terminator: "")
            fflush(nil)
            earlier = status
            if rounds > 0, round >= rounds { return }
        }
    }
}

/// One round of `argot top`.
struct TopText {
    private let status: StatusDocument
    private let earlier: StatusDocument
    private let seconds: Double

    init(_ status: StatusDocument, after earlier: StatusDocument, seconds: Double) {
        self.status = status
        self.earlier = earlier
        self.seconds = seconds
    }

    /// The lines of the view.
    var lines: [String] {
        var lines = [
            "argotd \(status.version)  \(status.mode)\(status.breaker.tripped ? " (breaker tripped)" : "")  "
                + "up \(StatusText.span(status.uptime_seconds))  \(status.sessions.open) sessions open, "
                + "\(rate(status.sessions.begun, earlier.sessions.begun))/s",
            "",
        ]
        let verdicts = status.verdicts.map { verdict in
            let before = earlier.verdicts.first { $0.action == verdict.action && $0.applied == verdict.applied }?.count
            return ["\(verdict.action)", "\(verdict.applied)", "\(verdict.count)", rate(verdict.count, before ?? 0)]
        }
        lines += Self.table(["VERDICT", "APPLIED", "COUNT", "PER SECOND"], verdicts) + [""]
        lines += Self.table(["REASON", "COUNT", "PER SECOND"], counts(status.reasons, earlier.reasons)) + [""]
        let dialects = status.dialects.map {
            StatusDocument.Count(name: $0.name.isEmpty ? "(unknown)" : $0.name, count: $0.count)
        }
        let before = earlier.dialects.map {
            StatusDocument.Count(name: $0.name.isEmpty ? "(unknown)" : $0.name, count: $0.count)
        }
        lines += Self.table(["DIALECT", "COUNT", "PER SECOND"], counts(dialects, before)) + [""]
        let latency = status.latency.filter { $0.count > 0 }.map {
            [$0.callback, "\($0.count)", "\($0.p50_us)", "\($0.p99_us)"]
        }
        lines += Self.table(["CALLBACK", "COUNT", "P50 ≤ µs", "P99 ≤ µs"], latency)
        let problems = StatusText(status).problems
        return lines + (problems.isEmpty ? [] : [""]) + problems.map { "PROBLEM   \($0)" }
    }

    private func counts(_ now: [StatusDocument.Count], _ before: [StatusDocument.Count]) -> [[String]] {
        now.prefix(8).map { count in
            [count.name, "\(count.count)", rate(count.count, before.first { $0.name == count.name }?.count ?? 0)]
        }
    }

    private func rate(_ now: UInt64, _ before: UInt64) -> String {
        let tenths = (Double(now >= before ? now - before : now) / seconds * 10).rounded()
        return "\(tenths / 10)"
    }

    private static func table(_ header: [String], _ rows: [[String]]) -> [String] {
        let all = [header] + rows
        let widths = header.indices.map { column in all.map { $0[column].count }.max() ?? 0 }
        return all.map { row in
            row.enumerated().map { index, cell in
                let pad = String(repeating: " ", count: widths[index] - cell.count)
                return index == 0 ? cell + pad : pad + cell
            }.joined(separator: "  ")
        }
    }
}
