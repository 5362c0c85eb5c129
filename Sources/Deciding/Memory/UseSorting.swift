import Policy
import SMTP

/// Saved records in the order of their use.
struct UseSorting {
    /// The places of the records, that of the one used longest ago first; of one second in the order of their keys.
    let places: [UInt32]

    /// Whether no key is there twice, as far as that shows without looking for it.
    let hasUniqueKeys: Bool

    /// Sorts records by when they were last used as of a time. O(n) if their keys ascend, as a store hands them out; else
    /// O(n log n).
    init<Records: RandomAccessCollection<FairTier.Record>>(_ records: Records, at now: UnixTime)
    where Records.Index == Int {
        var oldest: UInt64 = 0
        var isAscending = true
        var before: KeyedHash?
        let ages = records.map { record in
            let age = UInt64(clamping: now - record.record.lastSeen)
            oldest = max(oldest, age)
            if let before, before.bits >= record.key.bits { isAscending = false }
            before = record.key
            return UInt32(clamping: age)
        }
        hasUniqueKeys = isAscending
        guard isAscending, oldest <= UInt32.max else {
            let all = (0..<UInt32(clamping: records.count))
            places = all.sorted { one, other in
                let (one, other) = (records[Int(one)], records[Int(other)])
                let times = (min(one.record.lastSeen, now), min(other.record.lastSeen, now))
                return times.0 != times.1 ? times.0 < times.1 : one.key.bits < other.key.bits
            }
            return
        }
        let highest = UInt32(clamping: oldest)
        var pairs = ages.enumerated().map { UInt64(highest - $1) << 32 | UInt64($0) }
        Self.sortByUpperHalf(&pairs, bits: 32 - highest.leadingZeroBitCount)
        places = pairs.map { UInt32(truncatingIfNeeded: $0) }
    }

    /// Sorts numbers by so many bits of their upper halves, from the lowest on; what is equal stays in its order. Digit by
    /// digit, the last first. O(n).
    static func sortByUpperHalf(_ numbers: inout [UInt64], bits: Int) {
        var other = numbers
        for shift in stride(from: 32, to: 32 + bits, by: digit) {
            var starts = [Int](repeating: 0, count: 1 << digit + 1)
            for number in numbers { starts[digit(of: number, at: shift) + 1] += 1 }
            for value in 1..<starts.count { starts[value] += starts[value - 1] }
            for number in numbers {
                let value = digit(of: number, at: shift)
                other[starts[value]] = number
                starts[value] += 1
            }
            swap(&numbers, &other)
        }
    }

    /// The bits of a digit.
    private static let digit = 11

    private static func digit(of number: UInt64, at shift: Int) -> Int {
        Int(truncatingIfNeeded: number >> UInt64(shift)) & (1 << digit - 1)
    }
}
