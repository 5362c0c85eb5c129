/// An error of the milter room. Two errors are equal when their codes are.
public struct MilterError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: String, Sendable, Hashable {
        /// A header that would break the message.
        case headerSyntax
        /// A change that was not negotiated.
        case actionNotAgreed
        /// The engine did not take a call.
        case refusedByEngine
        /// A second engine in one process, where there can be one only.
        case alreadyRegistered
    }

    /// What went wrong.
    public let code: Code

    /// What, where, and what to do.
    public let description: String

    /// An error with its explanation.
    public init(_ code: Code, _ description: String) {
        self.code = code
        self.description = description
    }

    /// Equal codes make equal errors.
    public static func == (lhs: MilterError, rhs: MilterError) -> Bool { lhs.code == rhs.code }

    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
