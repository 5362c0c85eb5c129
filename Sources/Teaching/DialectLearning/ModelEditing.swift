public import Dialects
public import SMTP

/// What an administrator does to a model: name, join and take away dialects. Errors name the nearest dialect.
extension DialectModel {
    /// The dialect called `name`.
    public func dialect(_ name: String) throws(LearningError) -> Dialect {
        if let dialect = dialects.first(where: { $0.name == name }) { return dialect }
        throw .noDialect(name: name, nearest: DialectName.nearest(to: name, among: dialects.map(\.name)))
    }

    /// The model with one dialect under another name, in another class or with another origin.
    public func labelling(
        _ name: String, as new: String, dialectClass: DialectClass? = nil, origin: String? = nil
    ) throws(LearningError) -> DialectModel {
        _ = try dialect(name)
        guard DialectName.isName(new) else { throw .badName(name: new) }
        guard new == name || !dialects.contains(where: { $0.name == new }) else { throw .nameTaken(name: new) }
        return DialectModel(
            dialects: dialects.map { dialect in
                dialect.name == name ? dialect.renamed(new, dialectClass: dialectClass, origin: origin) : dialect
            })
    }

    /// The model without these dialects.
    public func removing(_ names: [String]) throws(LearningError) -> DialectModel {
        for name in names { _ = try dialect(name) }
        return DialectModel(dialects: dialects.filter { !names.contains($0.name) })
    }

    /// The model with these dialects learned again as one, which takes the place of the first. Its class and origin are
    /// those of the first too.
    ///
    /// - Throws: ``LearningError/noEvidence(dialect:)`` when one of them has no notes.
    public func merging(_ names: [String], into new: String) throws(LearningError) -> DialectModel {
        guard DialectName.isName(new) else { throw .badName(name: new) }
        guard names.contains(new) || !dialects.contains(where: { $0.name == new }) else { throw .nameTaken(name: new) }
        var learner: DialectLearner?
        for name in names {
            let one = try DialectLearner(continuing: try dialect(name))
            if learner == nil {
                learner = DialectLearner(name: new, dialectClass: one.dialectClass, origin: one.origin)
            }
            for (trace, count) in one.traces { learner?.learn(trace, count: count) }
            learner?.connection.merge(one.connection)
        }
        guard let first = names.first, let joined = try learner?.dialect() else { return self }
        return DialectModel(
            dialects: dialects.compactMap { dialect in
                dialect.name == first ? joined : names.contains(dialect.name) ? nil : dialect
            })
    }
}
