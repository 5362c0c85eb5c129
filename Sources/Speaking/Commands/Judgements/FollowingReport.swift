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
    mutating func due(_ counts: [(WordReader, WordQueue.Counts)], at now: UnixTime) -> [String] {
        var told: [String] = []
        let total = counts.reduce(0) { $0 + $1.0.counts.lines + $1.0.counts.unread }
        if total != lines || linesSince == nil {
            (lines, linesSince, toldSilence) = (total, now, false)
        } else if let linesSince, !toldSilence, now - linesSince >= silence {
            toldSilence = true
            told.append("no line was logged for \(silence / 3_600) hours: is this the mail server's log?")
        }
        if last == nil { last = now }
        if let last, now - last >= interval || now < last {
            self.last = now
            told += Self.lines(counts)
        }
        return told
    }

    /// What was found and what became of it, a line each.
    static func lines(_ all: [(WordReader, WordQueue.Counts)]) -> [String] {
        func sum(_ number: (WordReader.Counts) -> Int) -> Int { all.reduce(0) { $0 + number($1.0.counts) } }
        func sent(_ number: (WordQueue.Counts) -> Int) -> Int { all.reduce(0) { $0 + number($1.1) } }
        func words(_ counts: (WordReader.Counts) -> [MailFilter: Int]) -> String {
            let parts = MailFilter.allCases.compactMap { filter in
                let count = sum { counts($0)[filter] ?? 0 }
                return count > 0 ? "\(filter.rawValue) \(count)" : nil
            }
            return parts.isEmpty ? "none" : parts.joined(separator: ", ")
        }
        var lines = [
            "\(sum(\.lines)) lines: spam: \(words(\.spam)); honest: \(words(\.honest)); correspondents: "
                + "\(sum(\.correspondents))",
            "handed over: \(sent(\.taken)) taken, \(sent(\.unknown)) on messages that are not kept, \(sent(\.off)) from "
                + "sources that are off, \(sent(\.refused)) refused",
        ]
        for (count, what) in [
            (sum(\.unread), "lines in no form of a log"),
            (
                sum(\.ambiguous),
                "words left out: a field of the line was forged, or several messages have the Message-ID"
            ),
            (sum(\.beyondLimit), "recipients left out: too many of one user in a day"),
        ] where count > 0 { lines.append("\(count) \(what)") }
        let unknown = sum(\.unknownRefusals)
        if unknown > 0 {
            let texts = Set(all.flatMap(\.0.unknownTexts)).sorted().prefix(10).map { "\"\($0)\"" }
            lines.append(
                "\(unknown) refusals with texts that are not known to be a spam filter's (--reply names them): "
                    + texts.joined(separator: ", "))
        }
        return lines
    }
}
