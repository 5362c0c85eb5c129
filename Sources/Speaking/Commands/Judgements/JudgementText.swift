import FoundationEssentials
import Judgements
import Keeping
import Promotion
import SMTP
import Terminal

/// What others said, in tables and in JSON.
struct JudgementText: Encodable {
    private struct Source: Encodable {
        let source: String
        let rank: Int
        let spam: Int
        let honest: Int
    }

    private struct Day: Encodable {
        let day: String
        let sightings: Int
        let judged: Int
        let sources: [Source]
    }

    private struct Overlap: Encodable {
        let sources: [String]
        let both: Int
        let same: Int
    }

    private struct Silent: Encodable {
        let source: String
        let reason: String
    }

    private struct Reply: Encodable {
        let text: String
        let count: Int
        let last: String
    }

    private let sightings: Int
    private let judged: Int
    private let leftOut: Int
    private let sources: [Source]
    private let days: [Day]
    private let agreement: [Overlap]
    private let notListenedTo: [Silent]
    private let astray: [Silent]
    private let notUnderstood: [Reply]

    init(
        _ report: JudgementReport, silent: [(source: JudgementSource, reason: String)] = [],
        replies: [UnreadReply] = [], lastCard: ModelCard? = nil
    ) {
        sightings = report.sightings
        judged = report.judged
        leftOut = report.leftOut
        sources = Self.sources(report.sources)
        days = report.days.map { day in
            Day(
                day: String(Output.text(day.begin).prefix(10)), sightings: day.sightings, judged: day.judged,
                sources: Self.sources(day.sources))
        }
        let order = JudgementSource.allCases
        agreement = order.flatMap { first in order.map { JudgementReport.Pair(first, $0) } }
            .reduce(into: []) { pairs, pair in if !pairs.contains(pair) { pairs.append(pair) } }
            .compactMap { pair in
                report.overlaps[pair].map {
                    Overlap(sources: [pair.first.rawValue, pair.second.rawValue], both: $0.both, same: $0.same)
                }
            }
        notListenedTo = silent.map { Silent(source: $0.source.rawValue, reason: $0.reason) }
        astray =
            report.turns.map { Silent(source: $0.source.rawValue, reason: $0.reason) }
            + (lastCard?.sources ?? []).compactMap { source in
                source.left_out.map { Silent(source: source.source, reason: "left out of the last lesson: " + $0) }
            }
        notUnderstood = replies.map { Reply(text: $0.text, count: $0.count, last: Output.text($0.last)) }
    }

    private static func sources(_ counts: [JudgementSource: JudgementReport.Count]) -> [Source] {
        JudgementSource.allCases.compactMap { source in
            counts[source].map { Source(source: source.rawValue, rank: source.rank, spam: $0.spam, honest: $0.honest) }
        }
    }

    /// The sources and what they said, in one line; `nil` when nobody said anything.
    var summary: String? {
        guard !sources.isEmpty else { return nil }
        let parts = sources.flatMap { source in
            [("spam", source.spam), ("honest", source.honest)].filter { $0.1 > 0 }.map {
                "\(source.source) \($0.0) \($0.1)"
            }
        }
        return parts.joined(separator: ", ")
    }

    /// The sources that went astray, a line each.
    var warnings: [String] { astray.map { "astray: \($0.source) \($0.reason)" } }

    /// Prints the tables.
    func show() {
        print("\(sightings) messages and refused sessions, \(judged) of them judged")
        if leftOut > 0 {
            print("left out: \(leftOut), of clients with more than \(Sighting.dailyLimit) in a day")
        }
        if !sources.isEmpty {
            print("")
            Output.table(
                ["SOURCE", "RANK", "SPAM", "HONEST", "WHAT IT IS"],
                sources.map {
                    let sentence = JudgementSource(rawValue: $0.source)?.sentence ?? ""
                    return [$0.source, String($0.rank), String($0.spam), String($0.honest), sentence]
                })
        }
        if !days.isEmpty {
            print("")
            Output.table(
                ["DAY", "KEPT", "JUDGED", "JUDGEMENTS"],
                days.map { day in
                    let said = day.sources.map { "\($0.source) \($0.spam + $0.honest)" }.joined(separator: ", ")
                    return [day.day, String(day.sightings), String(day.judged), said.isEmpty ? "-" : said]
                })
        }
        if !agreement.isEmpty {
            print("")
            Output.table(
                ["OF THE SAME MESSAGES", "AND", "BOTH", "AGREE"],
                agreement.map {
                    let share = $0.both > 0 ? Int((Double($0.same) / Double($0.both) * 100).rounded()) : 0
                    return [$0.sources[0], $0.sources[1], String($0.both), "\(share) %"]
                })
        }
        if !notListenedTo.isEmpty {
            print("")
            Output.table(["NOT LISTENED TO", "WHY"], notListenedTo.map { [$0.source, $0.reason] })
        }
        if !astray.isEmpty {
            print("")
            Output.table(["ASTRAY", "WHY"], astray.map { [$0.source, $0.reason] })
        }
        if !notUnderstood.isEmpty {
            print("")
            Output.table(
                ["REFUSALS", "LAST", "NOT UNDERSTOOD"], notUnderstood.map { [String($0.count), $0.last, $0.text] })
        }
    }
}
