import Glibc

/// Why a socket cannot be had. Two errors are equal when their codes are.
public struct SocketError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: String, Sendable, Hashable {
        /// A socket specification that cannot be read.
        case socketSyntax
        /// The socket belongs to a running instance.
        case socketInUse
        /// Something that is no socket stands at the path.
        case notASocket
        /// The system refused a socket call.
        case system
        /// Nobody listens there.
        case nobodyListens
        /// The group does not exist.
        case unknownGroup
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

    /// The error of the system call that has just failed.
    public static func system(_ what: String, remedy: String) -> SocketError {
        // unsafe: strerror's static text is copied at once.
        unsafe SocketError(.system, "\(what): \(String(cString: strerror(errno))): \(remedy)")
    }

    /// Equal codes make equal errors.
    public static func == (lhs: SocketError, rhs: SocketError) -> Bool { lhs.code == rhs.code }

    /// Hashes the code.
    public func hash(into hasher: inout Hasher) { hasher.combine(code) }
}
