/// The form in which the lines of a log come.
public enum LogFraming: String, Hashable, Sendable, CaseIterable {
    /// Text lines with a time at their head, as syslog daemons, `journalctl` and container engines write them.
    case text
    /// `journalctl -o export`: a field a line, an empty line after each entry.
    case journalExport
    /// One JSON object a line: `journalctl -o json`, Docker's json-file, log shippers.
    case json

    /// The form that a line speaks for; `nil` when it could be none of them.
    public init?(of line: ArraySlice<UInt8>) {
        if line.first == UInt8(ascii: "{") {
            guard JSONLogEntry(line) != nil else { return nil }
            self = .json
        } else if line.starts(with: "__CURSOR=".utf8) || line.starts(with: "__REALTIME_TIMESTAMP=".utf8) {
            self = .journalExport
        } else {
            var reader = LogLineReader(framing: .text, years: .startingIn(2_000))
            guard case .line = reader.read(line) else { return nil }
            self = .text
        }
    }
}
