import Control
import ArgumentParser
import Glibc
import Processes
import SMTP
import Terminal

/// `argot top`
struct TopCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "top", abstract: "Shows sessions, verdicts, latency and dialects as they change.",
        discussion:
            "Ctrl-C ends it. On a terminal the view fits the window, and waits for a daemon that is being "
            + "restarted; elsewhere each round is printed in full, below the previous one."
    )

    @Option(name: .shortAndLong, help: "The interval between two rounds, in seconds.")
    var interval = 2.0

    @Option(name: .shortAndLong, help: "Exit after this many rounds; 0 means never.")
    var rounds = 0

    @Flag(name: .long, help: "Print daemon status as JSON, one line per round.")
    var json = false

    @OptionGroup var control: ControlOptions

    func validate() throws {
        guard 0.1...3_600 ~= interval else { throw ValidationError("--interval must be between 0.1 and 3600 seconds") }
        guard rounds >= 0 else { throw ValidationError("--rounds must not be negative") }
    }

    func run() throws {
        let isTerminal = !json && isatty(STDOUT_FILENO) == 1
        var earlier = try status()
        if isTerminal { show(TopText(earlier, after: earlier, seconds: interval)) }
        var round = 0
        while rounds == 0 || round < rounds {
            usleep(UInt32(interval * 1e6))
            round += 1
            let status: StatusDocument
            do {
                status = try self.status()
            } catch  where isTerminal {
                Output.screen("\u{1B}[H\(PrintableText("\(error)")); trying again\u{1B}[K")
                fflush(nil)
                continue
            }
            if json {
                print(try Output.line(status))
            } else if isTerminal {
                show(TopText(status, after: earlier, seconds: interval))
            } else {
                print(TopText(status, after: earlier, seconds: interval).lines.joined(separator: "\n"))
            }
            fflush(nil)
            earlier = status
        }
    }

    private func status() throws -> StatusDocument { try control.ask(StatusDocument.self, "GET", "/status") }

    /// Draws over what is there: home, each line cleared to its end, and the rest of the screen.
    private func show(_ text: TopText) {
        let size = TerminalSize.current(of: STDOUT_FILENO) ?? TerminalSize(columns: 80, rows: 24)
        // The last line is left to the cursor.
        let lines = text.lines(columns: size.columns, rows: size.rows - 1)
        Output.screen("\u{1B}[H" + lines.map { $0 + "\u{1B}[K\n" }.joined() + "\u{1B}[J")
        fflush(nil)
    }
}
