public import SMTP

/// A fault of a dialect document at its place.
public typealias DialectDocumentError = DocumentFault

/// All faults of a document, in the order of its lines.
public struct DialectDocumentErrors: Error, Hashable, Sendable, CustomStringConvertible {
    /// The faults; never empty.
    public let errors: [DialectDocumentError]

    /// The given faults.
    public init(errors: [DialectDocumentError]) {
        self.errors = errors
    }

    /// One fault a line.
    public var description: String { errors.map(\.description).joined(separator: "\n") }
}
