/// The shape of a subject: for each word what kind of letters it has and about how many, and no word.
enum SubjectShape {
    private static let mostWords = 12

    /// The shape as text, for hashing. O(length).
    static func text(of subject: [UInt8]) -> [UInt8] {
        let words = subject.split { $0 <= 0x20 }
        var shape: [UInt8] = []
        for word in words.prefix(mostWords) { shape += text(ofWord: word) + [0x20] }
        return shape
    }

    private static func text(ofWord word: ArraySlice<UInt8>) -> [UInt8] {
        // An encoded word (RFC 2047) says nothing of its words but how long they are together.
        if word.starts(with: "=?".utf8) { return Array("=\(min(word.count / 16, 4))".utf8) }
        let letters = word.filter { TokenShape.isAlphanumeric($0) || $0 >= 0x80 }
        if word.last == UInt8(ascii: ":"), letters.count < 4 { return letters.map(TokenShape.lowercased) + [0x3a] }
        let length = letters.count < 4 ? "1" : letters.count < 8 ? "2" : "3"
        var shape = letters.isEmpty ? [] : Array((kind(of: letters[...]) + length).utf8)
        if let last = word.last, [0x21, 0x3f, 0x2e, 0x2c].contains(last) || letters.isEmpty { shape.append(last) }
        return shape
    }

    private static func kind(of letters: ArraySlice<UInt8>) -> String {
        if letters.contains(where: { $0 >= 0x80 }) { return "8" }
        let digits = letters.filter(TokenShape.isDigit).count
        if digits == letters.count { return "9" }
        if digits > 0 { return "m" }
        let capitals = letters.filter { $0 < 0x61 }.count
        if capitals == 0 { return "a" }
        if capitals == letters.count { return "A" }
        return capitals == 1 && letters[0] < 0x61 ? "C" : "m"
    }
}
