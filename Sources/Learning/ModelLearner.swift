public import Dialects
public import SMTP

/// Learns the dialects of a model: conversations with labels in, a model out.
public struct ModelLearner {
    /// The dialects that are not learned into, in the model's order.
    private var others: [Dialect]
    private var learners: [String: DialectLearner] = [:]
    private let notes: [String: Dialect]

    /// A learner that adds to `model`.
    public init(addingTo model: DialectModel = DialectModel(dialects: [])) {
        others = model.dialects
        notes = Dictionary(model.dialects.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The names of the dialects that were learned into, sorted.
    public var learned: [String] { learners.keys.sorted() }

    /// How many conversations each dialect has been learned from.
    public var conversations: [String: Int] { learners.mapValues(\.conversations) }

    /// How many conversations taught nothing.
    public var skipped: Int { learners.values.map(\.skipped).reduce(0, +) }

    /// Learns from a conversation of the dialect `name`, which is begun with `dialectClass` and `origin` if it is new.
    ///
    /// - Throws: ``LearningError`` when the name cannot be one, or the dialect cannot be learned into.
    public mutating func learn(
        _ dialogue: Dialogue, as name: String, dialectClass: DialectClass, origin: String
    ) throws(LearningError) {
        guard let trace = Trace(dialogue) else { return }
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
        for dialect in others {
            if let learner = learners[dialect.name] {
                dialects.append(try learner.dialect(keepingNotes: keepingNotes))
            } else {
                dialects.append(dialect)
            }
        }
        for name in learned where notes[name] == nil {
            if let learner = learners[name] { dialects.append(try learner.dialect(keepingNotes: keepingNotes)) }
        }
        guard dialects.count <= DialectModel.maximumDialects else {
            throw .tooLarge(
                problem: "\(dialects.count) dialects: a model holds at most \(DialectModel.maximumDialects); "
                    + "merge or remove some")
        }
        return DialectModel(dialects: dialects)
    }
}
