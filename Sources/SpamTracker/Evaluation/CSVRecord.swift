/// The fields of one line of comma-separated values (RFC 4180, without line ends inside quotes). `nil` when a quote is
/// not closed or stands in the middle of a field.
public enum CSVRecord {
    /// The names of columns in a file's first line, in lower case; `nil` when it is damaged.
    ///
    /// Spreadsheets put a byte order mark before it.
    public static func names(in line: Substring) -> [String]? {
        fields(of: line.hasPrefix("\u{feff}") ? line.dropFirst() : line)?.map { $0.lowercased() }
    }

    /// The fields of a line; `nil` when it is damaged.
    public static func fields(of line: Substring) -> [String]? {
        guard line.utf8.contains(UInt8(ascii: "\"")) else {
            return line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var wasQuoted = false
        let bytes = Array(line.utf8)
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\"") where isQuoted:
                if place < bytes.count, bytes[place] == byte {
                    field.append(byte)
                    place += 1
                } else {
                    isQuoted = false
                }
            case UInt8(ascii: "\""):
                guard field.isEmpty, !wasQuoted else { return nil }
                isQuoted = true
                wasQuoted = true
            case UInt8(ascii: ",") where !isQuoted:
                fields.append(String(decoding: field, as: UTF8.self))
                field = []
                wasQuoted = false
            default:
                guard isQuoted || !wasQuoted else { return nil }
                field.append(byte)
            }
        }
        guard !isQuoted else { return nil }
        return fields + [String(decoding: field, as: UTF8.self)]
    }
}
