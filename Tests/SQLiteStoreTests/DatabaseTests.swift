import SQLite
import Testing

@Suite("SQLite")
struct DatabaseTests {
    @Test("values of every kind come back as they were bound")
    func roundTrip() throws {
        let database = try Database(path: Database.inMemory, access: .create)
        try database.execute("CREATE TABLE t (a, b, c, d, e, f)")
        let text = "naïve\0text 🦊"
        try database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)").run(
            .integer(.min), .real(0.1), .text(text), .blob([0, 255, 0]), .null, .blob([]))
        #expect(database.changes == 1)
        let row = try database.prepare("SELECT * FROM t")
        #expect(try row.step())
        #expect(row.integer(at: 0) == .min)
        #expect(row.double(at: 1) == 0.1)
        #expect(row.text(at: 2) == text)
        #expect(row.bytes(at: 3) == [0, 255, 0])
        #expect(row.isNull(at: 4) && !row.isNull(at: 5) && row.bytes(at: 5) == [])
        #expect(row.isNull(at: 99) && row.integer(at: -1) == 0 && row.text(at: 4) == "")
        #expect(try !row.step())
    }

    @Test("a row's values come back as they were added, and nothing of them stays behind")
    func rowValues() throws {
        let database = try Database(path: Database.inMemory, access: .create)
        try database.execute("CREATE TABLE t (a, b, c, d, e, f)")
        let insert = try database.prepare("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)")
        var row = RowValues()
        for number: Int64 in 0..<2 {
            row.removeAll()
            row.add(number == 0 ? "" : "naïve\0text 🦊")
            row.add([UInt8]())
            row.addNull()
            row.add(number - 1)
            row.add(bytesOf: UInt128(1) << 120 | 2)
            row.addText { $0 += "a b".utf8 }
            try insert.run(row)
        }
        try insert.runBound()
        let found = try database.prepare("SELECT * FROM t ORDER BY rowid")
        for (text, number) in [("", Int64(-1)), ("naïve\0text 🦊", 0)] {
            #expect(try found.step())
            #expect(found.text(at: 0) == text && !found.isNull(at: 0) && !found.isNull(at: 1) && found.isNull(at: 2))
            #expect(found.integer(at: 3) == number && found.text(at: 5) == "a b")
            #expect(found.number16(at: 4) == UInt128(1) << 120 | 2 && found.bytes(at: 4).count == 16)
        }
        #expect(try found.step() && (0..<6).allSatisfy { found.isNull(at: $0) })
        row.add(7)
        #expect(throws: SQLiteError.self) { try insert.run(row) }
    }

    @Test("a statement is ready again after a run, a failure or a reset")
    func reuse() throws {
        let database = try Database(path: Database.inMemory, access: .create)
        try database.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
        let insert = try database.prepare("INSERT INTO t VALUES (?)")
        try insert.run(1)
        let error = #expect(throws: SQLiteError.self) { try insert.run(1) }
        #expect(error?.primaryCode == 19 && error?.sql == "INSERT INTO t VALUES (?)")
        try insert.run(2)
        #expect(try database.number("SELECT count(*) FROM t") == 2)
    }

    @Test("errors name code, statement and file")
    func errors() throws {
        let database = try Database(path: Database.inMemory, access: .create)
        let error = #expect(throws: SQLiteError.self) { try database.prepare("SELEKT 1") }
        #expect(error?.description == ":memory:: near \"SELEKT\": syntax error (SQLite code 1): SELEKT 1")
        #expect(throws: SQLiteError.self) { try database.prepare("") }
        #expect(throws: SQLiteError.self) { try database.prepare("SELECT ?").bind(1 as Int64, at: 2) }
        let scratch = Scratch()
        let missing = scratch.directory + "/none/store.db"
        let opening = #expect(throws: SQLiteError.self) { try Database(path: missing, access: .create) }
        #expect(opening?.primaryCode == 14 && opening?.path == missing)
    }

    @Test("garbage is corruption")
    func garbage() throws {
        let scratch = Scratch()
        scratch.write(Array(repeating: 0x41, count: 8_192), to: "store.db")
        let database = try Database(path: scratch.database, access: .readWrite)
        let error = #expect(throws: SQLiteError.self) { try database.number("PRAGMA user_version") }
        #expect(error?.isCorruption == true)
    }

    @Test("a transaction that throws leaves nothing, one that returns leaves all")
    func transactions() throws {
        let database = try Database(path: Database.inMemory, access: .create)
        try database.execute("CREATE TABLE t (a)")
        #expect(throws: SQLiteError.self) {
            try database.transaction { () throws(SQLiteError) in
                try database.execute("INSERT INTO t VALUES (1)")
                try database.execute("nonsense")
            }
        }
        #expect(!database.isInTransaction)
        #expect(try database.number("SELECT count(*) FROM t") == 0)
        try database.transaction { () throws(SQLiteError) in try database.execute("INSERT INTO t VALUES (1)") }
        #expect(try database.number("SELECT count(*) FROM t") == 1)
    }

    @Test("a full database says so, and works again with more room")
    func full() throws {
        let scratch = Scratch()
        let database = try Database(path: scratch.database, access: .create)
        try database.execute("CREATE TABLE t (a); PRAGMA max_page_count = 4")
        let insert = try database.prepare("INSERT INTO t VALUES (zeroblob(20000))")
        let error = #expect(throws: SQLiteError.self) { try insert.run() }
        #expect(error?.isFull == true)
        try database.execute("PRAGMA max_page_count = 1000")
        try insert.run()
    }

    @Test("statements outlive the last other reference to their database")
    func lifetime() throws {
        var database: Database? = try Database(path: Database.inMemory, access: .create)
        let row = try database!.prepare("SELECT 42")
        database = nil
        #expect(try row.step() && row.integer(at: 0) == 42)
    }
}
