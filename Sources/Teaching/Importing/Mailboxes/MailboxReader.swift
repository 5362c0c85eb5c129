import Files
import SMTP
import StoredMail

/// The heads of the messages of a file: an mbox, or one message; plain or compressed with gzip. Bodies are passed over, so
/// that memory does not depend on their size.
///
/// A message of an mbox begins with `From SENDER DATE` behind an empty line, and with a header field on the next line: what
/// looks like such a line in a text, because some program has not quoted it, begins nothing.
struct MailboxReader: ~Copyable {
    /// A stored message.
    struct Message {
        /// The number of its first line.
        let line: Int
        let head: MessageHead

        /// The sender on the mbox's line; `nil` where there is none.
        let envelopeSender: String?

        /// Whether the Status field says that it was read.
        let isSeen: Bool
    }

    private var lines: LineReader
    private let isMbox: Bool
    /// A line that was read ahead.
    private var ahead: (bytes: [UInt8], number: Int)?
    /// The line that began the next message.
    private var separator: (bytes: [UInt8], number: Int)?
    private var isAfterEmptyLine = true
    private var hasEnded = false

    /// A longer line of a message is cut.
    private static let longestLine = 1 << 16

    /// Opens a file.
    ///
    /// - Parameter isMessage: whether it is one message, whatever its first line.
    init(path: String, isMessage: Bool) throws(DocumentFault) {
        var lines = try LineReader(path: path, limit: Self.longestLine)
        var first: (bytes: [UInt8], number: Int)?
        while first?.bytes.isEmpty != false, let line = try lines.next() { first = (Array(line.bytes), line.number) }
        isMbox = !isMessage && first.map { Self.isSeparator($0.bytes[...]) } ?? false
        if isMbox { separator = first } else { ahead = first }
        self.lines = lines
    }

    /// The bytes of the file on disk; `nil` for a pipe.
    var size: Int64? { lines.size }

    /// How many of them are read.
    var position: Int64 { lines.position }

    /// The next message; `nil` at the end.
    mutating func next() throws(DocumentFault) -> Message? {
        guard !hasEnded else { return nil }
        guard isMbox else {
            hasEnded = true
            guard let number = ahead?.number else { return nil }
            return try message(at: number, separator: nil)
        }
        while separator == nil {
            guard let line = try nextLine() else {
                hasEnded = true
                return nil
            }
            try note(line)
        }
        guard let begin = separator.take() else { return nil }
        return try message(at: begin.number, separator: begin.bytes)
    }

    private mutating func message(at number: Int, separator begin: [UInt8]?) throws(DocumentFault) -> Message {
        var head = MessageHead()
        isAfterEmptyLine = false
        while let line = try nextLine() {
            if isMbox {
                try note(line)
                guard separator == nil else { break }
            }
            guard head.take(line.bytes[...]) else { break }
        }
        let status = (head.first("Status") ?? "") + (head.first("X-Status") ?? "")
        return Message(
            line: number, head: head, envelopeSender: begin.map { Self.sender($0[...]) }, isSeen: status.contains("R"))
    }

    /// Whether a line of an mbox begins a message, which the line after it must confirm.
    private mutating func note(_ line: (bytes: [UInt8], number: Int)) throws(DocumentFault) {
        defer { isAfterEmptyLine = line.bytes.isEmpty }
        guard isAfterEmptyLine, Self.isSeparator(line.bytes[...]) else { return }
        guard let next = try nextLine() else { return }
        ahead = next
        var probe = MessageHead()
        if probe.take(next.bytes[...]), !probe.fields.isEmpty || next.bytes.starts(with: ">From ".utf8) {
            separator = line
        }
    }

    private mutating func nextLine() throws(DocumentFault) -> (bytes: [UInt8], number: Int)? {
        if let line = ahead {
            ahead = nil
            return line
        }
        guard let line = try lines.next() else { return nil }
        return (Array(line.bytes), line.number)
    }

    /// `From SENDER Sun Nov 22 03:44:49 2026`: the sender may have blanks, and programs write the date differently, but a
    /// time and a year stand in all of them.
    private static func isSeparator(_ line: ArraySlice<UInt8>) -> Bool {
        guard line.starts(with: "From ".utf8), line.count < 1_000 else { return false }
        let words = line.dropFirst(5).split(separator: 0x20)
        func isTime(_ word: ArraySlice<UInt8>) -> Bool {
            let parts = word.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            return 2...3 ~= parts.count && parts.allSatisfy { $0.count <= 2 && isNumber($0) }
        }
        return words.contains(where: isTime) && words.contains { $0.count == 4 && isNumber($0) }
    }

    private static func isNumber(_ word: ArraySlice<UInt8>) -> Bool {
        !word.isEmpty && word.allSatisfy { 0x30...0x39 ~= $0 }
    }

    /// The sender of a line; empty for the null sender, as delivery programs write it.
    private static func sender(_ line: ArraySlice<UInt8>) -> String {
        let word = line.dropFirst(5).drop { $0 == 0x20 }.prefix { $0 != 0x20 }
        let sender = String(decoding: word, as: UTF8.self)
        return ["MAILER-DAEMON", "<>", "-"].contains(sender) ? "" : sender
    }
}
