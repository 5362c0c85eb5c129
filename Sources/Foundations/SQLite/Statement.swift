private import CSQLite

/// A compiled statement: bind values, step through rows, read columns, reset.
///
/// Parameters are numbered from 1, columns from 0, as in SQLite. Like its ``Database`` it is used by one thread at a
/// time.
@safe
public final class Statement {
    /// The statement's text.
    public let sql: String

    private let database: Database

    /// Owned: compiled in `init`, finalised once in `deinit`.
    private let handle: OpaquePointer

    init(_ sql: String, in database: Database) throws(SQLiteError) {
        var handle: OpaquePointer?
        // The text is a NUL-terminated copy that lives through the call; `handle` outlives it.
        let result = unsafe sqlite3_prepare_v3(
            database.handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &handle, nil)
        guard result == SQLITE_OK else { throw database.error(result, sql: sql) }
        guard let compiled = unsafe handle else {
            throw SQLiteError(extendedCode: SQLITE_MISUSE, message: "no statement", sql: sql, path: database.path)
        }
        self.sql = sql
        self.database = database
        // Ownership moves from the call to this object.
        unsafe self.handle = compiled
    }

    deinit {
        // The only owner is gone; what it returns repeats the last step's failure.
        unsafe sqlite3_finalize(handle)
    }

    /// Binds a whole number to parameter `index`.
    public func bind(_ value: Int64, at index: Int) throws(SQLiteError) {
        // The statement is alive; SQLite checks the index.
        try check(unsafe sqlite3_bind_int64(handle, Int32(clamping: index), value))
    }

    /// Binds a floating-point number to parameter `index`.
    public func bind(_ value: Double, at index: Int) throws(SQLiteError) {
        // The statement is alive; SQLite checks the index.
        try check(unsafe sqlite3_bind_double(handle, Int32(clamping: index), value))
    }

