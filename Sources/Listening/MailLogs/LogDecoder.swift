public import LogLines
import SMTP

/// Follows mail logs line by line and gives the recipients that clients asked for.
///
/// Postfix and Sendmail name the client in one line and the recipients in others, so queue ids are remembered from the
/// one to the others: the newest `capacity` of them. A queue id that gave way loses the recipients that are logged
/// later (`forgotten` counts them). A recipient that is logged again, because delivery was deferred, counts once.
public struct LogDecoder: Sendable {
    /// What was counted on the way.
    public struct Counts: Hashable, Sendable {
        /// Lines read.
        public var lines = 0
        /// Lines that a mail server wrote, judging by the name of the program.
        public var ofServers = 0
        /// Lines in the form of a log that say nothing of recipients.
        public var silent = 0
        /// Lines that were not read, by reason.
        public var unread: [LogFault: Int] = [:]
        /// Recipients whose client no line read before had named: local submissions, and queue ids that were dropped.
        public var withoutClient = 0
        /// Queue ids dropped to make room for newer ones.
        public var forgotten = 0

        /// Lines that were not read.
        public var malformed: Int { unread.values.reduce(0, +) }
    }

    /// What was counted so far.
    public var counts: Counts {
        var counts = counted
        counts.forgotten = transactions.forgotten
        counts.withoutClient = transactions.withoutClient
        return counts
    }

    /// A few of the other programs that wrote this file's lines, for telling what it is.
    public private(set) var otherPrograms: [String] = []

    /// Whether lines are told at a glance where that is enough, and how many were.
    var readsQuickly = true
    private(set) var linesToldQuickly = 0

    private var counted = Counts()
    private var reader: LogLineReader
    private var transactions: TransactionTable

    /// A decoder.
    ///
    /// - Parameters:
    ///   - framing: the form of the lines.
    ///   - years: how dates without a year are read.
    ///   - zone: gives the offset from UTC in seconds for seconds of local time since 1970: lines without a zone are in
    ///     the local time of the machine that wrote them.
    ///   - capacity: how many queue ids are remembered, at least 1; about 300 bytes each.
    public init(
        framing: LogFraming = .text, years: YearRule, zone: @escaping @Sendable (Int64) -> Int64 = { _ in 0 },
        capacity: Int = 200_000
    ) {
        reader = LogLineReader(framing: framing, years: years, zone: zone)
        transactions = TransactionTable(capacity: capacity)
    }

    /// Begins another file: what is known of queue ids stays.
    public mutating func beginFile(framing: LogFraming, years: YearRule) {
        reader.beginFile(framing: framing, years: years)
        otherPrograms = []
    }

    /// Takes the next line and returns the recipients that it reports. Amortised O(length).
    ///
    /// - Throws: the reason why the line could not be read, which is counted.
    public mutating func decode(_ line: ArraySlice<UInt8>) throws(LogFault) -> [LoggedRecipient] {
        counted.lines += 1
        do {
            let found: [LoggedRecipient]
            if let quick = try quickRecipients(line) { found = quick } else { found = try recipients(line) }
            if found.isEmpty { counted.silent += 1 }
            return found
        } catch {
            counted.unread[error, default: 0] += 1
            throw error
        }
    }

    /// The recipients of a line of Postfix that is told at a glance; `nil` for another one. Most say nothing of any.
    private mutating func quickRecipients(_ bytes: ArraySlice<UInt8>) throws(LogFault) -> [LoggedRecipient]? {
        guard readsQuickly, let quick = reader.readQuickly(bytes) else { return nil }
        linesToldQuickly += 1
        counted.ofServers += 1
        guard Self.maySpeak(bytes.span, from: quick.message - bytes.startIndex) else { return [] }
        let line = LogLine(quick, in: bytes)
        guard case .postfix(let service) = line.server else { return [] }
        return try transactions.postfix(service, line, at: quick.time.unixTime)
    }

    /// Whether ``TransactionTable/postfix(_:_:at:)`` may make something of what Postfix says, as far as its first words tell.
    private static func maySpeak(_ text: borrowing Span<UInt8>, from start: Int) -> Bool {
        // `proxy-reject: …` has no queue id.
        if text[start] == UInt8(ascii: "p") { return true }
        var colon = start
        while colon < text.count, text[colon] != 0x3a {
            guard LogText.isAlphanumeric(text[colon]), colon - start < 40 else { return false }
            colon += 1
        }
        guard colon > start, colon + 3 < text.count, text[colon + 1] == 0x20 else { return false }
        switch (text[colon + 2], text[colon + 3]) {
        // client=, to=, removed, reject, milter-, proxy-, discard
        case (UInt8(ascii: "c"), UInt8(ascii: "l")), (UInt8(ascii: "t"), UInt8(ascii: "o")),
            (UInt8(ascii: "r"), UInt8(ascii: "e")), (UInt8(ascii: "m"), UInt8(ascii: "i")),
            (UInt8(ascii: "p"), UInt8(ascii: "r")), (UInt8(ascii: "d"), UInt8(ascii: "i")):
            return true
        default: return false
        }
    }

    private mutating func recipients(_ bytes: ArraySlice<UInt8>) throws(LogFault) -> [LoggedRecipient] {
        let line: LogLine
        switch reader.read(bytes) {
        case .line(let read): line = read
        case .more: return []
        case .unread(let fault): throw fault
        }
        let server = line.server
        guard server.isMailServer else {
            if otherPrograms.count < 5, !line.program.isEmpty {
                let name = String(decoding: line.program.prefix(40), as: UTF8.self)
                if !otherPrograms.contains(name) { otherPrograms.append(name) }
            }
            return []
        }
        counted.ofServers += 1
        guard let time = line.time?.unixTime else { throw .time }
        switch server {
        case .postfix(let service): return try transactions.postfix(service, line, at: time)
        case .sendmail: return try transactions.sendmail(line, at: time)
        case .other: return []
        }
    }
}
