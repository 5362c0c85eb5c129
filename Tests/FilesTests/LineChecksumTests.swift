import Files
import Seeded
import Testing

@Suite("The checksum of lines")
struct LineChecksumTests {
    private func checksum(_ lines: [String]) -> UInt64 {
        lines.reduce(into: LineChecksum()) { $0.add(Array("xx\($1)".utf8)[2...]) }.value
    }

    /// It is kept in databases, so it never changes.
    @Test func itIsWhatItWas() {
        #expect(checksum([]) == LineChecksum().value)
        #expect(
            checksum(["Nov  2 03:04:05 mx postfix/smtpd[1]: connect from a[192.0.2.1]", "", "b"]) == 0x40d0b49db5538a36)
    }

    @Test("every byte, every line's end and their order count", arguments: [0, 1, 7, 8, 9, 15, 16, 17, 40, 300])
    func everything(length: Int) {
        let line = String(repeating: "a", count: length)
        var seen: Set<UInt64> = [
            checksum([line]), checksum([line, ""]), checksum(["", line, "b"]), checksum([line, "b"]), checksum([]),
        ]
        var count = 5
        for place in 0..<length {
            var bytes = Array(line.utf8)
            bytes[place] = UInt8(ascii: "b")
            seen.insert(checksum([String(decoding: bytes, as: UTF8.self)]))
            count += 1
        }
        #expect(seen.count == count)
    }
}
