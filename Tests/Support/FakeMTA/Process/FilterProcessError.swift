/// Why a filter did not run as expected.
public enum FilterProcessError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such executable where the tests are built.
    case noExecutable(String, searched: [String])
    /// It could not be started.
    case notStarted(String, errno: Int32)
    /// It ended before it was ready.
    case endedEarly(String, standardError: String)
    /// It did not print `ready` in time.
    case notReady(String, standardError: String)
    /// It did not end in time.
    case stillRunning(String)

    /// One line, and what the filter wrote on standard error.
    public var description: String {
        switch self {
        case .noExecutable(let name, let searched): "no executable \(name) in \(searched.joined(separator: ", "))"
        case .notStarted(let name, let number): "\(name) could not be started: errno \(number)"
        case .endedEarly(let name, let text): "\(name) ended before it was ready: \(text)"
        case .notReady(let name, let text): "\(name) is not ready: \(text)"
        case .stillRunning(let name): "\(name) still runs"
        }
    }
}
