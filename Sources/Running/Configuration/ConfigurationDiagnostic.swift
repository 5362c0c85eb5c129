/// What errors and warnings about a configuration have in common: where, which key, what is wrong, what to do.
public protocol ConfigurationDiagnostic: CustomStringConvertible, Hashable, Sendable {
    /// Where the setting was made.
    var source: ConfigurationSource { get }

    /// The key it is about; `nil` when there is none.
    var key: String? { get }

    /// What is wrong.
    var problem: String { get }

    /// What to do.
    var remedy: String { get }
}

extension ConfigurationDiagnostic {
    /// `FILE:LINE: KEY: PROBLEM: REMEDY`, on one line.
    public var description: String {
        var parts = [source.description, problem, remedy]
        if let key { parts.insert(key, at: 1) }
        return parts.joined(separator: ": ")
    }
}
