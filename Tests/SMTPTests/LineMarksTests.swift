import SMTP
import Testing

/// How lines were sent, in words and bits.
struct LineMarksTests {
    @Test("Words and marks are each other's", arguments: 0..<32 as Range<UInt8>)
    func words(bits: UInt8) {
        let marks = LineMarks(rawValue: bits)
        #expect(LineMarks(words: marks.words.map(\.utf8)) == marks)
        #expect(marks.words.count == bits.nonzeroBitCount)
    }

    @Test("An event's marks are read with its line, unknown words passed over")
    func event() {
        let reader = EventReader(peers: SessionPeers())
        let bytes = Array("MAIL FROM:\0path\0early\0loud\0wrong-end".utf8)
        guard case .line(.mail, .path, let marks) = reader.read(.line, bytes.span) else {
            Issue.record("not a line")
            return
        }
        #expect(marks == [.early, .wrongEnd])
        guard case .line(nil, .cut, []) = reader.read(.line, Array("what".utf8).span) else {
            Issue.record("not a line without more")
            return
        }
    }
}
