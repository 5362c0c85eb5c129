public import Keeping
public import Memory
import Policy
public import SMTP
internal import SQLite
internal import Threads

extension Store {
    /// All greylisted attempts, in no particular order. O(rows).
    public func loadGreylist() throws(StoreError) -> [(key: KeyedHash, entry: GreylistEntry)] {
        try greylistEntries().valid
    }

    /// The passed attempts of all client networks, in no particular order. O(rows).
    public func loadNetworks() throws(StoreError) -> [(key: KeyedHash, record: ClientRecord)] {
        try clientRecords(.network).valid
    }

    /// The histories of all clients, in no particular order. O(rows).
    public func loadClients() throws(StoreError) -> [(key: KeyedHash, record: ClientRecord)] {
        try clientRecords(.client).valid
    }

    /// What the clients of all networks have sent, in no particular order. O(rows).
    public func loadClientNetworks() throws(StoreError) -> [(key: KeyedHash, record: ClientRecord)] {
        try clientRecords(.clientNetwork).valid
    }

    /// The lies that are not to be told again. O(rows).
    public func loadUndoneLies() throws(StoreError) -> Set<LieKey> {
        Set(try rows("SELECT recipient, network FROM lie WHERE undone_at IS NOT NULL", read: Self.lieKey))
    }

    /// The lies that were told and not undone, in no particular order. O(rows).
    public func loadToldLies() throws(StoreError) -> [ToldLie] {
        try rows(
            "SELECT recipient, network, time, last_told, recipient_shown FROM lie WHERE undone_at IS NULL AND spared = 0"
        ) { row in
            guard let key = Self.lieKey(row), let first = Self.time(row, at: 2), let last = Self.time(row, at: 3) else {
                return nil
            }
            return ToldLie(LieRecord(time: first, key: key, recipientShown: row.text(at: 4)), last: last)
        }
    }

    /// The lies that are not to be told again, if another process has written since the last call or since the store
    /// was opened; `nil` if none has. O(1) in that case.
    public func undoneLiesIfChanged() throws(StoreError) -> Set<LieKey>? {
        try hasChangedElsewhere() ? loadUndoneLies() : nil
    }

    /// Everything at once, for a start. O(rows), with two threads where there is much.
    public func loadState() throws(StoreError) -> StoredState {
        var state = StoredState()
        try loadRecords(into: &state)
        try loadOthers(into: &state)
        return state
    }

    /// Attempts and clients.
    func loadRecords(into state: inout StoredState) throws(StoreError) {
        state.greylist = state.noted("greylist", try greylistEntries())
        state.networks = state.noted("network", try clientRecords(.network))
        state.clients = state.noted("client", try clientRecords(.client))
        state.clientNetworks = state.noted("client_network", try clientRecords(.clientNetwork))
    }

    /// What is not of attempts or clients.
    func loadOthers(into state: inout StoredState) throws(StoreError) {
        state.undoneLies = try loadUndoneLies()
        state.toldLies = try loadToldLies()
        state.ledgerRecipients = try ledgerRecipients()
        state.campaigns = try joinedCampaigns()
        state.commonTemplates = try rows("SELECT template FROM campaign_common ORDER BY time") {
            UInt64(bitPattern: $0.integer(at: 0))
        }
        state.correspondents = state.noted("correspondent", try correspondents())
        state.heardPlace = try rows("SELECT value FROM meta WHERE key = 'heard.place'") { $0.text(at: 0) }.first
    }

    /// What is kept of one key. O(log rows).
    func record(of key: KeyedHash, in table: RecordTable) throws(StoreError) -> ClientRecord? {
        try attempt { () throws(SQLiteError) in
            let row = try statement(table.selection + " WHERE key = ?1")
            defer { row.reset() }
            try row.bind(bytesOf: key.bits, at: 1)
            guard try row.step() else { return nil }
            return table == .attempt ? Self.attempt(row)?.entry.record : Self.clientRecord(row)?.record
        }
    }

    /// The rows of `sql` under `values`, each as `read` reads it; rows that it cannot read are left out.
    func rows<Element>(_ sql: String, _ values: [SQLiteValue] = [], read: (Statement) -> Element?)
        throws(StoreError) -> [Element]
    {
        try attempt { () throws(SQLiteError) in
            let statement = try database.prepare(sql)
            try statement.bind(values)
            var elements: [Element] = []
            while try statement.step() {
                if let element = read(statement) { elements.append(element) }
            }
            return elements
        }
    }

    /// What could be read of a table, and how many rows held what cannot be.
    fileprivate struct Rows<Element: Sendable>: Sendable {
        var valid: [Element]
        var unreadable: Int
    }

    private func validRows<Element: Sendable>(
        _ sql: String, read: (Statement) -> Element?
    ) throws(StoreError) -> Rows<Element> {
        var unreadable = 0
        let valid = try rows(sql) { row in
            let element = read(row)
            if element == nil { unreadable += 1 }
            return element
        }
        return Rows(valid: valid, unreadable: unreadable)
    }

