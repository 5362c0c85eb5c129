public import Dialects
public import SMTP

/// Learns the dialects of a model: conversations with labels in, a model out.
public struct ModelLearner {
    /// What the recorded clients' host is called, where that is known; see ``MessageTokeniser``.
    public var hostNames: [String] = []

    /// The dialects that are not learned into, in the model's order.
    private var others: [Dialect]
    private var learners: [String: DialectLearner] = [:]
    private let notes: [String: Dialect]
    /// What was seen of programs that nobody named.
    private var unnamed: [Trace: Int] = [:]
    private var unnamedOrigin: String?
    private var empty = 0

    /// A learner that adds to `model`.
    public init(addingTo model: DialectModel = DialectModel(dialects: [])) {
        others = model.dialects
        notes = Dictionary(model.dialects.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The names of the dialects that were learned into, sorted.
    public var learned: [String] { learners.keys.sorted() }

    /// How many conversations each dialect has been learned from.
    public var conversations: [String: Int] { learners.mapValues(\.conversations) }

    /// Takes what somebody wrote down of programs: it is evidence for those that conversations are learned of as well, and
    /// stands as it is for the others.
    public mutating func add(facts: DialectModel) { self.facts = facts.dialects }

    private var facts: [Dialect] = []
    private var connections: [String: ConnectionTraits] = [:]

    /// Takes what is known of a dialect's program beside what it says: what was seen, or what somebody wrote down.
    public mutating func note(_ connection: ConnectionTraits, of name: String) {
        connections[name, default: ConnectionTraits()].merge(connection)
    }

    /// How many conversations taught nothing.
    public var skipped: Int { empty + learners.values.map(\.skipped).reduce(0, +) }

    /// What proposed dialects are called, with a number behind it.
    public static let proposal = "proposed-"

    /// Learns from a conversation of a program that nobody named. All of these together become proposals: dialects called
    /// `proposed-1` and so on, the one with the most conversations first, for the administrator to name.
    ///
    /// Proposals that the model holds are made again from their notes and what comes to them.
    public mutating func learn(unnamed dialogue: Dialogue, origin: String) {
        guard let trace = Trace(dialogue, hostNames: hostNames),
            unnamed[trace] != nil || unnamed.count < DialectLearner.maximumTraces
        else {
            empty += 1
            return
        }
        unnamed[trace, default: 0] += 1
        unnamedOrigin = unnamedOrigin.map { min($0, origin) } ?? origin
    }

    /// Learns from a conversation of the dialect `name`, which is begun with `dialectClass` and `origin` if it is new.
    ///
    /// - Throws: ``LearningError`` when the name cannot be one, or the dialect cannot be learned into.
    public mutating func learn(
        _ dialogue: Dialogue, as name: String, dialectClass: DialectClass, origin: String
    ) throws(LearningError) {
        guard let trace = Trace(dialogue, hostNames: hostNames) else {
            empty += 1
            return
        }
        try learn(trace, count: 1, as: name, dialectClass: dialectClass, origin: origin)
    }

    /// Learns from what a conversation showed.
    public mutating func learn(
        _ trace: Trace, count: Int, as name: String, dialectClass: DialectClass, origin: String
    ) throws(LearningError) {
        if learners[name] == nil {
            guard DialectName.isName(name) else { throw .badName(name: name) }
            if let known = notes[name] {
                learners[name] = try DialectLearner(continuing: known)
            } else {
                learners[name] = DialectLearner(name: name, dialectClass: dialectClass, origin: origin)
            }
        }
        learners[name]?.learn(trace, count: count)
        learners[name]?.settle(dialectClass, origin)
    }

    /// The model: what was there keeps its place, what is new follows in the order of names.
    ///
    /// - Throws: ``LearningError/tooLarge(problem:)``.
    public func model(keepingNotes: Bool = true) throws(LearningError) -> DialectModel {
        var dialects: [Dialect] = []
        let proposals = try proposals(keepingNotes: keepingNotes)
        for dialect in others where proposals.isEmpty || !Self.isProposal(dialect) {
            if let learner = learners[dialect.name] {
                dialects.append(try learner.dialect(keepingNotes: keepingNotes))
            } else {
                dialects.append(dialect)
            }
        }
        dialects += facts.filter { learners[$0.name] == nil }
        for name in learned where notes[name] == nil {
            guard var learner = learners[name] else { continue }
            for dialect in facts where dialect.name == name { learner.learn(facts: dialect) }
            dialects.append(try learner.dialect(keepingNotes: keepingNotes))
        }
        dialects += proposals
        guard dialects.count <= DialectModel.maximumDialects else {
            throw .tooLarge(
                problem: "\(dialects.count) dialects: a model can contain at most \(DialectModel.maximumDialects); "
                    + "merge or remove some")
        }
        return DialectModel(dialects: dialects.map { $0.adding(connections[$0.name] ?? ConnectionTraits()) })
    }

    private static func isProposal(_ dialect: Dialect) -> Bool {
        dialect.name.hasPrefix(proposal) && !dialect.evidence.isEmpty
    }

    /// Dialects of the programs that nobody named; none when no such conversation has come.
    private func proposals(keepingNotes: Bool) throws(LearningError) -> [Dialect] {
        guard var origin = unnamedOrigin else { return [] }
        var traces = unnamed
        for dialect in others where Self.isProposal(dialect) {
            traces.merge(try TraceText.traces(from: dialect), uniquingKeysWith: +)
            origin = min(origin, dialect.origin)
        }
        var proposals: [Dialect] = []
        for (index, group) in TraceClustering.groups(of: traces).enumerated() {
            var learner = DialectLearner(name: "\(Self.proposal)\(index + 1)", dialectClass: .tool, origin: origin)
            for (trace, count) in group { learner.learn(trace, count: count) }
            proposals.append(try learner.dialect(keepingNotes: keepingNotes))
        }
        return proposals
    }
}
