public import Keeping
internal import KeyedHashing
internal import Policy
internal import SMTP
internal import SQLite

extension Store {
    /// The verdicts that `query` asks for, newest first.
    ///
    /// Fast by time; else O(verdicts), a second for two million.
    public func verdicts(matching query: JournalQuery) throws(StoreError) -> [JournalEntry] {
        var conditions: [String] = []
        var values: [SQLiteValue] = []
        func require(_ column: String, _ comparison: String, _ value: SQLiteValue) {
            values.append(value)
            conditions.append("\(column) \(comparison) ?\(values.count)")
        }
        if let session = query.session { require("session", "=", .text(session)) }
        if let queueID = query.queueID, queueID.isEmpty { return [] }
        if let queueID = query.queueID {
            conditions.append("queue_id <> ''")
            require("queue_id", "=", .text(queueID))
        }
        if let client = query.client { require("client", "=", client.blob) }
        if let recipient = query.recipient { require("recipient", "=", recipient.blob) }
        if let since = query.since { require("time", ">=", .integer(since.seconds)) }
        if let verdict = query.verdict { require("verdict", "=", .text(verdict.rawValue)) }
        if let before = query.before { require("id", "<", .integer(before)) }
        values.append(.integer(Int64(max(0, query.limit))))
        let condition = conditions.isEmpty ? "" : "WHERE " + conditions.joined(separator: " AND ")
        return try rows(
            """
            SELECT id, \(Self.columns(Self.written + VerdictField.shown)) FROM verdict \(condition)
            ORDER BY id DESC LIMIT ?\(values.count)
            """, values, read: Self.journalEntry)
    }

    private static func columns(_ fields: [VerdictField]) -> String { fields.map(\.column).joined(separator: ", ") }

    private static func journalEntry(_ row: Statement) -> JournalEntry? {
        guard let verdict = Verdict(rawValue: row.text(.action)), let applied = Verdict(rawValue: row.text(.applied)),
            let mode = EnforcementMode(rawValue: row.text(.mode))
        else { return nil }
        let record = VerdictRecord(
            time: UnixTime(seconds: row.integer(VerdictField.time.column)), session: row.text(.session),
            client: row.text(.client), sender: row.text(.from), recipient: row.text(.rcpt), verdict: verdict,
            applied: applied, reasons: reasons(row), dialect: row.text(.dialect), dialectState: row.text(.states),
            queueID: row.text(.queue), mode: mode, senderScore: row.text(.senders))
        let code = VerdictField.replyCode.column
        return JournalEntry(
            id: row.integer(at: 0), record: record, isShown: !row.isNull(VerdictField.client.column),
            client: row.hash(.clientHash), sender: row.hash(.fromHash), recipient: row.hash(.rcptHash),
            recipientDomain: row.text(.rcptDomain), replyCode: row.isNull(code) ? nil : Int(row.integer(code)))
    }

    /// The reasons of the current row, first where the client stands.
    private static func reasons(_ row: Statement) -> [Reason] {
        let standing = row.text(.standing)
        return ((standing.isEmpty ? [] : [standing]) + [String](joinedLines: row.text(.reasons))).map(
            Reason.init(word:))
    }

    /// Writes a verdict; of the reply only the code, as its text quotes the recipient.
    func insert(
        _ record: VerdictRecord, showsAddresses: Bool, hashingKey: HashingKey, _ row: inout RowValues
    ) throws(SQLiteError) {
        row.removeAll()
        for field in showsAddresses ? Self.writtenInClear : Self.written {
            Self.add(field, of: record, hashingKey, to: &row)
        }
        try statement(showsAddresses ? .verdictInClear : .verdict).run(row)
    }

    /// The columns of every verdict.
    private static let written = VerdictField.journalled + [.standing]

    private static let writtenInClear = written + VerdictField.shown

    /// The statement that writes a verdict, with its addresses in clear or without.
    static func insertion(inClear: Bool) -> String {
        let fields = inClear ? writtenInClear : written
        let places = fields.indices.map { "?\($0 + 1)" }.joined(separator: ", ")
        return "INSERT INTO verdict (\(columns(fields))) VALUES (\(places))"
    }

    /// Adds the one form of an address's domain, which nearly all have already; an empty text for an address without one.
    /// O(length).
    private static func add(domainOf address: String, to row: inout RowValues) {
        let bytes = address.utf8.span
        var start = bytes.count
        var isFolded = bytes.count > 0 && bytes[bytes.count - 1] != UInt8(ascii: ".")
        while start > 0, bytes[start - 1] != UInt8(ascii: "@") {
            start -= 1
            if !(0x21...0x7e ~= bytes[start]) || 0x41...0x5a ~= bytes[start] { isFolded = false }
        }
        guard start > 0 else { return row.add("") }
        guard isFolded else {
            return row.add(MailDomain.folded(String(address.utf8.dropFirst(start)) ?? ""))
        }
        row.addText { text in
            for index in start..<bytes.count { text.append(bytes[index]) }
        }
    }

    /// Adds a part of a verdict to a row.
    private static func add(
        _ field: VerdictField, of record: VerdictRecord, _ key: HashingKey, to row: inout RowValues
    ) {
        switch field {
        case .clientHash:
            row.add(record.client.isEmpty ? nil : record.clientHash ?? key.hash(client: record.client))
        case .fromHash: row.add(record.sender.isEmpty ? nil : key.hash(sender: record.sender))
        case .rcptHash: row.add(record.recipient.isEmpty ? nil : key.hash(recipient: record.recipient))
        case .rcptDomain:
            add(domainOf: record.recipient, to: &row)
        case .replyCode:
            let code = record.reply.isEmpty ? nil : Int64(record.reply.prefix(3)).flatMap { 400...599 ~= $0 ? $0 : nil }
            if let code { row.add(code) } else { row.addNull() }
        case .reasons: row.add(lines: record.reasons.lazy.filter { !$0.isStanding }.map(\.word))
        default:
            switch record[field] {
            case .text(let text):
                row.add(
                    VerdictField.shown.contains(field) ? String(text.prefix(JournalEntry.longestAddress)) : text)
            case .words(let words): row.add(lines: words)
            case .number(let number): row.add(Int64(number))
            case .time(let time): row.add(time.seconds)
            case .absent: row.addNull()
            }
        }
    }
}

extension Statement {
    /// A part of the verdict in the current row.
    fileprivate func text(_ field: VerdictField) -> String { text(field.column) }

    fileprivate func hash(_ field: VerdictField) -> KeyedHash? { KeyedHash(self, at: column(field.column)) }
}

extension [String] {
    /// The reasons in one column: one a line.
    var joinedLines: String { joined(separator: "\n") }

    /// The reasons that ``joinedLines`` wrote.
    init(joinedLines text: String) { self = text.split(separator: "\n").map(String.init) }
}
