/// The values of a row that is to be written, in one piece of memory that serves row after row.
///
/// ``Statement/run(_:)-(RowValues)`` has SQLite read them where they lie: nothing is copied or allocated for a value of its own.
public struct RowValues: Sendable {
    enum Value: Sendable {
        case null
        case integer(Int64)
        /// Where the bytes lie.
        case text(Range<Int>)
        case blob(Range<Int>)
    }

    private(set) var values: [Value] = []

    /// Never empty: SQLite takes an empty text without an address for NULL.
    private(set) var bytes: [UInt8] = [0]

    /// No values.
    public init() {}

    /// Forgets the values, and keeps the memory.
    public mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        bytes.append(0)
    }

    /// Adds NULL.
    public mutating func addNull() { values.append(.null) }

    /// Adds a whole number.
    public mutating func add(_ number: Int64) { values.append(.integer(number)) }

    /// Adds a text. O(length).
    public mutating func add(_ text: String) { addText { $0 += text.utf8 } }

    /// Adds the UTF-8 text that `write` appends.
    public mutating func addText(_ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        values.append(.text(start..<max(start, bytes.count)))
    }

    /// Adds bytes. O(count).
    public mutating func add(_ blob: [UInt8]) {
        values.append(.blob(bytes.count..<bytes.count + blob.count))
        bytes += blob
    }

    /// Adds the bytes of a number, the most significant first.
    public mutating func add(bytesOf number: UInt128) {
        let start = bytes.count
        // The bytes are copied at once.
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
        values.append(.blob(start..<bytes.count))
    }

    /// Adds the bytes of a number, the most significant first.
    public mutating func add(bytesOf number: UInt64) {
        let start = bytes.count
        // The bytes are copied at once.
        unsafe withUnsafeBytes(of: number.bigEndian) { unsafe bytes.append(contentsOf: $0) }
        values.append(.blob(start..<bytes.count))
    }
}
