/// A failure of the laboratory: what failed, where, and what the reader can do about it.
public struct LabError: Error, Equatable, CustomStringConvertible, Sendable {
    /// The kind of failure; two errors are equal when their codes are.
    public struct Code: Hashable, Sendable {
        private enum Kind: Hashable, Sendable {
            case missingProgram, missingPrivilege, unusableDirectory, spawnFailed, startFailed, timedOut
            case connectionFailed, connectionClosed, malformedReply, refused, invalidArgument
        }

        private let kind: Kind

        /// A program the laboratory needs is not installed.
        public static let missingProgram = Code(kind: .missingProgram)
        /// The laboratory must run as root and does not.
        public static let missingPrivilege = Code(kind: .missingPrivilege)
        /// A directory or file cannot be made, read or reached.
        public static let unusableDirectory = Code(kind: .unusableDirectory)
        /// A child process could not be started.
        public static let spawnFailed = Code(kind: .spawnFailed)
        /// A child process ended, or complained, before it was ready.
        public static let startFailed = Code(kind: .startFailed)
        /// Something expected did not happen in time.
        public static let timedOut = Code(kind: .timedOut)
        /// No connection could be made.
        public static let connectionFailed = Code(kind: .connectionFailed)
        /// The other side closed the connection.
        public static let connectionClosed = Code(kind: .connectionClosed)
        /// The other side answered with something that is no SMTP reply.
        public static let malformedReply = Code(kind: .malformedReply)
        /// The other side refused a step the laboratory depends on.
        public static let refused = Code(kind: .refused)
        /// An argument makes no sense.
        public static let invalidArgument = Code(kind: .invalidArgument)
    }

    /// The kind of failure.
    public let code: Code
    /// What failed.
    public let what: String
    /// The path, port or command concerned.
    public let location: String
    /// What to do about it.
    public let remedy: String

    /// Makes an error from its parts.
    public init(_ code: Code, _ what: String, at location: String = "", remedy: String = "") {
        self.code = code
        self.what = what
        self.location = location
        self.remedy = remedy
    }

    /// One line: what, where, what to do.
    public var description: String {
        let head = location.isEmpty ? what : "\(location): \(what)"
        return remedy.isEmpty ? head : "\(head); \(remedy)"
    }

    /// Whether both errors are of the same kind.
    public static func == (left: LabError, right: LabError) -> Bool {
        left.code == right.code
    }
}
