/// A command line of a client, restored as far as the key tells.
public struct HookLine: Sendable, Hashable {
    /// How much of the line there is.
    public enum Extent: String, Sendable, Hashable, CaseIterable {
        /// Everything. Letters behind the verb (of MAIL and RCPT: behind FROM and TO) are lower case.
        case whole
        /// Canonical MAIL or RCPT: it ends with the colon, as the filter is told address and parameters.
        case path
        /// A secret, text, or what was too long, is left out at the end. Without bytes: not a command at all.
        case cut
    }

    /// The line without its end: verb (and FROM or TO) in the client's letter case, blanks and tabs as sent. Blanks before
    /// the verb are not told. Printable ASCII, blanks and tabs.
    public let bytes: [UInt8]

    /// How much of the line there is.
    public let extent: Extent

    /// The longest verb.
    static let maximumVerbBytes = 16

    /// A line from its parts.
    public init(bytes: [UInt8], extent: Extent) {
        self.bytes = bytes
        self.extent = extent
    }

    /// Reads what the tables in /etc/argot/postfix make of a line: `p:VERB:WORD`, `w:VERB:REST`, `f:VERB:BLANKS:WORD:REST`
    /// or `j:`. O(length).
    init(key: ArraySlice<UInt8>) throws(HookKeyError) {
        let colon = UInt8(ascii: ":")
        guard let kind = key.first, key.dropFirst().first == colon else { throw .malformed }
        let body = key.dropFirst(2)
        func parts(_ count: Int) -> [ArraySlice<UInt8>] {
            body.split(separator: colon, maxSplits: count - 1, omittingEmptySubsequences: false)
        }
        switch kind | 0x20 {
        case UInt8(ascii: "j") where body.isEmpty: self.init(bytes: [], extent: .cut)
        case UInt8(ascii: "p"):
            let parts = parts(2)
            guard parts.count == 2 else { throw .malformed }
            let line = try Self.word(parts[0]) + [UInt8(ascii: " ")] + Self.word(parts[1]) + [colon]
            self.init(bytes: line, extent: .path)
        case UInt8(ascii: "w"):
            let parts = parts(2)
            guard parts.count == 2 else { throw .malformed }
            let verb = try Self.word(parts[0])
            let (rest, isCut) = try Self.text(parts[1])
            self.init(bytes: verb + rest, extent: isCut ? .cut : .whole)
        case UInt8(ascii: "f"):
            let parts = parts(4)
            guard parts.count >= 2 else { throw .malformed }
            let verb = try Self.word(parts[0])
            let (blanks, isCutSoon) = try Self.text(parts[1])
            guard parts.count == 4, !isCutSoon else {
                guard parts.count == 2, isCutSoon else { throw .malformed }
                self.init(bytes: verb + blanks, extent: .cut)
                return
            }
            let (rest, isCut) = try Self.text(parts[3])
            self.init(bytes: verb + blanks + (try Self.word(parts[2])) + rest, extent: isCut ? .cut : .whole)
        default: throw .malformed
        }
    }

    /// A word of letters, given in pieces of capital and of small letters by turns: `m/ail` is `Mail`, `/mail` is `mail`.
    private static func word(_ runs: ArraySlice<UInt8>) throws(HookKeyError) -> [UInt8] {
        var word: [UInt8] = []
        var isSmall = false
        for byte in runs {
            if byte == UInt8(ascii: "/") {
                isSmall.toggle()
                continue
            }
            let small = byte | 0x20
            guard UInt8(ascii: "a")...UInt8(ascii: "z") ~= small, word.count < maximumVerbBytes else {
                throw .malformed
            }
            word.append(isSmall ? small : small & 0xdf)
        }
        return word
    }

    /// Printable text in which `␣` is a blank, `␉` a tab, and `…` at the end says that something is left out.
    private static func text(_ bytes: ArraySlice<UInt8>) throws(HookKeyError) -> (bytes: [UInt8], isCut: Bool) {
        var text: [UInt8] = []
        var rest = bytes
        while let byte = rest.popFirst() {
            if 0x21...0x7e ~= byte {
                text.append(byte)
                continue
            }
            guard byte == 0xe2, let second = rest.popFirst(), let third = rest.popFirst() else { throw .malformed }
            switch (second, third) {
            case (0x90, 0xa3): text.append(UInt8(ascii: " "))
            case (0x90, 0x89): text.append(UInt8(ascii: "\t"))
            case (0x80, 0xa6) where rest.isEmpty: return (text, true)
            default: throw .malformed
            }
        }
        return (text, false)
    }
}
