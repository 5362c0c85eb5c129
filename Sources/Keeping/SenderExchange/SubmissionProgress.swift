public import SMTP
internal import Files
internal import FoundationEssentials

/// How far a site has submitted its counts, so that none is submitted twice and none is left out: a small file.
///
/// What is about to be submitted is written down first. After a crash the same span is submitted again under the same
/// number, and whoever has it already refuses the second.
public struct SubmissionProgress: Hashable, Sendable {
    /// A span of time that has a number.
    public struct Span: Hashable, Sendable {
        /// The number.
        public var sequence: UInt64

        /// Its beginning.
        public var from: UnixTime

        /// Its end, exclusive.
        public var until: UnixTime

        /// A span of its parts.
        public init(sequence: UInt64, from: UnixTime, until: UnixTime) {
            self.sequence = sequence
            self.from = from
            self.until = until
        }
    }

    /// The last span that was submitted; `nil` before the first.
    public var last: Span?

    /// The span that was being submitted; `nil` when nothing was interrupted.
    public var pending: Span?

    /// What was submitted of each slot.
    public var told = ToldSlots()

    /// Nothing was submitted.
    public init() {}

    /// The span that is due at `now`: what was interrupted, or everything since the last one in whole slots, at most
    /// ``SenderSubmission/longestSpan``; `nil` when no slot has ended since.
    ///
    /// Numbers begin with the time of the first submission, so that they grow even if this file was lost.
    ///
    /// - Parameters:
    ///   - slot: how long a slot is, in seconds.
    ///   - settling: how long counts may take to be stored, in seconds.
    ///   - retention: how far back there are counts, in seconds.
    public func span(at now: UnixTime, slot: Int64, settling: Int64, retention: Int64) -> Span? {
        if let pending { return pending }
        func whole(_ time: UnixTime) -> UnixTime { time + -(time.seconds % max(1, slot)) }
        let end = whole(now + -settling)
        let reach = min(retention, SenderSubmission.longestSpan - slot)
        let oldest = whole(end + -reach)
        let start = max(last?.until ?? oldest, oldest)
        guard start < end, end.seconds > 0 else { return nil }
        let first = UInt64(clamping: now.seconds)
        let next = last.map { $0.sequence == .max ? .max : $0.sequence + 1 } ?? first
        return Span(sequence: next, from: max(start, UnixTime(seconds: 0)), until: end)
    }

    /// The file's form.
    var text: String {
        var lines = ["argot-submitted 1"]
        if let last { lines.append("last \(last.sequence) \(last.from.seconds) \(last.until.seconds)") }
        if let pending {
            lines.append("pending \(pending.sequence) \(pending.from.seconds) \(pending.until.seconds)")
        }
        if let from = told.from { lines.append("told \(from)") }
        for (slot, mails) in told.mails.sorted(by: { $0.key < $1.key }) { lines.append("slot \(slot) \(mails)") }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Reads the file's form.
    init(text: String, file: String) throws(DocumentFault) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.first == "argot-submitted 1", lines.last == "" else {
            throw DocumentFault(
                file: file, line: 1,
                problem:
                    "is not what argot senders submit writes: remove it; at most the last week is submitted again, "
                    + "and the server leaves out what it has")
        }
        for (number, line) in lines.enumerated().dropFirst().dropLast() {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == "told", let from = Int64(words[1]), 0..<1 << 40 ~= from {
                told.from = from
                continue
            }
            if words.count == 3, words[0] == "slot", let slot = Int64(words[1]), let mails = UInt64(words[2]),
                0..<1 << 40 ~= slot
            {
                told.mails[slot] = mails
                continue
            }
            guard words.count == 4, let sequence = UInt64(words[1]), let from = Int64(words[2]),
                let until = Int64(words[3]), 0 <= from, from < until, until < 1 << 40
            else { throw DocumentFault(file: file, line: number + 1, problem: "cannot be read: remove the file") }
            let span = Span(sequence: sequence, from: UnixTime(seconds: from), until: UnixTime(seconds: until))
            switch words[0] {
            case "last": last = span
            case "pending": pending = span
            default: throw DocumentFault(file: file, line: number + 1, problem: "cannot be read: remove the file")
            }
        }
    }

    /// Reads the file; nothing was submitted where there is none.
    public static func read(_ path: String) throws(DocumentFault) -> SubmissionProgress {
        guard FileManager.default.fileExists(atPath: path) else { return SubmissionProgress() }
        guard let data = FileManager.default.contents(atPath: path), data.count < 1 << 20 else {
            throw DocumentFault(file: path, line: 0, problem: "cannot be read: check its permissions")
        }
        return try SubmissionProgress(text: String(decoding: data, as: UTF8.self), file: path)
    }

    /// Writes the file, all or nothing.
    public func write(_ path: String) throws(DocumentFault) {
        try OutputFile.write(text, replacing: path, mode: 0o640)
    }
}
