/// Numbers in network byte order.
extension Span<UInt8> {
    /// The 16-bit number at `offset`; the caller has checked that it is there.
    func number16(at offset: Int) -> UInt16 { UInt16(self[offset]) << 8 | UInt16(self[offset + 1]) }

    /// The 32-bit number at `offset`; the caller has checked that it is there.
    func number32(at offset: Int) -> UInt32 {
        UInt32(number16(at: offset)) << 16 | UInt32(number16(at: offset + 2))
    }

    /// The 128-bit number at `offset`; the caller has checked that it is there.
    func number128(at offset: Int) -> UInt128 {
        (0..<4).reduce(UInt128(0)) { $0 << 32 | UInt128(number32(at: offset + 4 * $1)) }
    }

    /// A copy of the bytes in a range; the caller has checked that they are there.
    func bytes(in range: Range<Int>) -> [UInt8] {
        let part = extracting(range)
        return [UInt8](capacity: part.count) { output in
            for index in part.indices { output.append(part[index]) }
        }
    }
}
