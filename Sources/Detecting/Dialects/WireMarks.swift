public import SMTP

/// How a client sends a message, beyond its bytes: what only the wire shows (B@bel counts it to the dialect). Each mark is
/// a tally of how often it was seen; an empty tally means the usual: CR LF, after the reply, in a segment of its own.
public struct WireMarks: Sendable, Hashable {
    /// When the message is sent.
    public enum Timing: String, Sendable, Hashable, CaseIterable {
        /// After the reply to the message before it; PIPELINING was not offered.
        case after

        /// After the reply, although PIPELINING was offered.
        case afterOffered = "after-offered"

        /// Before the reply (or the greeting), although PIPELINING was not offered.
        case early

        /// Before the reply, as PIPELINING allows (RFC 2920).
        case earlyOffered = "early-offered"
    }

    /// Whether the message shares a TCP segment with the one before it.
    public enum Segment: String, Sendable, Hashable, CaseIterable {
        /// Its first byte opens a segment.
        case own

        /// It shares one.
        case joined
    }

    /// How often its line ended how.
    public var lineEnds: [LineEnd: Int] = [:]

    /// How often it was sent when.
    public var timings: [Timing: Int] = [:]

    /// How often it shared a segment.
    public var segments: [Segment: Int] = [:]

    /// For a message's content: how often the final dot came in a segment of its own (`own`).
    public var dots: [Segment: Int] = [:]

    /// No marks.
    public init() {}

    /// Adds the counts of `others`.
    public mutating func merge(_ others: WireMarks) {
        lineEnds.merge(others.lineEnds, uniquingKeysWith: +)
        timings.merge(others.timings, uniquingKeysWith: +)
        segments.merge(others.segments, uniquingKeysWith: +)
        dots.merge(others.dots, uniquingKeysWith: +)
    }

    /// Whether nothing but the usual was seen.
    public var isUsual: Bool { words.isEmpty }

    /// The marks without those tallies in which only the usual was seen; a document holds no others.
    public var telling: WireMarks {
        func telling<Value: Hashable>(_ tally: [Value: Int], usual: Value) -> [Value: Int] {
            tally.contains { $0.key != usual && $0.value > 0 } ? tally.filter { $0.value > 0 } : [:]
        }
        var marks = WireMarks()
        marks.lineEnds = telling(lineEnds, usual: .crlf)
        marks.timings = telling(timings, usual: .after)
        marks.segments = telling(segments, usual: .own)
        marks.dots = telling(dots, usual: .joined)
        return marks
    }

    /// The marks as a dialect document has them: the telling ones.
    public var words: [String] {
        func word<Value: RawRepresentable<String> & CaseIterable & Hashable>(
            _ name: String, _ tally: [Value: Int]
        ) -> String? {
            guard !tally.isEmpty else { return nil }
            let values = Value.allCases.filter { tally[$0, default: 0] > 0 }
            return name + "=" + values.map { "\($0.rawValue)*\(tally[$0, default: 0])" }.joined(separator: ",")
        }
        let marks = telling
        return [
            word("end", marks.lineEnds), word("sent", marks.timings), word("segment", marks.segments),
            word("dot", marks.dots),
        ].compactMap { $0 }
    }

    /// Reads a word such as `end=crlf*3,lf*2` into the marks; `false` if it is none.
    mutating func read(_ word: some StringProtocol) -> Bool {
        let halves = word.split(separator: "=" as Character, maxSplits: 1, omittingEmptySubsequences: false)
        guard halves.count == 2 else { return false }
        func tally<Value: RawRepresentable<String> & Hashable>(_ text: some StringProtocol, as: Value.Type) -> [Value:
            Int]?
        {
            var tally: [Value: Int] = [:]
            for item in text.split(separator: "," as Character, omittingEmptySubsequences: false) {
                guard let (name, count) = Counted.read(item), let value = Value(rawValue: name), tally[value] == nil
                else {
                    return nil
                }
                tally[value] = count ?? 1
            }
            return tally
        }
        switch halves[0] {
        case "end": return tally(halves[1], as: LineEnd.self).map { lineEnds = $0 } != nil
        case "sent": return tally(halves[1], as: Timing.self).map { timings = $0 } != nil
        case "segment": return tally(halves[1], as: Segment.self).map { segments = $0 } != nil
        case "dot": return tally(halves[1], as: Segment.self).map { dots = $0 } != nil
        default: return false
        }
    }
}

/// `NAME*COUNT`, as dialect documents write what was seen how often.
enum Counted {
    /// No count is larger, so that sums never overflow.
    static let maximum = 1_000_000_000_000

    /// A name and how often it was seen, if that is known.
    typealias Name = (name: String, count: Int?)

    /// The name, and the count if there is one; `nil` for a count out of `1...maximum`.
    static func read(_ word: some StringProtocol) -> Name? {
        let halves = word.split(separator: "*" as Character, maxSplits: 1, omittingEmptySubsequences: false)
        guard let name = halves.first, !name.isEmpty else { return nil }
        guard halves.count == 2 else { return (String(name), nil) }
        guard halves[1].utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let count = Int(halves[1]), 1...maximum ~= count else {
            return nil
        }
        return (String(name), count)
    }

    /// The name with its count, if it is known.
    static func text(_ name: String, _ count: Int) -> String { count > 0 ? "\(name)*\(count)" : name }
}
