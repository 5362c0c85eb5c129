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

extension RowValues {
    /// Adds a hash as 16 bytes, most significant first; NULL for none.
    mutating func add(_ hash: KeyedHash?) {
        if let hash { add(bytesOf: hash.bits) } else { addNull() }
    }

    /// Adds texts as ``Swift/Array/joinedLines`` joins them.
    mutating func add(lines: some Sequence<String>) {
        addText { text in
            let start = text.count
            for line in lines {
                if text.count > start { text.append(UInt8(ascii: "\n")) }
                text += line.utf8
            }
        }
    }
}
