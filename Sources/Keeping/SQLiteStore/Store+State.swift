public import Keeping
public import Memory
import Policy
public import SMTP
internal import SQLite

extension Store {
    /// All greylisted attempts, in no particular order. O(rows).
    public func loadGreylist() throws(StoreError) -> [(key: KeyedHash, entry: GreylistEntry)] {
        try greylistEntries().valid
    }

    /// The passed attempts of all client networks, in no particular order. O(rows).
    public func loadNetworks() throws(StoreError) -> [(key: KeyedHash, record: ClientRecord)] {
        try clientRecords("network").valid
    }

    /// The histories of all clients, in no particular order. O(rows).
    public func loadClients() throws(StoreError) -> [(key: KeyedHash, record: ClientRecord)] {
        try clientRecords("client").valid
    }

    /// What the clients of all networks have sent, in no particular order. O(rows).
    public func loadClientNetworks() throws(StoreError) -> [(key: KeyedHash, record: ClientRecord)] {
        try clientRecords("client_network").valid
    }

    /// The lies that are not to be told again. O(rows).
    public func loadUndoneLies() throws(StoreError) -> Set<LieKey> {
        Set(try rows("SELECT recipient, network FROM lie WHERE undone_at IS NOT NULL", read: Self.lieKey))
    }

    /// The lies that are not to be told again, if another process has written since the last call or since the store
    /// was opened; `nil` if none has. O(1) in that case.
    public func undoneLiesIfChanged() throws(StoreError) -> Set<LieKey>? {
        try hasChangedElsewhere() ? loadUndoneLies() : nil
    }

    /// Everything at once, for a start.
    public func loadState() throws(StoreError) -> StoredState {
        var state = StoredState()
        func noted<Element>(_ table: String, _ rows: Rows<Element>) -> [Element] {
            if rows.unreadable > 0 { state.unreadable[table] = rows.unreadable }
            return rows.valid
        }
        state.greylist = noted("greylist", try greylistEntries())
        state.networks = noted("network", try clientRecords("network"))
        state.clients = noted("client", try clientRecords("client"))
        state.clientNetworks = noted("client_network", try clientRecords("client_network"))
        state.undoneLies = try loadUndoneLies()
        state.correspondents = noted("correspondent", try correspondents())
        state.heardPlace = try rows("SELECT value FROM meta WHERE key = 'heard.place'") { $0.text(at: 0) }.first
        return state
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
    private struct Rows<Element> {
        var valid: [Element]
        var unreadable: Int
    }

    private func validRows<Element>(_ sql: String, read: (Statement) -> Element?) throws(StoreError) -> Rows<Element> {
        var unreadable = 0
        let valid = try rows(sql) { row in
            let element = read(row)
            if element == nil { unreadable += 1 }
            return element
        }
        return Rows(valid: valid, unreadable: unreadable)
    }

    private func greylistEntries() throws(StoreError) -> Rows<(key: KeyedHash, entry: GreylistEntry)> {
        try validRows(
            "SELECT key, first_seen, last_seen, place_network, place_block, place_allocation, passed FROM greylist"
        ) { row in
            guard let key = KeyedHash(row, at: 0), let first = Self.time(row, at: 1), let last = Self.time(row, at: 2)
            else { return nil }
            let entry = GreylistEntry(
                firstSeen: first, lastSeen: last, hasPassed: row.integer(at: 6) != 0, place: Self.place(row, at: 3))
            return (key, entry)
        }
    }

    private func correspondents() throws(StoreError) -> Rows<(key: KeyedHash, last: UnixTime)> {
        try validRows("SELECT key, last_seen FROM correspondent") { row in
            guard let key = KeyedHash(row, at: 0), let last = Self.time(row, at: 1) else { return nil }
            return (key, last)
        }
    }

    private func clientRecords(_ table: String) throws(StoreError) -> Rows<(key: KeyedHash, record: ClientRecord)> {
        try validRows(
            """
            SELECT key, first_seen, last_seen, place_network, place_block, place_allocation, count, revoked_at
            FROM \(table)
            """
        ) { row in
            guard let key = KeyedHash(row, at: 0), let first = Self.time(row, at: 1), let last = Self.time(row, at: 2),
                let count = Int(exactly: row.integer(at: 6)), count >= 0,
                let revoked = row.isNull(at: 7) ? .some(nil) : Self.time(row, at: 7).map(Optional.some)
            else { return nil }
            let record = ClientRecord(
                firstSeen: first, lastSeen: last, count: count, revokedAt: revoked, place: Self.place(row, at: 3))
            return (key, record)
        }
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
