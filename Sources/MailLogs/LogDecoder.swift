public import SMTP

/// Follows mail logs line by line and gives the recipients that clients asked for.
///
/// Postfix and Sendmail name the client in one line and the recipients in others, so queue ids are remembered from the
/// one to the others: the newest `capacity` of them. A queue id that gave way loses the recipients that are logged
/// later (`forgotten` counts them). A recipient that is logged again, because delivery was deferred, counts once.
public struct LogDecoder: Sendable {
    /// How dates without a year are read.
    public var years: YearRule {
        get { clock.rule }
        set { clock.rule = newValue }
    }

    /// What was counted on the way.
    public struct Counts: Hashable, Sendable {
        /// Lines read.
        public var lines = 0
        /// Lines in the form of a log that say nothing of recipients.
        public var silent = 0
        /// Lines that are in no form known, or damaged.
        public var malformed = 0
        /// Recipients whose client no line read before had named: local submissions, and queue ids that gave way.
        public var withoutClient = 0
        /// Queue ids that gave way to newer ones.
        public var forgotten = 0
    }

    /// What was counted so far.
    public var counts: Counts {
        var counts = counted
        counts.forgotten = transactions.forgotten
        counts.withoutClient = transactions.withoutClient
        return counts
    }

    /// The form in which the lines come.
    public let framing: LogFraming

    private var counted = Counts()
    private var clock: LogClock
    private var transactions: TransactionTable
    private var entry = JournalEntryReader()

    /// A decoder.
    ///
    /// - Parameters:
    ///   - framing: the form of the lines.
    ///   - years: how dates without a year are read.
    ///   - zone: gives the offset from UTC in seconds for seconds of local time since 1970: lines without a zone are in
    ///     the local time of the machine that wrote them.
    ///   - capacity: how many queue ids are remembered, at least 1; about 300 bytes each.
    public init(
        framing: LogFraming = .syslog, years: YearRule, zone: @escaping @Sendable (Int64) -> Int64 = { _ in 0 },
        capacity: Int = 200_000
    ) {
        self.framing = framing
        clock = LogClock(rule: years, zone: zone)
        transactions = TransactionTable(capacity: capacity)
    }

    /// Begins another file: what is known of queue ids stays, the years are read anew. `framing` stays.
    public mutating func beginFile(years: YearRule) { clock = LogClock(rule: years, zone: clock.zone) }

    /// Takes the next line and gives the recipients that it tells of. Amortised O(length).
    ///
    /// - Returns: `nil` for a line that is in no form known, which is counted.
    public mutating func decode(_ line: ArraySlice<UInt8>) -> [LoggedRecipient]? {
        counted.lines += 1
        let record: LogRecord?
        switch framing {
        case .syslog: record = LogRecord(syslog: line, clock: &clock)
        case .journalJSON: record = LogRecord(journalJSON: line)
        case .journalExport:
            switch entry.read(line) {
            case .more: return []
            case .entry(let whole): record = whole
            case .broken: record = nil
            }
        }
        guard let record else {
            counted.malformed += 1
            return nil
        }
        let found: [LoggedRecipient]?
        switch record.sender {
        case .postfix(let service):
            found = transactions.postfix(service, message: record.message, at: record.time)
        case .sendmail: found = transactions.sendmail(message: record.message, at: record.time)
        case .other: found = []
        }
        guard let found else {
            counted.malformed += 1
            return nil
        }
        if found.isEmpty { counted.silent += 1 }
        return found
    }

    /// The time of a line, for putting files in order. `nil` when the line is in no form known.
    public static func time(of line: ArraySlice<UInt8>, framing: LogFraming, years: YearRule) -> UnixTime? {
        switch framing {
        case .syslog:
            var clock = LogClock(rule: years, zone: { _ in 0 })
            return LogRecord(syslog: line, clock: &clock)?.time
        case .journalJSON: return LogRecord(journalJSON: line)?.time
        case .journalExport:
            return JournalEntryReader.realtime(of: line)
        }
    }
}

/// The form in which the lines of a log come.
public enum LogFraming: String, Hashable, Sendable, CaseIterable {
    /// Text lines with the time of RFC 3164 (`Nov  2 03:04:05`) or of RFC 3339 at their head.
    case syslog
    /// `journalctl -o export`: a field a line, an empty line after each entry.
    case journalExport
    /// `journalctl -o json`: one object a line.
    case journalJSON

    /// The form that a first line speaks for; `nil` when it could be none of them.
    public init?(of line: ArraySlice<UInt8>) {
        guard let first = line.first else { return nil }
        if first == UInt8(ascii: "{") {
            self = .journalJSON
        } else if line.starts(with: "__CURSOR=".utf8) || line.starts(with: "__REALTIME_TIMESTAMP=".utf8) {
            self = .journalExport
        } else {
            var clock = LogClock(rule: .notAfter(UnixTime(seconds: 4_000_000_000)), zone: { _ in 0 })
            guard LogRecord(syslog: line, clock: &clock) != nil else { return nil }
            self = .syslog
        }
    }
}