    /// Binds text to parameter `index`.
    public func bind(_ value: String, at index: Int) throws(SQLiteError) {
        guard !value.isEmpty else {
            // An empty text may have no address, and SQLite takes a null address for NULL.
            return try check(
                unsafe sqlite3_bind_text64(
                    handle, Int32(clamping: index), "", 0, transient, UInt8(SQLITE_UTF8)))
        }
        var text = value
        // The text lives through the call, and SQLite copies it.
        let result = text.withUTF8 { bytes in
            unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                unsafe sqlite3_bind_text64(
                    handle, Int32(clamping: index), characters.baseAddress, UInt64(characters.count), transient,
                    UInt8(SQLITE_UTF8))
            }
        }
        try check(result)
    }

    /// Binds bytes to parameter `index`.
    public func bind(_ value: [UInt8], at index: Int) throws(SQLiteError) {
        guard !value.isEmpty else {
            // An empty array has no address, and SQLite takes a null address for NULL.
            return try check(unsafe sqlite3_bind_zeroblob(handle, Int32(clamping: index), 0))
        }
        // The bytes live through the call, and SQLite copies them.
        try check(
            unsafe sqlite3_bind_blob64(handle, Int32(clamping: index), value, UInt64(value.count), transient))
    }

    /// Binds the bytes of a number to parameter `index`, the most significant first.
    public func bind(bytesOf value: some FixedWidthInteger, at index: Int) throws(SQLiteError) {
        // The bytes live through the call, and SQLite copies them.
        try check(
            unsafe withUnsafeBytes(of: value.bigEndian) { bytes in
                unsafe sqlite3_bind_blob64(
                    handle, Int32(clamping: index), bytes.baseAddress, UInt64(bytes.count), transient)
            })
    }

    /// Binds NULL to parameter `index`.
    public func bindNull(at index: Int) throws(SQLiteError) {
        // The statement is alive; SQLite checks the index.
        try check(unsafe sqlite3_bind_null(handle, Int32(clamping: index)))
    }

    /// Binds `values` to the parameters from the first on.
    public func bind(_ values: [SQLiteValue]) throws(SQLiteError) {
        for (offset, value) in values.enumerated() {
            switch value {
            case .null: try bindNull(at: offset + 1)
            case .integer(let number): try bind(number, at: offset + 1)
            case .real(let number): try bind(number, at: offset + 1)
            case .text(let text): try bind(text, at: offset + 1)
            case .blob(let bytes): try bind(bytes, at: offset + 1)
            case .blob16(let number): try bind(bytesOf: number, at: offset + 1)
            case .blob8(let number): try bind(bytesOf: number, at: offset + 1)
            }
        }
    }

    /// Goes to the next row. `false` when there is none; the statement then starts again at the next step.
    public func step() throws(SQLiteError) -> Bool {
        // The statement is alive.
        switch unsafe sqlite3_step(handle) {
        case SQLITE_ROW:
            return true
        case SQLITE_DONE:
            return false
        case let result:
            let error = database.error(result, sql: sql)
            reset()
            throw error
        }
    }

    /// Binds `values`, one for every parameter, runs the statement to its end, and makes it ready for the next use.
    public func run(_ values: SQLiteValue...) throws(SQLiteError) { try run(values) }

    /// Binds `values` to the parameters 1, 2, ..., runs the statement to its end, and resets it.
    public func run(_ values: [SQLiteValue]) throws(SQLiteError) {
        try bind(values)
        try runBound()
    }

    /// Binds the values of `row` to the parameters 1, 2, ..., runs the statement to its end, and forgets them.
    public func run(_ row: RowValues) throws(SQLiteError) {
        // The bytes live through all that the closure does; nothing stays bound to them.
        try unsafe row.bytes.withUnsafeBufferPointer { (bytes: UnsafeBufferPointer<UInt8>) throws(SQLiteError) in
            defer { unsafe sqlite3_clear_bindings(handle) }
            for (offset, value) in row.values.enumerated() {
                unsafe try bind(value, at: Int32(clamping: offset + 1), in: bytes)
            }
            try runBound()
        }
    }

    /// Binds a value that lies in `bytes`, which outlive its use.
    @unsafe
    private func bind(
        _ value: RowValues.Value, at index: Int32, in bytes: UnsafeBufferPointer<UInt8>
    ) throws(SQLiteError) {
        // The statement is alive; SQLite checks the index, and reads no more than the given number of bytes.
        switch value {
        case .null: try check(unsafe sqlite3_bind_null(handle, index))
        case .integer(let number): try check(unsafe sqlite3_bind_int64(handle, index, number))
        case .text(let range):
            let start = unsafe UnsafeRawPointer(bytes.baseAddress! + range.lowerBound)
            try check(
                unsafe sqlite3_bind_text64(
                    handle, index, start.assumingMemoryBound(to: CChar.self), UInt64(range.count), nil,
                    UInt8(SQLITE_UTF8)))
        case .blob(let range):
            try check(
                unsafe sqlite3_bind_blob64(
                    handle, index, bytes.baseAddress! + range.lowerBound, UInt64(range.count), nil))
        }
    }

    /// Runs the statement to its end with the values that are bound, and resets it.
    public func runBound() throws(SQLiteError) {
        // The values stay bound until the next run binds others: forgetting them costs as much as binding them.
        // The statement is alive; what `sqlite3_reset` returns repeats the last step's failure.
        defer { unsafe sqlite3_reset(handle) }
        while try step() {}
    }

    /// Ends the current run and forgets the bound values.
    public func reset() {
        // The statement is alive; what `sqlite3_reset` returns repeats the last step's failure.
        unsafe sqlite3_reset(handle)
        unsafe sqlite3_clear_bindings(handle)
    }

    /// The column that the result calls `name`; one past the last, which holds NULL, when there is none. O(1).
    public func column(_ name: String) -> Int { columns[name] ?? columns.count }

    /// Column `name` of the current row as text; empty for NULL. O(length).
    public func text(_ name: String) -> String { text(at: column(name)) }

    /// Column `name` of the current row as a whole number; 0 for NULL.
    public func integer(_ name: String) -> Int64 { integer(at: column(name)) }

    /// Whether column `name` of the current row holds no value.
    public func isNull(_ name: String) -> Bool { isNull(at: column(name)) }

    private lazy var columns: [String: Int] = {
        // The statement is alive, and so is each name while it is read.
        let names = unsafe (0..<sqlite3_column_count(handle)).map { index in
            unsafe sqlite3_column_name(handle, index).map { unsafe String(cString: $0) } ?? ""
        }
        return Dictionary(zip(names, names.indices), uniquingKeysWith: { first, _ in first })
    }()

    /// Whether column `index` of the current row holds no value.
    public func isNull(at index: Int) -> Bool {
        // The statement is alive; SQLite answers NULL for a column that does not exist.
        unsafe sqlite3_column_type(handle, Int32(clamping: index)) == SQLITE_NULL
    }

    /// Column `index` of the current row as a whole number; 0 for NULL.
    public func integer(at index: Int) -> Int64 {
        // The statement is alive; SQLite converts what is stored.
        unsafe sqlite3_column_int64(handle, Int32(clamping: index))
    }

    /// Column `index` of the current row as a floating-point number; 0 for NULL.
    public func double(at index: Int) -> Double {
        // The statement is alive; SQLite converts what is stored.
        unsafe sqlite3_column_double(handle, Int32(clamping: index))
    }

    /// Column `index` of the current row as text, invalid UTF-8 repaired; empty for NULL. O(length).
    public func text(at index: Int) -> String { String(decoding: bytes(at: index), as: UTF8.self) }

    /// Column `index` of the current row as bytes; empty for NULL. O(length).
    public func bytes(at index: Int) -> [UInt8] {
        // The bytes belong to the row until the next call on the statement; they are copied here.
        guard let start = unsafe sqlite3_column_blob(handle, Int32(clamping: index)) else { return [] }
        let count = unsafe sqlite3_column_bytes(handle, Int32(clamping: index))
        return unsafe Array(UnsafeRawBufferPointer(start: start, count: Int(count)))
    }

    /// Column `index` of the current row as a number, if it holds sixteen bytes: the most significant is the first.
    public func number16(at index: Int) -> UInt128? {
        // The bytes belong to the row until the next call on the statement; they are copied here.
        guard let start = unsafe sqlite3_column_blob(handle, Int32(clamping: index)),
            unsafe sqlite3_column_bytes(handle, Int32(clamping: index)) == 16
        else { return nil }
        return UInt128(bigEndian: unsafe start.loadUnaligned(as: UInt128.self))
    }

    /// Tells SQLite to copy what is bound (SQLITE_TRANSIENT, a cast that the importer cannot express).
    private var transient: sqlite3_destructor_type {
        // SQLite compares the value and never calls it.
        unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
    }

    private func check(_ result: Int32) throws(SQLiteError) {
        guard result == SQLITE_OK else { throw database.error(result, sql: sql) }
    }
}
