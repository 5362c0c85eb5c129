/// What a Redis server answers (RESP 2).
public enum RedisValue: Sendable, Hashable {
    /// A word such as `OK`.
    case status(String)

    /// A refusal, in the server's words.
    case refusal(String)

    /// A number.
    case integer(Int64)

    /// Bytes.
    case bytes([UInt8])

    /// Several answers.
    case array([RedisValue])

    /// There is nothing.
    case none

    /// The bytes, if it is some.
    public var bytes: [UInt8]? { if case .bytes(let bytes) = self { bytes } else { nil } }

    /// The text of bytes or of a word; what is no UTF-8 is replaced.
    public var text: String? {
        switch self {
        case .bytes(let bytes): String(decoding: bytes, as: UTF8.self)
        case .status(let word): word
        default: nil
        }
    }

    /// The number, if it is one.
    public var integer: Int64? { if case .integer(let number) = self { number } else { nil } }

    /// The answers, if it is several.
    public var array: [RedisValue]? { if case .array(let values) = self { values } else { nil } }

    /// The server's words, if it refuses.
    public var refusal: String? { if case .refusal(let words) = self { words } else { nil } }
}
