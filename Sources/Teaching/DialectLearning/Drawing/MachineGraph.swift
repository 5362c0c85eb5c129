public import Dialects
import SMTP

/// A dialect's machine as a graph that can be drawn: a box for each state, one arrow between two states whatever the number
/// of transitions.
public struct MachineGraph: Sendable {
    /// A box.
    struct Box: Sendable {
        /// The state's name.
        var name: String
        /// What the client says.
        var text: String
        /// Whether a conversation may end here after a delivery, or without one.
        var isGoodFinal: Bool
        var isBadFinal: Bool
        /// Whether the message does not wait for the reply.
        var isEarly: Bool
    }

    /// An arrow.
    struct Arrow: Sendable {
        var source: Int
        var target: Int
        /// The replies, shortened to what fits beside an arrow.
        var label: String
        /// All replies.
        var replies: String
        /// The share of what was seen to leave the source by it; 0 when nobody counted.
        var share: Double
        /// Whether only replies of odd form lead this way.
        var isOdd: Bool
    }

    /// What is drawn.
    let title: String
    let boxes: [Box]
    let arrows: [Arrow]

    /// The graph of a dialect.
    public init(_ dialect: Dialect) {
        title = "\(dialect.name) (\(dialect.dialectClass.rawValue)) – \(dialect.origin)"
        let (good, bad) = (dialect.goodFinals, dialect.badFinals)
        boxes = dialect.states.enumerated().map { index, state in
            let timings = state.marks.timings
            let early = timings[.early, default: 0] + timings[.earlyOffered, default: 0]
            return Box(
                name: state.name, text: Self.shortened(state.template?.text ?? "", to: 44),
                isGoodFinal: good.contains(index), isBadFinal: bad.contains(index),
                isEarly: early > 0 && early >= timings.values.reduce(0, +) - early)
        }
        var totals = [Int](repeating: 0, count: dialect.states.count)
        var order: [[Int]] = []
        var patterns: [[Int]: [ReplyPattern]] = [:]
        var counts: [[Int]: Int] = [:]
        for transition in dialect.transitions {
            let pair = [transition.source, transition.target]
            if patterns[pair] == nil { order.append(pair) }
            patterns[pair, default: []].append(transition.replies)
            counts[pair, default: 0] += transition.count
            totals[transition.source] += transition.count
        }
        for final in dialect.finals { totals[final.state] += final.count }
        arrows = order.map { pair in
            let codes = patterns[pair, default: []].flatMap(\.codes)
            return Arrow(
                source: pair[0], target: pair[1], label: Self.label(codes), replies: codes.joined(separator: ","),
                share: totals[pair[0]] > 0 ? Double(counts[pair, default: 0]) / Double(totals[pair[0]]) : 0,
                isOdd: !patterns[pair, default: []].contains { !$0.classes.isEmpty })
        }
    }

    /// What servers say every day.
    private static let usual = ["any", "220", "250", "354", "221", "2xx", "4xx", "5xx"]

    /// Ordinary codes first, as many as fit; the rest is counted.
    private static func label(_ codes: [String]) -> String {
        let ordinary = usual.filter(codes.contains) + codes.filter { $0.utf8.count == 3 && !usual.contains($0) }
        let shown = (ordinary.isEmpty ? codes : ordinary).prefix(4)
        let left = codes.count - shown.count
        return shown.joined(separator: " ") + (left > 0 ? " +\(left)" : "")
    }

    private static func shortened(_ text: String, to count: Int) -> String {
        text.count > count ? text.prefix(count - 1) + "…" : text
    }
}
