/// Writes values one after the other, without names: for what is kept by the hundred thousand, where text would be several
/// times as long and cost ten times as much.
public struct PackedWriter: Sendable {
    /// What was written.
    public var bytes: [UInt8] { written }

    @usableFromInline var written: [UInt8] = []

    /// Begins with the number of the form, by which a reader knows it.
    public init(form: UInt8, capacity: Int) {
        written.reserveCapacity(capacity)
        written.append(form)
    }

    /// Writes a byte.
    @inlinable
    public mutating func add(_ byte: UInt8) { written.append(byte) }

    /// Writes a number, negative ones as 0: seven bits a byte, the lowest first.
    @inlinable
    public mutating func add(number: Int) {
        var rest = UInt(clamping: number)
        while rest > 0x7f {
            written.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        written.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Writes a number of eight bytes, the highest first.
    public mutating func add(fixed: UInt64) {
        for shift in stride(from: 56, through: 0, by: -8) {
            written.append(UInt8(truncatingIfNeeded: fixed >> UInt64(shift)))
        }
    }

    /// Writes the length of some bytes, and these.
    public mutating func add(string: ArraySlice<UInt8>) {
        add(number: string.count)
        written.append(contentsOf: string)
    }

    /// The same, with room for there being none.
    public mutating func add(optional string: [UInt8]?) {
        guard let string else { return written.append(0) }
        add(number: string.count + 1)
        written.append(contentsOf: string)
    }
}

/// Reads what ``PackedWriter`` has written; nothing in it is trusted. What is missing or too large is `nil`.
public struct PackedReader: Sendable {
    private var rest: ArraySlice<UInt8>

    /// A reader of bytes that begin with the number of a form; `nil` for others.
    public init?(_ bytes: [UInt8], form: UInt8) {
        guard bytes.first == form else { return nil }
        rest = bytes.dropFirst()
    }

    /// Whether everything was read.
    public var isAtEnd: Bool { rest.isEmpty }

    /// Reads a byte.
    public mutating func byte() -> UInt8? { rest.popFirst() }

    /// Reads a number from 0 to `limit`.
    public mutating func number(upTo limit: Int) -> Int? {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), through: 56, by: 7) {
            guard let byte = rest.popFirst() else { return nil }
            number |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return Int(exactly: number).flatMap { $0 <= limit ? $0 : nil } }
        }
        return nil
    }

    /// Reads a number of eight bytes.
    public mutating func fixed() -> UInt64? {
        guard rest.count >= 8 else { return nil }
        defer { rest = rest.dropFirst(8) }
        return rest.prefix(8).reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// Reads bytes with their length, at most `limit` of them.
    public mutating func string(upTo limit: Int) -> [UInt8]? { number(upTo: limit).flatMap { take($0) } }

    /// Reads bytes that may be none.
    public mutating func optional(upTo limit: Int) -> [UInt8]?? {
        guard let count = number(upTo: limit + 1) else { return nil }
        return count == 0 ? .some(nil) : take(count - 1).map { $0 }
    }

    /// Reads all that is left.
    public mutating func remainder() -> [UInt8] {
        defer { rest = [] }
        return Array(rest)
    }

    private mutating func take(_ count: Int) -> [UInt8]? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return Array(rest.prefix(count))
    }
}
