import Captures
import SMTP
import SystemPackage

/// What an import passed over and why, for standard error.
struct ImportReport {
    /// Faults that are named one by one; the others are counted.
    private static let mostNamed = 20

    private let isStrict: Bool
    private var faults = 0
    private var skipped: [(count: Int, what: String)] = []

    /// An empty report. A strict one ends the work at the first fault.
    init(isStrict: Bool) { self.isStrict = isStrict }

    /// A part of a file that was passed over.
    mutating func note(_ fault: DocumentFault) throws {
        guard !isStrict else { throw CommandError(fault.description) }
        faults += 1
        if faults <= Self.mostNamed { show(fault) }
    }

    /// Names a fault.
    func show(_ fault: DocumentFault) { say(fault.description) }

    /// What became of a capture.
    mutating func add(_ frames: PacketDecoder.Counts, _ table: ConversationTable.Counts) {
        count(table.empty, "connections in which nothing was said")
        count(table.encrypted, "connections encrypted from the first byte")
        count(table.flushed, "conversations handed over before their end to save memory (kept)")
        count(table.gappy, "conversations with bytes missing or beyond a limit (kept)")
        count(table.strays, "segments that fit no window of their connection")
        count(frames.unreadTunnels, "packets in tunnels that are not understood")
        count(frames.damaged, "packets with damaged or incomplete headers")
        count(frames.truncated, "packets of which the capture holds only the beginning (kept)")
        count(frames.incomplete, "packets of which fragments never came")
    }

    /// What became of a log.
    mutating func add(_ log: MailLogDecoder.Counts, of file: String) {
        count(log.empty, "sessions in which no command is shown")
        count(log.withoutProcess, "lines of sessions that name no process (passed over)")
        count(log.flushed, "sessions handed over before their end to save memory (kept)")
        guard log.dialogue == 0 else { return }
        say(
            "\(file): shows no commands: log them with smtpd -v or a command filter (Postfix), or log level 15 (Sendmail)"
        )
    }

    /// Says what became of it all.
    func finish(conversations: Int, files: Int) {
        if faults > Self.mostNamed { say("… and \(faults - Self.mostNamed) more faults") }
        say("\(Self.number(conversations, "conversation")) from \(Self.number(files, "file"))")
        for (count, what) in skipped where count > 0 { say("\(count) \(what)") }
        if faults > 0 { say("\(Self.number(faults, "fault")) passed over") }
    }

    private mutating func count(_ number: Int, _ what: String) {
        if let index = skipped.firstIndex(where: { $0.what == what }) {
            skipped[index].count += number
        } else {
            skipped.append((number, what))
        }
    }

    private static func number(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }

    private func say(_ text: String) { Output.note(text) }
}
