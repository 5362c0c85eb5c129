internal import SQLite

/// The tables, as the numbered steps that lead to them.
///
/// A step is never edited after its release; changes are made by a further step. The number of steps taken stands in
/// the database (`PRAGMA user_version`).
struct Schema: Sendable {
    /// A step between two versions.
    struct Step: Sendable {
        /// What it brings, in a few words.
        let name: String

        /// Its statements.
        let sql: String
    }

    /// The steps, first step first. Step n leads from version n - 1 to version n.
    var steps: [Step]

    /// The version that the last step leads to.
    var version: Int { steps.count }

    /// What this release writes and reads.
    static let current = Schema(steps: [
        Step(name: "journal, memory and lies", sql: initialTables),
        Step(name: "counts of senders", sql: senderTables),
        Step(name: "addresses in clear", sql: shownAddresses),
        Step(name: "places of clients", sql: placeColumns),
        Step(name: "standing of clients", sql: standingColumn),
        Step(name: "sightings and judgements", sql: sightingTables),
        Step(name: "packed sightings", sql: packedSightings),
        Step(name: "messages of campaigns", sql: campaignTables),
        Step(name: "lies that were spared", sql: sparedLies),
        Step(name: "fewer indexes of verdicts", sql: fewerIndexes),
        Step(name: "templates in everybody's mail", sql: commonTemplates),
    ])

    /// Whether a lie was due and not told.
    private static let sparedLies = """
        ALTER TABLE lie ADD COLUMN spared INTEGER NOT NULL DEFAULT 0;
        """

    /// Templates that join no campaigns; they are learned, and would join many until they are learned again.
    private static let commonTemplates = """
        CREATE TABLE campaign_common (
            template INTEGER PRIMARY KEY,
            time INTEGER NOT NULL
        ) STRICT;
        """

    /// Takes the steps that `database` lacks, each in a transaction of its own: a failure leaves the version reached
    /// before. The database is not of a newer version.
    func migrate(_ database: Database) throws(SQLiteError) {
        let found = Int(try database.number("PRAGMA user_version"))
        for (index, step) in steps.enumerated().dropFirst(found) {
            try database.transaction { () throws(SQLiteError) in
                do throws(SQLiteError) {
                    try database.execute(step.sql)
                } catch {
                    throw SQLiteError(
                        extendedCode: error.extendedCode, message: "upgrade \"\(step.name)\": \(error.message)",
                        sql: error.sql, path: error.path)
                }
                try database.execute("PRAGMA user_version = \(index + 1)")
            }
        }
    }

    /// Times are seconds since 1970; keys, clients, senders and recipients are keyed hashes of 16 bytes.
    ///
    /// Verdicts had indexes that grow at their end only. One over hashes would be written all over at every verdict,
    /// to save the administrator a second at a question asked once a day.
    private static let initialTables = """
        CREATE TABLE meta (
            key TEXT PRIMARY KEY NOT NULL,
            value TEXT NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE greylist (
            key BLOB PRIMARY KEY NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            passed INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE network (
            key BLOB PRIMARY KEY NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            count INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE client (
            key BLOB PRIMARY KEY NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            count INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE verdict (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            session TEXT NOT NULL,
            client BLOB,
            sender BLOB,
            recipient BLOB,
            recipient_domain TEXT NOT NULL,
            verdict TEXT NOT NULL,
            applied TEXT NOT NULL,
            reasons TEXT NOT NULL,
            dialect TEXT NOT NULL,
            dialect_state TEXT NOT NULL,
            queue_id TEXT NOT NULL,
            mode TEXT NOT NULL,
            reply_code INTEGER
        ) STRICT;
        CREATE INDEX verdict_time ON verdict (time);
        CREATE INDEX verdict_session ON verdict (session);
        CREATE INDEX verdict_queue_id ON verdict (queue_id) WHERE queue_id <> '';

        CREATE TABLE lie (
            recipient BLOB NOT NULL,
            network BLOB NOT NULL,
            time INTEGER NOT NULL,
            recipient_shown TEXT NOT NULL,
            dialect TEXT NOT NULL,
            reasons TEXT NOT NULL,
            session TEXT NOT NULL,
            times_told INTEGER NOT NULL,
            last_told INTEGER NOT NULL,
            undone_at INTEGER,
            PRIMARY KEY (recipient, network)
        ) STRICT, WITHOUT ROWID;
        """

