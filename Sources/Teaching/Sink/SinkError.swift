/// Why the sink cannot run.
public struct SinkError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to do.
    public let description: String

    /// A failure in words.
    public init(_ description: String) {
        self.description = description
    }
}
