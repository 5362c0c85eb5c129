/// Bytes with typed placeholders, as dialects are written: `"HELO \(.randomLabel).net\r\n"`.
public struct Template: ExpressibleByStringInterpolation, Equatable, Sendable {
    /// A part that differs from one conversation to the next.
    public enum Placeholder: Hashable, Sendable {
        /// A few random lower-case letters.
        case randomLabel
        /// A few random upper-case letters.
        case randomCapitals
        /// A random number of five digits.
        case randomNumber
        /// The sender's address without brackets.
        case sender
        /// The recipient's address without brackets.
        case recipient
        /// The client's address.
        case clientAddress
        /// The client's host name, or its address in brackets when it has none.
        case clientName
        /// The name in the server's greeting.
        case serverName
    }

    fileprivate enum Part: Equatable, Sendable {
        case text(String)
        case placeholder(Placeholder)
    }

    /// Collects the parts of a literal.
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        /// Begins an empty template.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Adds bytes that are sent as they are.
        public mutating func appendLiteral(_ literal: String) {
            parts.append(.text(literal))
        }

        /// Adds a placeholder.
        public mutating func appendInterpolation(_ placeholder: Placeholder) {
            parts.append(.placeholder(placeholder))
        }
    }

    private let parts: [Part]

    /// A template without placeholders.
    public init(stringLiteral value: String) {
        parts = [.text(value)]
    }

    /// A template from a literal with placeholders.
    public init(stringInterpolation: StringInterpolation) {
        parts = stringInterpolation.parts
    }

    /// The text with every placeholder replaced by what `value` gives for it.
    public func text(_ value: (Placeholder) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): text
            case .placeholder(let placeholder): value(placeholder)
            }
        }.joined()
    }
}