    /// Slots are seconds since 1970, senders and domains are pseudonyms of 64 bits. Networks with a label stand in
    /// clear, as other settings do.
    private static let senderTables = """
        CREATE TABLE sender_cell (
            slot INTEGER NOT NULL,
            sender INTEGER NOT NULL,
            domain INTEGER NOT NULL,
            mails INTEGER NOT NULL,
            trapped INTEGER NOT NULL,
            spam INTEGER NOT NULL,
            honest INTEGER NOT NULL,
            bots INTEGER NOT NULL,
            PRIMARY KEY (slot, sender, domain)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sender_label (
            network TEXT NOT NULL,
            origin TEXT NOT NULL,
            source TEXT NOT NULL,
            spam INTEGER NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (network, origin, source)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sender_import (
            identity INTEGER NOT NULL,
            checksum INTEGER NOT NULL,
            lines INTEGER NOT NULL,
            PRIMARY KEY (identity, checksum)
        ) STRICT, WITHOUT ROWID;

        ALTER TABLE verdict ADD COLUMN sender_score TEXT NOT NULL DEFAULT '';
        """

    /// The addresses of a verdict in clear, where the administrator wants them (`journal_addresses`); NULL otherwise. The
    /// index holds only the rows that have them, and grows at its end.
    private static let shownAddresses = """
        ALTER TABLE verdict ADD COLUMN shown_client TEXT;
        ALTER TABLE verdict ADD COLUMN shown_sender TEXT;
        ALTER TABLE verdict ADD COLUMN shown_recipient TEXT;
        CREATE INDEX verdict_shown ON verdict (time) WHERE shown_client IS NOT NULL;
        """

    /// Sightings hold what they know themselves, packed into bytes: to look for a text that another one has costs more than
    /// to keep it. Texts of before stay as they are. `has_recipient` is 0 for sessions that asked for no recipient; `sender`
    /// is the client's pseudonym in `sender_cell`. Numbers are given by the daemon.
    private static let packedSightings = """
        CREATE TABLE sighting_packed (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            session TEXT NOT NULL,
            client BLOB NOT NULL,
            network BLOB NOT NULL,
            organisation BLOB,
            vantage TEXT NOT NULL,
            envelope BLOB NOT NULL,
            dialect BLOB,
            queue_id BLOB,
            message_id BLOB,
            attempt BLOB,
            has_recipient INTEGER NOT NULL,
            sender INTEGER
        ) STRICT;
        INSERT INTO sighting_packed
            SELECT s.id, s.time, s.session, s.client, s.network, s.organisation, s.vantage,
                coalesce(CAST(e.text AS BLOB), x''), CAST(d.text AS BLOB), s.queue_id, s.message_id, s.attempt, 1, NULL
            FROM sighting AS s LEFT JOIN sighting_text AS e ON e.id = s.envelope
                LEFT JOIN sighting_text AS d ON d.id = s.dialect;
        DROP TABLE sighting;
        DROP TABLE sighting_text;
        ALTER TABLE sighting_packed RENAME TO sighting;
        CREATE INDEX sighting_time ON sighting (time);
        CREATE TRIGGER sighting_gone AFTER DELETE ON sighting BEGIN
            DELETE FROM sighting_judgement WHERE sighting = old.id;
            DELETE FROM sighting_name WHERE day = old.time / 86400 AND sighting = old.id AND name IN
                (substr(old.queue_id, 1, 8), substr(old.message_id, 1, 8), substr(old.attempt, 1, 8));
        END;
        """

    /// Messages of campaigns to traps and recipients of lies; campaigns are numbers, which tell nothing of a content. There are
    /// few of them, and they are read whole, so that one index at the end is enough.
    private static let campaignTables = """
        CREATE TABLE campaign_mail (
            id INTEGER PRIMARY KEY,
            time INTEGER NOT NULL,
            session TEXT NOT NULL,
            campaign INTEGER NOT NULL,
            recipient BLOB NOT NULL,
            network BLOB NOT NULL,
            recipient_domain TEXT NOT NULL,
            dialect TEXT NOT NULL,
            treatment TEXT NOT NULL
        ) STRICT;
        CREATE INDEX campaign_mail_time ON campaign_mail (time);

        CREATE TABLE campaign_alias (
            campaign INTEGER PRIMARY KEY,
            root INTEGER NOT NULL
        ) STRICT;
        """

    /// Verdicts of a session and of a queue id are looked for seldom, and written with every recipient: two indexes cost as
    /// much as the verdict itself.
    private static let fewerIndexes = """
        DROP INDEX verdict_session;
        DROP INDEX verdict_queue_id;
        """

    /// Where a client stands with the greylist, which was the first of a verdict's reasons.
    private static let standingColumn = """
        ALTER TABLE verdict ADD COLUMN standing TEXT NOT NULL DEFAULT '';
        UPDATE verdict SET
            standing = substr(reasons, 1, instr(reasons || char(10), char(10)) - 1),
            reasons = substr(reasons, instr(reasons || char(10), char(10)) + 1)
        WHERE reasons GLOB 'greylist.*';
        """

