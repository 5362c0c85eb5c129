import SMTP
import Testing

@Suite("Folded words")
struct FoldedWordTests {
    private func word(_ bytes: [UInt8]) -> FoldedWord { FoldedWord(bytes.span) }

    private func copy(_ bytes: [UInt8], _ limit: Int) -> [UInt8] { bytes.span.copied(atMost: limit) }

    @Test("are the same in any letter case, and as long as they are", arguments: [1, 7, 8, 9, 16, 17, 24])
    func letterCase(count: Int) {
        let letters = (0..<count).map { UInt8(ascii: "a") + UInt8($0 % 26) }
        let one = word(letters)
        #expect(one == word(letters.map { $0 & 0xdf }) && one.count == count)
        #expect(one != word(letters + [UInt8(ascii: "a")]))
        for place in letters.indices {
            var other = letters
            other[place] = UInt8(ascii: "-")
            #expect(one != word(other))
        }
    }

    @Test("only letters are folded")
    func letters() {
        #expect(FoldedWord("x-A") == FoldedWord("X-a"))
        #expect(FoldedWord("[") != FoldedWord("{") && FoldedWord("@") != FoldedWord("`"))
    }

    @Test("one that is too long is none that is short enough")
    func long() {
        let longest = FoldedWord(String(repeating: "a", count: FoldedWord.longest))
        #expect(longest != FoldedWord(String(repeating: "a", count: FoldedWord.longest + 1)))
    }

    @Test("bytes are copied up to a limit")
    func copies() {
        let bytes: [UInt8] = [1, 2, 3]
        #expect(copy(bytes, 2) == [1, 2] && copy(bytes, 3) == bytes && copy(bytes, .max) == bytes)
        #expect(copy(bytes, 0).isEmpty && copy([], 3).isEmpty)
    }
}
