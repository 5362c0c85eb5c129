import Documents

/// A set of dialects with different names.
public struct DialectModel: Sendable, Hashable {
    /// The largest number of dialects in a model. Memory and the start grow with their number, sessions do not.
    public static let maximumDialects = 100_000

    /// The dialects, in the document's order.
    public let dialects: [Dialect]

    /// A model of the given dialects.
    public init(dialects: [Dialect]) {
        self.dialects = dialects
    }

    /// The model that Argot ships: the software and the bots whose dialects are published or were measured.
    public static func starter() -> DialectModel {
        let text = String(decoding: PackageResources.starter_dialects, as: UTF8.self)
        switch DialectDocument.model(from: text, file: "built-in starter model") {
        case .success(let model): return model
        // The tests read the shipped document; a broken one cannot leave the build.
        case .failure(let errors): preconditionFailure(errors.description)
        }
    }
}
