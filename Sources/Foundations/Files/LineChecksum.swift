/// A running checksum of lines: tells whether a file still begins as it did. It is kept, so it stays what it is; it is no
/// defence against anybody who makes up two texts of one checksum.
///
/// Sixteen bytes at a time in two lanes, each a multiplication and a rotation, since it is made of every byte that is read.
public struct LineChecksum: Sendable {
    private var lanes: (UInt64, UInt64) = (0x9e37_79b9_7f4a_7c15, 0xc2b2_ae3d_27d4_eb4f)

    /// The checksum of no line.
    public init() {}

    /// The checksum so far.
    public var value: UInt64 {
        var mixed = lanes.0 ^ Self.rotated(lanes.1, by: 32)
        mixed = (mixed ^ mixed >> 33) &* 0xff51_afd7_ed55_8ccd
        return mixed ^ mixed >> 33
    }

    /// Adds a line, which is told apart from its parts. O(length).
    public mutating func add(_ line: ArraySlice<UInt8>) {
        // What is read lies within the line, which lives through the call.
        unsafe line.withUnsafeBytes { bytes in
            var place = 0
            while place + 16 <= bytes.count {
                add(
                    unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)),
                    unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: place + 8, as: UInt64.self)))
                place += 16
            }
            var rest: (UInt64, UInt64) = (0, UInt64(bytes.count) << 56)
            for offset in place..<bytes.count {
                let byte = UInt64(unsafe bytes[offset])
                if offset - place < 8 {
                    rest.0 |= byte << UInt64(8 * (offset - place))
                } else {
                    rest.1 ^= byte << UInt64(8 * (offset - place - 8))
                }
            }
            add(rest.0, rest.1)
        }
    }

    private mutating func add(_ first: UInt64, _ second: UInt64) {
        lanes.0 = Self.rotated((lanes.0 ^ first) &* 0x9fb2_1c65_1e98_df25, by: 29)
        lanes.1 = Self.rotated((lanes.1 ^ second) &* 0xd6e8_feb8_6659_fd93, by: 31)
    }

    private static func rotated(_ bits: UInt64, by count: UInt64) -> UInt64 { bits << count | bits >> (64 - count) }
}
