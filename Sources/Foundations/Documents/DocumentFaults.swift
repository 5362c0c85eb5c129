public import SMTP

/// Why a document cannot be used.
public struct DocumentFaults: Error, Hashable, Sendable, CustomStringConvertible {
    /// The faults in the order of their lines, at least one.
    public let faults: [DocumentFault]

    /// The given faults.
    public init(_ faults: [DocumentFault]) { self.faults = faults }

    /// One fault that concerns the file as a whole.
    public init(file: String, problem: String) { faults = [DocumentFault(file: file, line: 0, problem: problem)] }

    /// The faults, a line each.
    public var description: String { faults.map(\.description).joined(separator: "\n") }
}
