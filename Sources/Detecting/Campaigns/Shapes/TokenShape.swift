/// The shape of a word of an address: itself when it is a short word, else its alphabet and about its length.
struct TokenShape {
    /// The shape as text.
    var text: [UInt8]

    /// Whether the text is the word itself, in lower case.
    var isLiteral: Bool

    private static let longestWord = 24

    /// The shape of a segment of a path, or of a key or value of a query; letter case does not count. O(count).
    ///
    /// A word is letters, in parts between `-` and `_`, each of which looks like one. Digits at its end count as one sign.
    /// What comes behind the last dot, if it is short, is an ending, which stays.
    init(segment token: ArraySlice<UInt8>) {
        if token.contains(UInt8(ascii: "@")) {
            self.init(text: [UInt8(ascii: "@")], isLiteral: false)
        } else if let dot = token.lastIndex(of: UInt8(ascii: ".")), dot > token.startIndex,
            1...5 ~= token.endIndex - dot - 1, token[(dot + 1)...].allSatisfy(Self.isAlphanumeric)
        {
            let name = TokenShape(word: token[..<dot], divisor: 3)
            self.init(text: name.text + token[dot...].map(Self.lowercased), isLiteral: name.isLiteral)
        } else {
            self.init(word: token, divisor: 3)
        }
    }

    /// The shape of a host name's label: more is taken for a word than in a path. O(count).
    init(label: ArraySlice<UInt8>) {
        // Short names are chosen, not drawn: t.co, bit.ly.
        if 1...3 ~= label.count, label.allSatisfy({ Self.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }) {
            self.init(text: label.map(Self.lowercased), isLiteral: true)
        } else {
            self.init(word: label, divisor: 2)
        }
    }

    private init(text: [UInt8], isLiteral: Bool) {
        self.text = text
        self.isLiteral = isLiteral
    }

    private init(word token: ArraySlice<UInt8>, divisor: Int) {
        guard !token.isEmpty else {
            self.init(text: [], isLiteral: false)
            return
        }
        if token.allSatisfy(Self.isDigit) {
            let length = token.count < 4 ? "9" : token.count < 13 ? "9+" : "9++"
            self.init(text: Array(length.utf8), isLiteral: false)
            return
        }
        let lower = token.map(Self.lowercased)
        var letters = lower[...]
        while let last = letters.last, Self.isDigit(last), lower.count - letters.count < 3 {
            letters = letters.dropLast()
        }
        let parts = letters.split(omittingEmptySubsequences: false) { $0 == 0x2d || $0 == 0x5f }
        let isWord =
            lower.count <= Self.longestWord && letters.count > 2
            && parts.allSatisfy {
                // Between two dashes short words are usual.
                WordLikeness.isWord($0, divisor: $0.count < 4 && parts.count > 1 ? 1 : divisor)
            }
        if isWord {
            let digits = letters.count < lower.count ? [UInt8(ascii: "9")] : []
            self.init(text: Array(letters) + digits, isLiteral: true)
        } else {
            self.init(text: Array("?\(Self.lengthClass(token.count))".utf8), isLiteral: false)
        }
    }

    /// About how long something is: 0 for two letters at most, up to 4.
    static func lengthClass(_ count: Int) -> Int {
        switch count {
        case ...2: 0
        case ...6: 1
        case ...16: 2
        case ...40: 3
        default: 4
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 { 0x41...0x5a ~= byte ? byte | 0x20 : byte }

    static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || 0x61...0x7a ~= byte | 0x20 }
}
