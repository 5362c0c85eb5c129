import SMTP
import Testing
import Wire

/// The client's half alone, told by somebody what comes next.
struct ClientReaderTests {
    private func read(_ reader: inout ClientReader, _ text: String) -> [String] {
        reader.append(Array(text.utf8), at: 0)
        var texts: [String] = []
        while let message = reader.next() { texts.append("\(message.kind) \(message.text) \(message.length)") }
        return texts
    }

    @Test("A line longer than the limit is one line, and shows it")
    func longLines() {
        var reader = ClientReader(lineBytes: 9)
        #expect(read(&reader, String(repeating: "A", count: 100)) == [])
        #expect(reader.waitingBytes == 0)
        #expect(
            read(&reader, "AA\r\nNOOP\r\n") == ["unknownCommand AAAAAAAAA 0", "command(SMTP.SMTPVerb.noop) NOOP 0"])
    }

    @Test("Each message is what was expected, and a command follows")
    func expectations() {
        var reader = ClientReader()
        reader.expect(.chunk(4))
        #expect(read(&reader, "a\n.\nNOOP\r\n") == ["content a\n 4", "command(SMTP.SMTPVerb.noop) NOOP 0"])
        reader.expect(.authentication)
        #expect(read(&reader, "c2VjcmV0\r\n") == ["authentication  0"])
        reader.expect(.content)
        #expect(read(&reader, "a: b\n\n..\n.\r\n") == ["content a: b\n 12"])
    }

    @Test(
        "Whether what waits is a command",
        arguments: [
            ("RSET", nil), ("RSET\r", true), (" rset x", true), ("RSETS", nil), ("RSETS:", false), ("Subject:", false),
            ("", nil), ("STARTTLSX", false), ("data-", false), (String(repeating: " ", count: 70), false),
        ] as [(String, Bool?)])
    func beginsWithCommand(text: String, isCommand: Bool?) {
        var reader = ClientReader()
        reader.append(Array(text.utf8), at: 0)
        #expect(reader.beginsWithCommand == isCommand)
    }

    @Test("A client that sends byte by byte while nobody reads is read all the same")
    func manySegments() {
        var reader = ClientReader()
        for index in 0..<40_000 { reader.append(CollectionOfOne(UInt8(ascii: "a")), at: UInt64(index)) }
        reader.append([UInt8(ascii: "\n")], at: 40_000)
        let message = reader.next()
        #expect(message?.segmentCount == 16_384 && message?.time == 0 && reader.waitingBytes == 0)
    }

    @Test("Where content will end is known before it is read")
    func contentEnd() {
        var reader = ClientReader()
        reader.expect(.content)
        #expect(read(&reader, "a\r\n.").isEmpty)
        #expect(reader.contentEnd(in: Array("\r\nQUIT\r\n".utf8)[...]) == 2)
        #expect(reader.contentEnd(in: Array("b\r\n".utf8)[...]) == nil)
        #expect(read(&reader, "\r\nQUIT\r\n").count == 2)
        reader.expect(.chunk(3))
        #expect(reader.contentEnd(in: [1, 2, 3, 4]) == 3 && reader.contentEnd(in: [1]) == nil)
    }
}
