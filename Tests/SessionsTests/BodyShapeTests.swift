import Sessions
import Testing

/// The shape of a body's first bytes.
struct BodyShapeTests {
    private func shape(_ text: [UInt8], _ limits: RecorderLimits = RecorderLimits()) -> String {
        String(decoding: BodyShape.shape(of: text.span, limits: limits), as: UTF8.self)
    }

    @Test(arguments: [
        ("", ""), ("hello", "a"), ("Hello World 42", "Aa_Aa_9"), ("a  \t b", "a_a"), ("a\r\nb", "a$a"), ("\n\n", "$$"),
        ("<html>", "<a>"), ("!!", "!!"), ("a1b22", "a9a9"), ("größe", "a8a"), ("\0\u{1}", "??"), ("\u{7f}", "?"),
        ("aB", "aA"), ("\r\r", ""), ("-- \r\n", "--_$"),
    ])
    func text(text: String, shape: String) {
        #expect(self.shape(Array(text.utf8)) == shape)
    }

    @Test func everyByteHasAPrintableLetter() {
        for byte in UInt8.min...UInt8.max {
            let letters = BodyShape.shape(of: [byte].span)
            #expect(letters.count == (byte == 0x0d ? 0 : 1))
            #expect(letters.allSatisfy { 0x21...0x7e ~= $0 })
        }
    }

    @Test func shapeIsAsLongAsTheLimitsAllow() {
        var limits = RecorderLimits()
        limits.bodyShapeLetters = 3
        #expect(shape(Array("a1a1a1".utf8), limits) == "a9a")
        limits.bodySampleBytes = 2
        #expect(shape(Array("a1a1a1".utf8), limits) == "a9")
        let long = (0..<100_000).map { UInt8(truncatingIfNeeded: $0) }
        #expect(shape(long).utf8.count == RecorderLimits().bodyShapeLetters)
    }
}
