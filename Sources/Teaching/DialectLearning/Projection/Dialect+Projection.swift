public import Dialects
public import SMTP

extension Dialect {
    /// The dialect as an observer at `vantage` knows it. Where the connection shows, that is the dialect itself.
    ///
    /// Elsewhere templates are those of ``MessageTemplate/projected(to:)``, replies are told apart by their
    /// class, replies of odd form do not occur, and what is left is the smallest deterministic machine that says the same:
    /// states that differed in what does not show fall together. What can be said in which order stays as it was.
    /// Counts of transitions that fall together are added; marks, endings' manners and a learner's notes are left out.
    ///
    /// Complexity: that of determinising one machine; exponential in theory, tens of states for the dialects of programs.
    public func projected(to vantage: Vantage) -> Dialect {
        guard !vantage.seesConnection else { return self }
        return DialectProjection(self, vantage).dialect()
    }
}

extension DialectModel {
    /// The model as an observer at `vantage` knows it.
    public func projected(to vantage: Vantage) -> DialectModel {
        DialectModel(dialects: dialects.map { $0.projected(to: vantage) })
    }
}

/// Projects one dialect: determinises it over what shows, then merges what is equal.
private struct DialectProjection {
    /// A reply and the message that follows it, as far as they show.
    private struct Letter: Hashable, Comparable {
        var reply: ReplyPattern.Class
        var text: String

        static func < (a: Letter, b: Letter) -> Bool { (a.reply.rawValue, a.text) < (b.reply.rawValue, b.text) }
    }

    private struct Node {
        var members: [Int]
        var text: String?
        var next: [Letter: Int] = [:]
        var counts: [Letter: Int] = [:]
    }

    private static let classes: [(ReplyPattern.Class, String)] = [
        (.positive, "2xx,3xx"), (.transient, "4xx"), (.permanent, "5xx"),
    ]

    private let source: Dialect
    private let templates: [MessageTemplate?]
    private var nodes: [Node] = []

    init(_ source: Dialect, _ vantage: Vantage) {
        self.source = source
        templates = source.states.map { $0.template?.projected(to: vantage) }
        determinise()
    }

    private mutating func determinise() {
        var ways = [[Dialect.Transition]](repeating: [], count: source.states.count)
        for transition in source.transitions { ways[transition.source].append(transition) }
        var numbers: [[Int]: Int] = [[0]: 0]
        nodes = [Node(members: [0])]
        var index = 0
        while index < nodes.count {
            var targets: [Letter: Set<Int>] = [:]
            var counts: [Letter: Int] = [:]
            for transition in nodes[index].members.flatMap({ ways[$0] }) {
                guard let text = templates[transition.target]?.text else { continue }
                for reply in transition.replies.classes {
                    let letter = Letter(reply: reply, text: text)
                    targets[letter, default: []].insert(transition.target)
                    counts[letter, default: 0] += transition.count
                }
            }
            nodes[index].counts = counts
            for (letter, set) in targets.sorted(by: { $0.key < $1.key }) {
                let members = set.sorted()
                if numbers[members] == nil {
                    numbers[members] = nodes.count
                    nodes.append(Node(members: members, text: letter.text))
                }
                nodes[index].next[letter] = numbers[members]
            }
            index += 1
        }
    }

    /// For each node the number of its class of equal ones, by refinement (Moore).
    private func classesOfEqualNodes() -> [Int] {
        struct Start: Hashable {
            var text: String?
            var isGood: Bool
            var isBad: Bool
        }
        struct Signature: Hashable {
            var old: Int
            var next: [Letter: Int]
        }
        let (good, bad) = (source.goodFinals, source.badFinals)
        var numbers = Self.numbered(
            nodes.map { node in
                Start(
                    text: node.text, isGood: !good.isDisjoint(with: node.members),
                    isBad: !bad.isDisjoint(with: node.members))
            })
        while true {
            let refined = Self.numbered(
                zip(nodes, numbers).map { node, old in Signature(old: old, next: node.next.mapValues { numbers[$0] }) })
            if refined == numbers { return numbers }
            numbers = refined
        }
    }

    /// Equal values get equal numbers, in the order in which they come first.
    private static func numbered(_ values: [some Hashable]) -> [Int] {
        var numbers: [AnyHashable: Int] = [:]
        return values.map { value in
            if let number = numbers[value] { return number }
            numbers[value] = numbers.count
            return numbers.count - 1
        }
    }

    func dialect() -> Dialect {
        let classes = classesOfEqualNodes()
        let count = (classes.max() ?? 0) + 1
        var first = [Int](repeating: -1, count: count)
        for (node, number) in classes.enumerated() where first[number] < 0 { first[number] = node }
        var names: Set<String> = []
        var states: [Dialect.State] = []
        for node in first {
            var name = source.states[nodes[node].members[0]].name
            while !names.insert(name).inserted { name += "-" }
            states.append(Dialect.State(name: name, template: nodes[node].text.flatMap { try? MessageTemplate($0) }))
        }
        var counts: [[Letter: Int]] = Array(repeating: [:], count: count)
        for (node, number) in classes.enumerated() {
            counts[number].merge(nodes[node].counts, uniquingKeysWith: +)
        }
        var transitions: [Dialect.Transition] = []
        for (number, node) in first.enumerated() {
            let ways = nodes[node].next.map { (letter: $0.key, target: classes[$0.value]) }
            for (reply, text) in Self.classes {
                guard let pattern = ReplyPattern(text) else { continue }
                for way in ways.filter({ $0.letter.reply == reply }).sorted(by: { $0.letter < $1.letter }) {
                    transitions.append(
                        Dialect.Transition(
                            source: number, replies: pattern, target: way.target,
                            count: counts[number][way.letter, default: 0]))
                }
            }
        }
        var finals: [Dialect.Final] = []
        for (number, node) in first.enumerated() {
            for isGood in [true, false] {
                let ends = source.finals.filter { $0.isGood == isGood && nodes[node].members.contains($0.state) }
                guard !ends.isEmpty else { continue }
                finals.append(
                    Dialect.Final(state: number, isGood: isGood, count: ends.map(\.count).reduce(0, +)))
            }
        }
        return Dialect(
            name: source.name, dialectClass: source.dialectClass, origin: source.origin, offers: source.offers,
            states: states, transitions: transitions, finals: finals)
    }
}
