import SMTP

/// A running hash of lines: FNV-1a over their bytes and ends.
struct LineChecksum {
    private var hash = FNVHash()

    var value: UInt64 { hash.value }

    mutating func add(_ line: ArraySlice<UInt8>) {
        hash.add(line)
        hash.add(0x0a)
    }

    func adding(_ line: ArraySlice<UInt8>) -> LineChecksum {
        var sum = self
        sum.add(line)
        return sum
    }
}
