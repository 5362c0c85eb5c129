/// Where a setting was made.
public enum ConfigurationSource: Hashable, Sendable {
    /// In a file; lines count from 1, and line 0 means the file as a whole.
    case file(String, line: Int)

    /// With `--set` on the command line.
    case commandLine

    /// Nowhere: the value that Argot ships.
    case standard

    /// The line of the file; `nil` when there is none.
    public var line: Int? {
        if case .file(_, let line) = self, line > 0 { line } else { nil }
    }
}

extension ConfigurationSource: CustomStringConvertible {
    /// `FILE:LINE`, `FILE`, `--set` or `default`.
    public var description: String {
        switch self {
        case .file(let name, line: 0): QuotedText.escaped(name)
        case .file(let name, let line): "\(QuotedText.escaped(name)):\(line)"
        case .commandLine: "--set"
        case .standard: "default"
        }
    }
}
