internal import SMTP
internal import SQLite

extension KeyedHash {
    /// The hash as 16 bytes, most significant first.
    var blob: SQLiteValue {
        .blob((0..<16).map { UInt8(truncatingIfNeeded: bits >> UInt128(120 - 8 * $0)) })
    }

    /// The hash in column `index` of the current row; `nil` when the column does not hold 16 bytes.
    init?(_ row: Statement, at index: Int) {
        let bytes = row.bytes(at: index)
        guard bytes.count == 16 else { return nil }
        self.init(bits: bytes.reduce(0) { $0 << 8 | UInt128($1) })
    }
}
