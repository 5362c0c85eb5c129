import StoredMail

/// What an import of stored mail has read.
package struct EnvelopeImportReport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case files
        case filesNotRead = "files_not_read"
        case messages, records, servers
        case leftOut = "left_out"
    }

    /// Files in all.
    package internal(set) var files = 0

    /// Files of which nothing could be read, or not to their end.
    package internal(set) var filesNotRead = 0

    /// Messages found.
    package internal(set) var messages = 0

    /// The servers whose Received fields counted.
    package internal(set) var servers: [String] = []

    /// Records written, by label.
    package private(set) var records: [String: Int] = [:]

    /// Messages of which no record was made, by reason.
    package private(set) var leftOut: [String: Int] = [:]

    /// Faults that are named one by one; the others are counted.
    private static let mostNamed = 20

    private var named = 0

    /// Records in all.
    package var written: Int { records.values.reduce(0, +) }

    mutating func count(_ label: MailLabel) { records[label.rawValue, default: 0] += 1 }

    /// Counts a message that is left out as it should be, which is not named.
    mutating func pass(_ reason: String) { leftOut[reason, default: 0] += 1 }

    /// Counts a message that is left out; returns whether it is one of the first, which are named.
    mutating func leaveOut(_ reason: String) -> Bool {
        leftOut[reason, default: 0] += 1
        named += 1
        return named <= Self.mostNamed
    }

    /// What happened, a line each.
    package var lines: [String] {
        var lines: [String] = []
        if named > Self.mostNamed { lines.append("… and \(named - Self.mostNamed) more messages left out") }
        lines.append(
            "\(messages) messages in \(files) files: \(written) records (spam \(records["spam"] ?? 0), honest "
                + "\(records["ham"] ?? 0), unknown \(records["unknown"] ?? 0))")
        for (reason, count) in leftOut.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
            lines.append("\(count) left out: \(reason)")
        }
        if filesNotRead > 0 { lines.append("\(filesNotRead) files could not be read") }
        return lines
    }
}
