/// A value that a statement takes.
public enum SQLiteValue: Hashable, Sendable {
    /// No value.
    case null

    /// A whole number.
    case integer(Int64)

    /// A floating-point number; NaN is stored as NULL.
    case real(Double)

    /// Text, stored as UTF-8.
    case text(String)

    /// Bytes.
    case blob([UInt8])

    /// Sixteen bytes, the most significant first.
    case blob16(UInt128)

    /// Eight bytes, the most significant first.
    case blob8(UInt64)
}

extension SQLiteValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    /// A whole number.
    public init(integerLiteral value: Int64) { self = .integer(value) }

    /// Text.
    public init(stringLiteral value: String) { self = .text(value) }

    /// No value.
    public init(nilLiteral: ()) { self = .null }
}
