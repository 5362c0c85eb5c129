/// What is hashed under a key: the purpose, and parts in their order.
///
/// Purpose and parts are prefixed with their lengths, so neither (`a`, `bc`) and (`ab`, `c`) nor two purposes ever have a
/// digest in common. Parts are shorter than 4 GiB.
public struct DigestMessage: Sendable {
    /// All of it.
    private(set) var bytes: [UInt8] = []

    /// A message without parts yet, for the purpose that `domain` names.
    public init(_ domain: StaticString) {
        bytes.reserveCapacity(160)
        // unsafe: the text is the program's own and stays; it is copied.
        addPart { unsafe $0 += UnsafeBufferPointer(start: domain.utf8Start, count: domain.utf8CodeUnitCount) }
    }

    /// Adds a part. O(length).
    public mutating func add(_ part: String) { addPart { $0 += part.utf8 } }

    /// Adds a part. O(length).
    public mutating func add(_ part: [UInt8]) { addPart { $0 += part } }

    /// Adds a number as a part: all of its bytes, the highest first.
    public mutating func add(_ number: UInt128) {
        addPart { bytes in
            for half in [UInt64(truncatingIfNeeded: number >> 64), UInt64(truncatingIfNeeded: number)] {
                for index: UInt64 in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: half >> (56 - 8 * index))) }
            }
        }
    }

    /// Adds what `write` appends as a part.
    @inline(__always)
    mutating func addPart(_ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        for _ in 0..<4 { bytes.append(0) }
        write(&bytes)
        let length = UInt32(truncatingIfNeeded: bytes.count - start - 4)
        for index in 0..<4 { bytes[start + index] = UInt8(truncatingIfNeeded: length >> UInt32(8 * index)) }
    }
}