    /// The rows of a table of keys, in the order of their keys: of a large one the upper half on a thread and a connection of
    /// its own.
    private func keyedRows<Element: Sendable>(
        _ all: String, read: @escaping @Sendable (Statement) -> Element?
    ) throws(StoreError) -> Rows<Element> {
        guard try isLarge() else { return try validRows(all, read: read) }
        let path = path
        let upper = SideWork("argot-load") { () -> Rows<Element>? in
            try? Store(readingFrom: path).validRows(all + " WHERE key >= x'80'", read: read)
        }
        var rows = try validRows(all + " WHERE key < x'80'", read: read)
        // What the other connection cannot read, this one says why.
        var rest = upper.outcome()
        if rest == nil { rest = try validRows(all + " WHERE key >= x'80'", read: read) }
        rows.valid.append(contentsOf: rest?.valid ?? [])
        rows.unreadable += rest?.unreadable ?? 0
        return rows
    }

    /// Whether reading it all takes longer than to begin a thread by far.
    func isLarge() throws(StoreError) -> Bool {
        guard path != Database.inMemory else { return false }
        return try byteCount() >= largeBytes
    }

    private func greylistEntries() throws(StoreError) -> Rows<(key: KeyedHash, entry: GreylistEntry)> {
        try keyedRows(RecordTable.attempt.selection, read: Self.attempt)
    }

    private static func attempt(_ row: Statement) -> (key: KeyedHash, entry: GreylistEntry)? {
        guard let key = KeyedHash(row, at: 0), let first = time(row, at: 1), let last = time(row, at: 2) else {
            return nil
        }
        let entry = GreylistEntry(
            firstSeen: first, lastSeen: last, hasPassed: row.integer(at: 6) != 0, place: place(row, at: 3))
        return (key, entry)
    }

    private func correspondents() throws(StoreError) -> Rows<(key: KeyedHash, last: UnixTime)> {
        try validRows("SELECT key, last_seen FROM correspondent") { row in
            guard let key = KeyedHash(row, at: 0), let last = Self.time(row, at: 1) else { return nil }
            return (key, last)
        }
    }

    private func clientRecords(_ table: RecordTable) throws(StoreError) -> Rows<(key: KeyedHash, record: ClientRecord)>
    {
        try keyedRows(table.selection, read: Self.clientRecord)
    }

    private static func clientRecord(_ row: Statement) -> (key: KeyedHash, record: ClientRecord)? {
        guard let key = KeyedHash(row, at: 0), let first = time(row, at: 1), let last = time(row, at: 2),
            let count = Int(exactly: row.integer(at: 6)), count >= 0,
            let revoked = row.isNull(at: 7) ? .some(nil) : time(row, at: 7).map(Optional.some)
        else { return nil }
        let record = ClientRecord(
            firstSeen: first, lastSeen: last, count: count, revokedAt: revoked, place: place(row, at: 3))
        return (key, record)
    }

    /// The times that a clock may have shown: 1970 to 9999.
    static let plausibleTimes: ClosedRange<Int64> = 0...253_402_300_799

    static func time(_ row: Statement, at column: Int) -> UnixTime? {
        let seconds = row.integer(at: column)
        return plausibleTimes.contains(seconds) ? UnixTime(seconds: seconds) : nil
    }

    private static func place(_ row: Statement, at column: Int) -> NetworkPlace? {
        let place = NetworkPlace(
            network: UInt64(bitPattern: row.integer(at: column)),
            block: UInt64(bitPattern: row.integer(at: column + 1)),
            allocation: UInt64(bitPattern: row.integer(at: column + 2)))
        return place == NetworkPlace() ? nil : place
    }

    static func lieKey(_ row: Statement) -> LieKey? {
        guard let recipient = KeyedHash(row, at: 0), let network = KeyedHash(row, at: 1) else { return nil }
        return LieKey(recipient: recipient, network: network)
    }
}

extension StoredState {
    /// Takes notice of the rows of a table that could not be read; returns the others.
    fileprivate mutating func noted<Element: Sendable>(_ table: String, _ rows: Store.Rows<Element>) -> [Element] {
        if rows.unreadable > 0 { unreadable[table] = rows.unreadable }
        return rows.valid
    }
}

extension RecordTable {
    /// What is read of the records: their columns in the order in which they are read.
    fileprivate var selection: String {
        let (table, last) =
            switch self {
            case .attempt: ("greylist", "passed")
            case .network: ("network", "count, revoked_at")
            case .client: ("client", "count, revoked_at")
            case .clientNetwork: ("client_network", "count, revoked_at")
            }
        return "SELECT key, first_seen, last_seen, place_network, place_block, place_allocation, \(last) FROM \(table)"
    }
}
