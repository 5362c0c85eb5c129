private import Glibc

/// A program that cannot be started.
public struct ProgramRunError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The program.
    public let program: String

    /// The system's number of the error.
    public let code: Int32

    /// Whether there is no such program.
    public var isMissing: Bool { code == ENOENT }

    /// What is wrong and what to do.
    public var description: String {
        isMissing
            ? "\(program) is missing: install the package that it belongs to"
            : "\(program) cannot be started (error \(code)): check its permissions"
    }
}
