import SMTP

/// Recipient domains as small numbers.
///
/// The first `capacity` domains get numbers of their own. What comes later shares `tailBuckets` numbers by a fixed hash,
/// so an attacker who invents recipient domains cannot grow the table; buckets keep counts non-negative, as the
/// clustering needs. O(length of the name) per look-up.
public struct DomainTable: Sendable {
    /// How many domains get a number of their own.
    public let capacity: Int

    /// How many numbers all later domains share; a power of two.
    public let tailBuckets: Int

    /// The names, by number; the tail's numbers follow after `capacity` and have no name.
    public private(set) var names: [String] = []

    private var numbers: [String: UInt32] = [:]

    /// How many times a name fell into the shared tail.
    public private(set) var tailHits = 0

    /// An empty table.
    public init(capacity: Int = 65_536, tailBuckets: Int = 4_096) {
        self.capacity = max(capacity, 1)
        var buckets = 1
        while buckets < tailBuckets { buckets *= 2 }
        self.tailBuckets = buckets
    }

    /// A table of names, numbered in their order.
    public init(names: [String], capacity: Int = 65_536, tailBuckets: Int = 4_096) {
        self.init(capacity: max(capacity, names.count), tailBuckets: tailBuckets)
        for name in names { _ = number(interning: name) }
    }

    /// The number of `name`, which is added when it is new.
    public mutating func number(interning name: String) -> UInt32 {
        if let known = numbers[name] { return known }
        guard names.count < capacity else {
            tailHits += 1
            return tailNumber(of: name)
        }
        let number = UInt32(names.count)
        numbers[name] = number
        names.append(name)
        return number
    }

    /// The number of `name`, or `nil` when it has none yet.
    public func number(of name: String) -> UInt32? {
        if let known = numbers[name] { return known }
        return names.count < capacity ? nil : tailNumber(of: name)
    }

    /// The name behind a number; a tail number is shown as `(others N)`.
    public func name(of number: UInt32) -> String {
        number < names.count ? names[Int(number)] : "(others \(Int(number) - capacity))"
    }

    private func tailNumber(of name: String) -> UInt32 {
        let hash = FNVHash(name.utf8).value
        return UInt32(capacity) + UInt32(truncatingIfNeeded: hash & UInt64(tailBuckets - 1))
    }
}