    /// Where a client lies: halves of keyed hashes of its network, block and allocation; 0 is none. With that, what the
    /// clients of a network have sent, and when a client lost its standing.
    private static let placeColumns = """
        ALTER TABLE greylist ADD COLUMN place_network INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE greylist ADD COLUMN place_block INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE greylist ADD COLUMN place_allocation INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE network ADD COLUMN place_network INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE network ADD COLUMN place_block INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE network ADD COLUMN place_allocation INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE network ADD COLUMN revoked_at INTEGER;
        ALTER TABLE client ADD COLUMN place_network INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE client ADD COLUMN place_block INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE client ADD COLUMN place_allocation INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE client ADD COLUMN revoked_at INTEGER;

        CREATE TABLE client_network (
            key BLOB PRIMARY KEY NOT NULL,
            first_seen INTEGER NOT NULL,
            last_seen INTEGER NOT NULL,
            count INTEGER NOT NULL,
            place_network INTEGER NOT NULL,
            place_block INTEGER NOT NULL,
            place_allocation INTEGER NOT NULL,
            revoked_at INTEGER
        ) STRICT, WITHOUT ROWID;
        """

    /// What is learned from. Texts of envelopes and dialects repeat, so each is kept once.
    ///
    /// Sightings are found by what names them, which is hashes. An index over these alone would be written all over at
    /// every message; led by the day, only the part that belongs to today is. A name is the upper half of a hash; that of
    /// a queue id, a Message-ID and an attempt are hashed apart from each other. Numbers of sightings are not used twice,
    /// since names stay until their day is over.
    private static let sightingTables = """
        CREATE TABLE sighting (
            id INTEGER PRIMARY KEY AUTOINCREMENT,
            time INTEGER NOT NULL,
            session TEXT NOT NULL,
            client BLOB NOT NULL,
            network BLOB NOT NULL,
            organisation BLOB,
            vantage TEXT NOT NULL,
            envelope INTEGER NOT NULL,
            dialect INTEGER,
            queue_id BLOB,
            message_id BLOB,
            attempt BLOB
        ) STRICT;
        CREATE INDEX sighting_time ON sighting (time);

        CREATE TABLE sighting_text (
            id INTEGER PRIMARY KEY,
            digest INTEGER NOT NULL,
            uses INTEGER NOT NULL,
            text TEXT NOT NULL
        ) STRICT;
        CREATE INDEX sighting_text_digest ON sighting_text (digest);

        CREATE TABLE sighting_name (
            day INTEGER NOT NULL,
            name BLOB NOT NULL,
            sighting INTEGER NOT NULL,
            PRIMARY KEY (day, name, sighting)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sighting_judgement (
            sighting INTEGER NOT NULL,
            source TEXT NOT NULL,
            kind TEXT NOT NULL,
            time INTEGER NOT NULL,
            PRIMARY KEY (sighting, source)
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE sighting_client (
            day INTEGER NOT NULL,
            client BLOB NOT NULL,
            messages INTEGER NOT NULL,
            PRIMARY KEY (day, client)
        ) STRICT, WITHOUT ROWID;

        CREATE TRIGGER sighting_added AFTER INSERT ON sighting BEGIN
            UPDATE sighting_text SET uses = uses + 1 WHERE id IN (new.envelope, new.dialect);
        END;
        CREATE TRIGGER sighting_changed AFTER UPDATE OF envelope, dialect ON sighting BEGIN
            UPDATE sighting_text SET uses = uses + 1 WHERE id IN (new.envelope, new.dialect);
            UPDATE sighting_text SET uses = uses - 1 WHERE id IN (old.envelope, old.dialect);
            DELETE FROM sighting_text WHERE id IN (old.envelope, old.dialect) AND uses <= 0;
        END;
        CREATE TRIGGER sighting_gone AFTER DELETE ON sighting BEGIN
            UPDATE sighting_text SET uses = uses - 1 WHERE id IN (old.envelope, old.dialect);
            DELETE FROM sighting_text WHERE id IN (old.envelope, old.dialect) AND uses <= 0;
            DELETE FROM sighting_judgement WHERE sighting = old.id;
            DELETE FROM sighting_name WHERE day = old.time / 86400 AND sighting = old.id AND name IN
                (substr(old.queue_id, 1, 8), substr(old.message_id, 1, 8), substr(old.attempt, 1, 8));
        END;

        CREATE TABLE correspondent (
            key BLOB PRIMARY KEY NOT NULL,
            last_seen INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;

        CREATE TABLE unread_reply (
            text TEXT PRIMARY KEY NOT NULL,
            count INTEGER NOT NULL,
            last_seen INTEGER NOT NULL
        ) STRICT, WITHOUT ROWID;
        """
}
