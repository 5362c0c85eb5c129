internal import SMTP
internal import SQLite

extension KeyedHash {
    /// The hash as 16 bytes, most significant first.
    var blob: SQLiteValue { .blob16(bits) }

    /// The hash in column `index` of the current row; `nil` when the column does not hold 16 bytes.
    init?(_ row: Statement, at index: Int) {
        guard let bits = row.number16(at: index) else { return nil }
        self.init(bits: bits)
    }
}
