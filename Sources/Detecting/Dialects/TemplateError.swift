/// Why a message template cannot be read.
public struct TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What is wrong and what to write.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
