/// A running hash of lines: FNV-1a over their bytes and ends.
struct LineChecksum {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ line: ArraySlice<UInt8>) {
        for byte in line { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }
        value = (value ^ 0x0a) &* 0x100_0000_01b3
    }

    func adding(_ line: ArraySlice<UInt8>) -> LineChecksum {
        var sum = self
        sum.add(line)
        return sum
    }
}
