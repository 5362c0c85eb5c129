public import SMTP

/// Why a document is not an envelope model.
public struct EnvelopeModelError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The faults in the order of their lines, at least one.
    public let faults: [DocumentFault]

    /// The faults, a line each.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
