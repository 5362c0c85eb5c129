public import Keeping
public import SMTP
internal import SQLite

/// Who writes to whom, for the sender scores: cells of the matrix, labels, and how far files were imported.
extension Store {
    /// Adds cells to those stored, all or none, and notes how far a file is imported with them. O(cells × log rows).
    public func add(_ cells: [SenderCell], progress: ImportProgress? = nil) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                // In the order of their places in the table, which are visited once.
                let sorted = cells.sorted { ($0.slot, $0.sender, $0.domain) < ($1.slot, $1.sender, $1.domain) }
                for cell in sorted { try insert(cell) }
                if let progress {
                    try statement(
                        """
                        INSERT INTO sender_import VALUES (?1, ?2, ?3) ON CONFLICT (identity, checksum) DO UPDATE
                        SET lines = excluded.lines
                        """
                    ).run(.bits(progress.identity), .bits(progress.checksum), .integer(progress.lines))
                }
            }
        }
    }

    /// Counts are bounded as in memory: a sum that is too large for a whole number would fail the batch again and again.
    func insert(_ cell: SenderCell) throws(SQLiteError) {
        let row = try statement(.senderCell)
        try row.bind(cell.slot, at: 1)
        try row.bind(Int64(bitPattern: cell.sender), at: 2)
        try row.bind(Int64(bitPattern: cell.domain), at: 3)
        try row.bind(Int64(cell.mails), at: 4)
        try row.bind(Int64(cell.trapped), at: 5)
        try row.bind(Int64(cell.spam), at: 6)
        try row.bind(Int64(cell.honest), at: 7)
        try row.bind(Int64(cell.bots), at: 8)
        try row.runBound()
    }

    /// How many cells there are. O(rows).
    public func senderCellCount() throws(StoreError) -> Int {
        try attempt { () throws(SQLiteError) in Int(try database.number("SELECT count(*) FROM sender_cell")) }
    }

    /// Hands out the cells of all slots from `start` until `end`, oldest first; the newest `limit` of them. O(rows).
    public func senderCells(
        since start: UnixTime, until end: UnixTime, limit: Int, _ body: (SenderCell) -> Void
    ) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            let slots =
                "slot >= \(max(start.seconds, Self.plausibleTimes.lowerBound)) AND slot <= \(min(end.seconds, Self.plausibleTimes.upperBound))"
            let found = try database.number("SELECT count(*) FROM sender_cell WHERE \(slots)")
            let row = try database.prepare(
                """
                SELECT slot, sender, domain, mails, trapped, spam, honest, bots FROM sender_cell WHERE \(slots)
                ORDER BY slot, sender, domain LIMIT -1 OFFSET ?1
                """)
            try row.bind([.integer(max(0, found - Int64(limit)))])
            while try row.step() {
                body(
                    SenderCell(
                        slot: row.integer(at: 0), sender: UInt64(bitPattern: row.integer(at: 1)),
                        domain: UInt64(bitPattern: row.integer(at: 2)), mails: UInt32(clamping: row.integer(at: 3)),
                        trapped: UInt32(clamping: row.integer(at: 4)), spam: UInt32(clamping: row.integer(at: 5)),
                        honest: UInt32(clamping: row.integer(at: 6)), bots: UInt32(clamping: row.integer(at: 7))))
            }
        }
    }

    /// Hands out who hit traps in slots from `start` until `end`, each slot once, oldest first. O(rows).
    public func trappedSenders(
        since start: UnixTime, until end: UnixTime, _ body: (_ sender: UInt64, _ slot: Int64) -> Void
    ) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            let row = try database.prepare(
                """
                SELECT DISTINCT slot, sender FROM sender_cell WHERE slot BETWEEN ?1 AND ?2 AND trapped > 0
                ORDER BY slot, sender
                """)
            try row.bind([
                .integer(max(start.seconds, Self.plausibleTimes.lowerBound)),
                .integer(min(end.seconds, Self.plausibleTimes.upperBound)),
            ])
            while try row.step() { body(UInt64(bitPattern: row.integer(at: 1)), row.integer(at: 0)) }
        }
    }

    /// How far the file was imported that begins so; of several such files, all.
    public func importProgress(of identity: UInt64) throws(StoreError) -> [ImportProgress] {
        try rows("SELECT checksum, lines FROM sender_import WHERE identity = ?1", [.bits(identity)]) { row in
            ImportProgress(
                identity: identity, lines: row.integer(at: 1), checksum: UInt64(bitPattern: row.integer(at: 0)))
        }
    }

    /// All labels of networks, by network. O(rows).
    public func senderLabels() throws(StoreError) -> [SenderNetworkLabel] {
        try rows("SELECT network, spam, origin, source, time FROM sender_label ORDER BY network, origin, source") {
            row in
            guard let network = AddressPrefix(row.text("network")),
                let origin = SenderNetworkLabel.Origin(rawValue: row.text("origin"))
            else { return nil }
            return SenderNetworkLabel(
                network: network, isSpam: row.integer("spam") != 0, origin: origin, source: row.text("source"),
                time: UnixTime(seconds: row.integer("time")))
        }
    }

    /// Sets the administrator's label of a network.
    public func setLabel(_ label: SenderNetworkLabel) throws(StoreError) {
        try attempt { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                try insert(label)
                try noteLabels()
            }
        }
    }

    /// Removes the administrator's label of a network; returns whether there was one.
    public func removeLabel(of network: AddressPrefix) throws(StoreError) -> Bool {
        try attempt { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                try statement("DELETE FROM sender_label WHERE network = ?1 AND origin = 'administrator'").run(
                    .text(network.description))
                let removed = database.changes > 0
                try noteLabels()
                return removed
            }
        }
    }

    /// Replaces all that the blocklist `source` said before; returns how many networks that were.
    @discardableResult
    public func replaceBlocklist(
        _ source: String, with networks: [AddressPrefix], at time: UnixTime
    ) throws(StoreError) -> Int {
        try attempt { () throws(SQLiteError) in
            try database.transaction { () throws(SQLiteError) in
                try statement("DELETE FROM sender_label WHERE origin = 'blocklist' AND source = ?1").run(.text(source))
                let before = Int(database.changes)
                for network in networks {
                    try insert(
                        SenderNetworkLabel(
                            network: network, isSpam: true, origin: .blocklist, source: source, time: time))
                }
                try noteLabels()
                return before
            }
        }
    }

    /// Says that whoever holds cells and labels in memory should read them again.
    public func noteSendersChanged() throws(StoreError) {
        try attempt { () throws(SQLiteError) in try noteLabels() }
    }

    /// A number that changes whenever labels change, or a file was imported.
    func sendersGeneration() throws(StoreError) -> Int64 {
        try value(named: "senders.generation").flatMap { Int64($0) } ?? 0
    }

    private func insert(_ label: SenderNetworkLabel) throws(SQLiteError) {
        try statement(
            """
            INSERT INTO sender_label VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT (network, origin, source) DO UPDATE
            SET spam = excluded.spam, time = excluded.time
            """
        ).run(
            .text(label.network.description), .text(label.origin.rawValue), .text(label.source),
            .integer(label.isSpam ? 1 : 0), .integer(label.time.seconds))
    }

    func noteLabels() throws(SQLiteError) {
        try statement(
            """
            INSERT INTO meta VALUES ('senders.generation', '1') ON CONFLICT (key) DO UPDATE
            SET value = CAST(value AS INTEGER) + 1
            """
        ).run()
    }
}

extension SQLiteValue {
    /// All 64 bits of a number.
    static func bits(_ bits: UInt64) -> SQLiteValue { .integer(Int64(bitPattern: bits)) }
}
