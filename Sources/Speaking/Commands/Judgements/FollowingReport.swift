import Following
import MailLogs
import SMTP

/// What is told now and then of logs that are followed.
struct FollowingReport {
    private let interval: Int64
    private let silence: Int64
    private var last: UnixTime?
    private var lines = 0
    private var linesSince: UnixTime?
    private var toldSilence = false

    /// The positions that were written last, and when.
    var kept: FollowedPositions?
    var keptAt = UnixTime(seconds: 0)

    /// - Parameters:
    ///   - interval: a summary is told this often, in seconds.
    ///   - silence: that no line came is told after this many seconds.
    init(interval: Int64, silence: Int64) {
        self.interval = interval
        self.silence = silence
    }

    /// What is to be told now.
    mutating func due(_ words: WordReader, _ queues: [WordQueue.Counts], at now: UnixTime) -> [String] {
        var told: [String] = []
        let total = words.counts.lines + words.counts.unread
        if total != lines || linesSince == nil {
            (lines, linesSince, toldSilence) = (total, now, false)
        } else if let linesSince, !toldSilence, now - linesSince >= silence {
            toldSilence = true
            told.append("no line was logged for \(silence / 3_600) hours: is this the mail server's log?")
        }
        if last == nil { last = now }
        if let last, now - last >= interval || now < last {
            self.last = now
            told += Self.lines(words, queues)
        }
        return told
    }

    /// What was found and what became of it, a line each.
    static func lines(_ reader: WordReader, _ queues: [WordQueue.Counts]) -> [String] {
        let counts = reader.counts
        func sent(_ number: (WordQueue.Counts) -> Int) -> Int { queues.reduce(0) { $0 + number($1) } }
        func words(_ counts: [MailFilter: Int]) -> String {
            let parts = MailFilter.allCases.compactMap { filter in
                counts[filter].map { "\(filter.rawValue) \($0)" }
            }
            return parts.isEmpty ? "none" : parts.joined(separator: ", ")
        }
        var lines = [
            "\(counts.lines) lines: spam: \(words(counts.spam)); honest: \(words(counts.honest)); correspondents: "
                + "\(counts.correspondents); clients refused before any recipient: \(counts.earlyRefusals)",
            "handed over: \(sent(\.taken)) taken, \(sent(\.unknown)) on messages that are not kept, \(sent(\.off)) from "
                + "sources that are off, \(sent(\.refused)) refused",
        ]
        for (count, what) in [
            (counts.unread, "lines in no form of a log"),
            (
                counts.ambiguous,
                "words left out: a field of the line was forged, or several messages have the Message-ID"
            ),
            (counts.beyondLimit, "recipients left out: too many of one user in a day"),
        ] where count > 0 { lines.append("\(count) \(what)") }
        if counts.unknownRefusals > 0 {
            let texts = reader.unknownTexts.suffix(10).map { "\"\($0)\"" }
            lines.append(
                "\(counts.unknownRefusals) refusals with texts that are not known to be a spam filter's (--reply names "
                    + "them): " + texts.joined(separator: ", "))
        }
        return lines
    }
}
