import Dialects
import SMTP

/// Writes merged histories as a dialect's machine: states with names that people can read, transitions whose replies are
/// said as shortly as the evidence allows, endings.
///
/// Replies after which the same was seen share a transition. Of ordinary refusals those that most codes agree on become
/// `4xx` or `5xx` (a client goes by the first digit, RFC 5321 section 4.2.1); a code that was seen to do otherwise stands
/// by itself, and the closer pattern counts.
struct LearnedMachine {
    private struct Outcome: Hashable {
        var targets: Set<Int>
        var ends: Set<Bool>
        var isSilent: Bool
    }

    private(set) var states: [Dialect.State] = []
    private(set) var transitions: [Dialect.Transition] = []
    private(set) var finals: [Dialect.Final] = []

    init(_ tree: PrefixTree, states numbers: [Int]) throws(LearningError) {
        let count = (numbers.max() ?? 0) + 1
        var marks = [WireMarks](repeating: WireMarks(), count: count)
        var labels = [PrefixTree.Label?](repeating: nil, count: count)
        var ways = [[ReplySymbol: [Int: Int]]](repeating: [:], count: count)
        var ends = [[ReplySymbol: [PrefixTree.End: Int]]](repeating: [:], count: count)
        for (index, node) in tree.nodes.enumerated() {
            let state = numbers[index]
            labels[state] = node.label
            marks[state].merge(node.marks)
            for (edge, child) in node.children {
                ways[state][edge.reply, default: [:]][numbers[child], default: 0] += tree.nodes[child].count
            }
            for (end, number) in node.ends {
                ends[state][end.reply, default: [:]][
                    PrefixTree.End(reply: .none, isGood: end.isGood, manner: end.manner), default: 0] +=
                    number
            }
        }
        var names = StateNames()
        for state in 0..<count {
            guard let label = labels[state] else {
                states.append(Dialect.State(name: "start", template: nil))
                continue
            }
            do {
                let template = try MessageTemplate(label.text)
                states.append(
                    Dialect.State(
                        name: names.next(for: template, label), template: template, marks: marks[state].telling))
            } catch {
                throw .tooLarge(problem: "the message \"\(label.text)\" has no template: \(error)")
            }
        }
        for state in 0..<count { write(state, ways[state], ends[state]) }
    }

    private mutating func write(
        _ state: Int, _ ways: [ReplySymbol: [Int: Int]], _ ends: [ReplySymbol: [PrefixTree.End: Int]]
    ) {
        // Where nothing can follow, it does not matter what was heard.
        if ways.isEmpty {
            finish(state, Array(ends.keys), ends, after: nil)
            return
        }
        var groups: [Outcome: [ReplySymbol]] = [:]
        for reply in Set(ways.keys).union(ends.keys) {
            let known = ends[reply, default: [:]].keys
            let outcome = Outcome(
                targets: Set(ways[reply, default: [:]].keys), ends: Set(known.map(\.isGood)),
                isSilent: known.contains { $0.manner == .hang })
            groups[outcome, default: []].append(reply)
        }
        let ordered = groups.map { ($0.value.sorted(), $0.key) }.sorted {
            $0.0.lexicographicallyPrecedes($1.0)
        }
        let patterns = Self.patterns(for: ordered.map(\.0))
        for (pattern, (replies, outcome)) in zip(patterns, ordered) {
            guard let pattern = ReplyPattern(pattern) else { continue }
            for target in outcome.targets.sorted() {
                let count = replies.reduce(0) { $0 + (ways[$1]?[target] ?? 0) }
                transitions.append(Dialect.Transition(source: state, replies: pattern, target: target, count: count))
            }
            finish(state, replies, ends, after: pattern)
        }
    }

    /// Adds the endings after `replies`.
    private mutating func finish(
        _ state: Int, _ replies: [ReplySymbol], _ ends: [ReplySymbol: [PrefixTree.End: Int]],
        after pattern: ReplyPattern?
    ) {
        for isGood in [true, false] {
            var manners: [Dialect.Final.Manner: Int] = [:]
            for reply in replies {
                for (end, count) in ends[reply, default: [:]] where end.isGood == isGood {
                    manners[end.manner, default: 0] += count
                }
            }
            guard !manners.isEmpty else { continue }
            finals.append(
                Dialect.Final(
                    state: state, isGood: isGood, replies: pattern, count: manners.values.reduce(0, +), manners: manners
                ))
        }
    }

    /// A pattern for each group of replies.
    private static func patterns(for groups: [[ReplySymbol]]) -> [String] {
        var words = groups.map { group in group.map { [$0] } }
        for digit in [4, 5] as [UInt16] {
            func isPlain(_ symbol: ReplySymbol) -> Bool {
                symbol.isOrdinary && symbol.traits.isEmpty && symbol.code / 100 == digit
            }
            let sizes = groups.map { $0.filter(isPlain).count }
            guard let most = sizes.max(), most > 0, let index = sizes.firstIndex(of: most) else { continue }
            // The other groups' codes stand by themselves, so that no observation is lost.
            words[index].removeAll { $0.allSatisfy(isPlain) }
            words[index].append([ReplySymbol(codes: [digit])])
        }
        return zip(words, groups).map { list, group in
            let plain = Set(group.filter { $0.traits.isEmpty })
            let texts = list.flatMap { $0 }.filter { symbol in
                // What the plain code says holds for several lines of it too.
                !(symbol.isOrdinary && !symbol.traits.isEmpty && plain.contains(symbol.withoutLines))
            }.map { $0.codes == [4] ? "4xx" : $0.codes == [5] ? "5xx" : $0.description }
            return texts.sorted().joined(separator: ",")
        }
    }
}

/// Names for states: the verb, with a number from the second one on.
private struct StateNames {
    private var counts: [String: Int] = ["start": 1]

    mutating func next(for template: MessageTemplate, _ label: PrefixTree.Label) -> String {
        var word = template.text.prefix { $0 != " " && $0 != ":" && $0 != "{" }.lowercased()
        if template.text.hasPrefix("{") {
            word = template.text.dropFirst().prefix { $0 != "}" && $0 != " " }.lowercased()
        }
        word = String(word.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") })
        if word.isEmpty { word = "line" }
        if label.isEarly { word += "-early" }
        counts[word, default: 0] += 1
        let number = counts[word, default: 1]
        return number == 1 ? word : "\(word)-\(number)"
    }
}
