import LogLines
import Testing

/// Words in the text of log lines, in slices that begin anywhere.
struct BytePatternTests {
    private let text = Array("xxto=<a>, to=<b>".utf8)[2...]

    @Test("The first and the last place, and none")
    func places() {
        #expect(text.end(of: "to=<") == 6 && text.lastEnd(of: "to=<") == 14)
        #expect(text.end(of: "x") == nil && text.lastEnd(of: "x") == nil)
        #expect(text.end(of: "to=<b>!") == nil && text.lastEnd(of: ">, to=<b>") == text.endIndex)
        #expect(text.end(of: "") == text.startIndex && text.lastEnd(of: "") == text.endIndex)
        let repeated = Array("aaab".utf8)[...]
        #expect(repeated.end(of: "aab") == 4 && repeated.lastEnd(of: "aa") == 3)
    }

    @Test("What a text begins with")
    func prefixes() {
        #expect(text.begins(with: "to=<a>") && !text.begins(with: "xx") && text.begins(with: ""))
        #expect(!text[2..<4].begins(with: "to="))
        #expect(text.after("to=").map { Array($0.prefix(3)) } == Array("<a>".utf8))
        #expect(text.after("to=<b>") == nil && text[2..<2].after("t") == nil)
    }
}
