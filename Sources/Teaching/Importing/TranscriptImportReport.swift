import Captures
import Conversations
import Packets

/// What an import of conversations read, and what it skipped and why.
package struct TranscriptImportReport {
    /// Faults that are named one by one; the others are counted.
    private static let mostNamed = 20

    /// Files in all.
    package internal(set) var files = 0

    /// Of these, files that could not be read, or not to their end.
    package internal(set) var filesNotRead = 0

    /// Conversations that were written.
    package internal(set) var conversations = 0

    private var faults = 0
    private var skipped: [(count: Int, what: String)] = []

    /// Counts a fault; returns whether it is one of the first, which are named.
    mutating func countFault() -> Bool {
        faults += 1
        return faults <= Self.mostNamed
    }

    /// What happened to a capture.
    mutating func add(_ frames: PacketDecoder.Counts, _ table: ConversationTable.Counts) {
        count(table.empty, "connections in which nothing was said")
        count(table.encrypted, "connections encrypted from the first byte")
        count(table.flushed, "conversations cut short to save memory (kept)")
        count(table.gappy, "conversations with bytes missing or beyond a limit (kept)")
        count(table.strays, "segments outside the window of their connection")
        count(frames.unreadTunnels, "packets in tunnels that are not understood")
        count(frames.damaged, "packets with damaged or incomplete headers")
        count(frames.truncated, "packets of which the capture contains only the beginning (kept)")
        count(frames.incomplete, "packets with missing fragments")
    }

    /// What happened to a log.
    mutating func add(_ log: MailLogDecoder.Counts) {
        count(log.empty, "sessions without any commands")
        count(log.withoutProcess, "lines of sessions without a process id (skipped)")
        count(log.flushed, "sessions cut short to save memory (kept)")
    }

    /// What happened to it all, a line each.
    package var lines: [String] {
        var lines: [String] = []
        if faults > Self.mostNamed { lines.append("… and \(faults - Self.mostNamed) more errors") }
        lines.append("\(Self.number(conversations, "conversation")) from \(Self.number(files, "file"))")
        for (count, what) in skipped where count > 0 { lines.append("\(count) \(what)") }
        if faults > 0 { lines.append("\(Self.number(faults, "unusable item")) skipped") }
        return lines
    }

    private mutating func count(_ number: Int, _ what: String) {
        if let index = skipped.firstIndex(where: { $0.what == what }) {
            skipped[index].count += number
        } else {
            skipped.append((number, what))
        }
    }

    private static func number(_ count: Int, _ thing: String) -> String { "\(count) \(thing)\(count == 1 ? "" : "s")" }
}
