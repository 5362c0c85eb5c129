import SMTP

/// A running hash of lines: FNV-1a over their bytes and ends. Files are known by that of their first line, and earlier
/// versions have kept how far they were imported with it.
struct LineHash {
    private var hash = FNVHash()

    var value: UInt64 { hash.value }

    mutating func add(_ line: ArraySlice<UInt8>) {
        hash.add(line)
        hash.add(0x0a)
    }

    func adding(_ line: ArraySlice<UInt8>) -> LineHash {
        var sum = self
        sum.add(line)
        return sum
    }
}
