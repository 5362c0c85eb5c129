public import Policy
public import SMTP
internal import SQLite

extension Store {
    /// All greylisted attempts, in no particular order. O(rows).
    public func loadGreylist() throws(StoreError) -> [(key: KeyedHash, entry: GreylistEntry)] {
        try rows("SELECT key, first_seen, last_seen, passed FROM greylist") { row in
            KeyedHash(row, at: 0).map { key in
                let entry = GreylistEntry(
                    firstSeen: UnixTime(seconds: row.integer(at: 1)), lastSeen: UnixTime(seconds: row.integer(at: 2)),
                    hasPassed: row.integer(at: 3) != 0)
                return (key, entry)
            }
        }
    }

    /// The passed attempts of all client networks, in no particular order. O(rows).
    public func loadNetworks() throws(StoreError) -> [(key: KeyedHash, record: ClientRecord)] {
        try rows("SELECT key, first_seen, last_seen, count FROM network", read: Self.clientRecord)
    }

    /// The histories of all clients, in no particular order. O(rows).
    public func loadClients() throws(StoreError) -> [(key: KeyedHash, record: ClientRecord)] {
        try rows("SELECT key, first_seen, last_seen, count FROM client", read: Self.clientRecord)
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
    func loadState() throws(StoreError) -> StoredState {
        var state = StoredState()
        state.greylist = try loadGreylist()
        state.networks = try loadNetworks()
        state.clients = try loadClients()
        state.undoneLies = try loadUndoneLies()
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

    private static func clientRecord(_ row: Statement) -> (key: KeyedHash, record: ClientRecord)? {
        KeyedHash(row, at: 0).map { key in
            let record = ClientRecord(
                firstSeen: UnixTime(seconds: row.integer(at: 1)), lastSeen: UnixTime(seconds: row.integer(at: 2)),
                count: Int(row.integer(at: 3)))
            return (key, record)
        }
    }

    static func lieKey(_ row: Statement) -> LieKey? {
        guard let recipient = KeyedHash(row, at: 0), let network = KeyedHash(row, at: 1) else { return nil }
        return LieKey(recipient: recipient, network: network)
    }
}
