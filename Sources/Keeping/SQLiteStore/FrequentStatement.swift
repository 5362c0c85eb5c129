/// The statements that every message or every batch needs. Each is found by its number: to look for one by its text costs as
/// much as to run it.
enum FrequentStatement: Int, CaseIterable {
    case verdict, verdictInClear
    case greylist, network, client, clientNetwork
    case greylistRemoved, networkRemoved, clientRemoved, clientNetworkRemoved
    case correspondent, senderCell
    case sighting, sightingAgain, oneName, twoNames, messagesOfClient
    case oldestVerdictsGone, pageCount, freePageCount, pageSize

    /// The statement's text. Asked for once in a store's life.
    var sql: String {
        switch self {
        case .verdict: Store.insertion(inClear: false)
        case .verdictInClear: Store.insertion(inClear: true)
        case .greylist:
            """
            INSERT INTO greylist (key, first_seen, last_seen, passed, place_network, place_block, place_allocation)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT (key) DO UPDATE
            SET first_seen = excluded.first_seen, last_seen = excluded.last_seen, passed = excluded.passed,
                place_network = excluded.place_network, place_block = excluded.place_block,
                place_allocation = excluded.place_allocation
            """
        case .network: Self.upsert(into: "network")
        case .client: Self.upsert(into: "client")
        case .clientNetwork: Self.upsert(into: "client_network")
        case .greylistRemoved: "DELETE FROM greylist WHERE key = ?1"
        case .networkRemoved: "DELETE FROM network WHERE key = ?1"
        case .clientRemoved: "DELETE FROM client WHERE key = ?1"
        case .clientNetworkRemoved: "DELETE FROM client_network WHERE key = ?1"
        case .correspondent:
            """
            INSERT INTO correspondent VALUES (?1, ?2) ON CONFLICT (key) DO UPDATE
            SET last_seen = max(last_seen, excluded.last_seen)
            """
        case .senderCell:
            """
            INSERT INTO sender_cell VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (slot, sender, domain)
            DO UPDATE SET mails = min(mails + excluded.mails, \(UInt32.max)),
                trapped = min(trapped + excluded.trapped, \(UInt32.max)),
                spam = min(spam + excluded.spam, \(UInt32.max)), honest = min(honest + excluded.honest, \(UInt32.max)),
                bots = min(bots + excluded.bots, \(UInt32.max))
            """
        case .sighting: "INSERT INTO sighting VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)"
        case .sightingAgain:
            // Its client, network and attempt are the same.
            """
            UPDATE sighting SET time = ?2, session = ?3, organisation = ?6, vantage = ?7, envelope = ?8, dialect = ?9,
                queue_id = ?10, message_id = ?11 WHERE id = ?1
            """
        case .oneName: "INSERT OR IGNORE INTO sighting_name VALUES (?1, ?3, ?2)"
        case .twoNames: "INSERT OR IGNORE INTO sighting_name VALUES (?1, ?3, ?2), (?1, ?4, ?2)"
        case .messagesOfClient:
            """
            INSERT INTO sighting_client VALUES (?1, ?2, ?3) ON CONFLICT (day, client) DO UPDATE
            SET messages = min(messages + excluded.messages, \(UInt32.max))
            """
        case .oldestVerdictsGone: "DELETE FROM verdict WHERE id <= (SELECT max(id) FROM verdict) - ?1"
        case .pageCount: "PRAGMA page_count"
        case .freePageCount: "PRAGMA freelist_count"
        case .pageSize: "PRAGMA page_size"
        }
    }

    private static func upsert(into table: String) -> String {
        """
        INSERT INTO \(table) (key, first_seen, last_seen, count, revoked_at, place_network, place_block,
            place_allocation)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT (key) DO UPDATE
        SET first_seen = excluded.first_seen, last_seen = excluded.last_seen, count = excluded.count,
            revoked_at = excluded.revoked_at, place_network = excluded.place_network,
            place_block = excluded.place_block, place_allocation = excluded.place_allocation
        """
    }
}
