package import Files
package import SMTP
package import SpamTracker

extension SenderTrace {
    /// Reads a file of messages, plain or packed with gzip.
    ///
    /// - Parameters:
    ///   - path: the file; `-` for the standard input.
    ///   - table: numbers the domains, so that two traces can share one numbering.
    ///   - prefixes: what makes a sender.
    ///   - tell: who watches; the first lines that are not understood are faults.
    /// - Throws: a fault when the file cannot be read, does not name its columns, or contains no messages.
    package static func read(
        _ path: String, table: DomainTable, prefixes: SenderPrefixes, tell: ReadingWatch
    ) throws(DocumentFault) -> SenderTrace {
        var lines = try LineReader(path: path, limit: 1 << 16)
        var reader = Reader(file: path, table: table, prefixes: prefixes)
        tell(.begins(file: path, bytes: lines.size))
        defer { tell(.ends) }
        while let line = try lines.next() {
            try reader.read(Substring(String(decoding: line.bytes, as: UTF8.self)))
            if line.number % 4_096 == 0 { tell(.reached(lines.position)) }
        }
        let trace = try reader.finish()
        for fault in trace.faults { tell(.fault(fault)) }
        if trace.skippedLines > 0 { tell(.remark("\(path): \(trace.skippedLines) lines skipped")) }
        guard !trace.events.isEmpty else {
            throw DocumentFault(file: path, line: 0, problem: "it contains no messages")
        }
        return trace
    }
}
