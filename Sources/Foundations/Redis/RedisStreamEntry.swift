/// The place of an entry in a stream: the time when it was added, in milliseconds, and a number.
public struct RedisStreamID: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The time, by the server's clock.
    public let milliseconds: UInt64

    /// Tells entries of one millisecond apart.
    public let number: UInt64

    /// The place before every entry.
    public static let beginning = RedisStreamID(milliseconds: 0, number: 0)

    private init(milliseconds: UInt64, number: UInt64) {
        (self.milliseconds, self.number) = (milliseconds, number)
    }

    /// Reads `1700000000000-0`; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let milliseconds = UInt64(parts[0]), let number = UInt64(parts[1]) else { return nil }
        self.init(milliseconds: milliseconds, number: number)
    }

    /// As Redis writes it.
    public var description: String { "\(milliseconds)-\(number)" }

    /// The order of the stream.
    public static func < (left: RedisStreamID, right: RedisStreamID) -> Bool {
        (left.milliseconds, left.number) < (right.milliseconds, right.number)
    }
}

/// An entry of a stream, as XRANGE and XREAD answer it.
public struct RedisStreamEntry: Sendable, Hashable {
    /// Its place.
    public let id: RedisStreamID

    /// Its fields, as far as they have names that are text.
    public let fields: [String: [UInt8]]

    /// Reads an entry; `nil` for anything else.
    public init?(_ value: RedisValue) {
        guard let parts = value.array, parts.count == 2, let id = parts[0].text.flatMap({ RedisStreamID($0) }),
            let words = parts[1].array
        else { return nil }
        var fields: [String: [UInt8]] = [:]
        for index in stride(from: 0, to: words.count - 1, by: 2) {
            if let name = words[index].text, let value = words[index + 1].bytes { fields[name] = value }
        }
        (self.id, self.fields) = (id, fields)
    }

    /// The entries of the answer to XREAD of one stream; none where there is nothing new.
    public static func entries(ofRead value: RedisValue) -> [RedisStreamEntry] {
        (value.array?.first?.array?.last?.array ?? []).compactMap { RedisStreamEntry($0) }
    }
}
