/// Why a line of a log was not read.
public enum LogFault: Error, Hashable, Sendable, CaseIterable {
    /// It has no form known.
    case form
    /// It is a JSON object or an entry of the journal that is damaged, or whose message is binary.
    case entry
    /// It says no time.
    case time
    /// A mail server wrote it, and its client or recipient cannot be made out: it was cut or damaged.
    case fields

    /// What is wrong, for people.
    public var problem: String {
        switch self {
        case .form: "not a log line: it begins with neither a time nor a mail server's name"
        case .entry: "a damaged or binary log entry"
        case .time: "has no time"
        case .fields: "a truncated or damaged mail server line: client or recipient cannot be identified"
        }
    }
}
