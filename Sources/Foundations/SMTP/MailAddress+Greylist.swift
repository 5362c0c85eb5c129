/// The sender as the greylist knows it: what changes from message to message is folded away, so that a list, a bulk
/// mailer or a forwarder that writes under a new address each time is known again when it comes back (postgrey does the
/// same).
extension MailAddress {
    /// The folded sender without its tags and numbers; empty for the null path. O(length).
    ///
    /// - An extension after `+` goes: `foo+2837@`, `bounces+12345-abcd-user=example.org@`.
    /// - BATV (`prvs=`), `msprvs1=` and `btv1==` go, the address behind them stays; of SRS0 and SRS1 the address that was
    ///   rewritten stays, and hash and day go.
    /// - A part that only a machine writes becomes `#`: a UUID, eight or more hexadecimal digits or sixteen or more
    ///   characters in which letters and digits alternate.
    /// - Numbers become `#` where the address is a machine's: in those that hold `=` (VERP) or a word such as `bounce`
    ///   or `return`, that have two numbers or more, or one of five digits or more.
    ///
    /// People's addresses stay apart: `anna.1970`, `anna1970`, `bob2`, `bob3` and mailboxes that are one number have
    /// nothing that is folded. A network's attempts are still told apart by recipient.
    public var greylistSender: String {
        guard form != .null, !localPart.isEmpty else { return "" }
        let local = GreylistLocalPart(localPart.lowercased()).folded
        return domain.isEmpty ? local : "\(local)@\(foldedDomain)"
    }
}

/// The local part of a sender, in lower case, being rid of its tags.
private struct GreylistLocalPart {
    private var text: [UInt8]

    init(_ text: String) { self.text = Array(text.utf8) }

    /// Words that stand in senders of lists, bulk mailers and mail servers, not in people's addresses.
    private static let machineWords = [
        "bounce", "return", "verp", "owner", "request", "noreply", "reply", "news", "newsletter", "mailer", "mail",
        "list",
        "notification", "notify", "notice", "msg", "error",
    ].map { Array($0.utf8) }

    var folded: String {
        // Most addresses have nothing of the kind.
        let isPlain = text.allSatisfy { !Self.isDigit($0) && $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "=") }
        if isPlain { return String(decoding: text, as: UTF8.self) }
        let rest = Self.unwrapped(text[...])
        let head = rest.head
        var tail = rest.tail
        if let plus = tail.firstIndex(of: UInt8(ascii: "+")), plus > tail.startIndex { tail = tail[..<plus] }
        return String(decoding: head + Self.withoutNumbers(tail), as: UTF8.self)
    }

    /// Takes the schemes off that wrap a sender; `head` is what stays in front of it.
    private static func unwrapped(_ text: ArraySlice<UInt8>) -> (head: [UInt8], tail: ArraySlice<UInt8>) {
        let equals = UInt8(ascii: "=")
        if starts(text, "prvs="), let rest = behind(text.dropFirst(5), equals) {
            return unwrapped(rest)
        }
        if starts(text, "prvs="), let slash = text.lastIndex(of: UInt8(ascii: "/")) {
            return ([], text[(text.startIndex + 5)..<slash])
        }
        if starts(text, "msprvs1="), let rest = behind(text.dropFirst(8), equals) {
            return unwrapped(rest)
        }
        if starts(text, "btv1=="), let end = text.dropFirst(6).firstIndex(of: equals),
            text[end...].dropFirst().first == equals
        {
            return unwrapped(text[(end + 2)...])
        }
        // SRS0=HASH=DAY=DOMAIN=LOCAL and SRS1=HASH=HOST==HASH=DAY=DOMAIN=LOCAL; + or - may stand for the first =.
        if starts(text, "srs0"), isSeparator(text.dropFirst(4).first), let day = behind(text.dropFirst(5), equals),
            let rest = behind(day, equals)
        {
            return (Array("srs0=".utf8), rest)
        }
        if starts(text, "srs1"), isSeparator(text.dropFirst(4).first), let host = behind(text.dropFirst(5), equals),
            let end = host.firstIndex(of: equals), let inner = behind(host[end...].dropFirst(2), equals),
            let rest = behind(inner, equals)
        {
            return (Array("srs1=".utf8) + host[..<end] + [equals], rest)
        }
        return ([], text)
    }

    /// Folds what numbers and tokens a machine has put in.
    private static func withoutNumbers(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let words = words(text)
        let numbers = words.filter { text[$0].allSatisfy(isDigit) }
        // A mailbox that is a number is somebody's.
        guard !(words.count == 1 && numbers.count == 1) else { return Array(text) }
        let uuids = uuids(words, text)
        let isMachine =
            text.contains(UInt8(ascii: "=")) || numbers.count >= 2 || numbers.contains { $0.count >= 5 }
            || !uuids.isEmpty
            || words.contains { isToken(text[$0]) || isMachineWord(text[$0]) }
        guard isMachine else { return Array(text) }
        var result: [UInt8] = []
        var place = text.startIndex
        for word in words where word.lowerBound >= place {
            result += text[place..<word.lowerBound]
            place = word.upperBound
            if let uuid = uuids.first(where: { $0.lowerBound == word.lowerBound }) {
                result.append(UInt8(ascii: "#"))
                place = uuid.upperBound
            } else if isToken(text[word]) {
                result.append(UInt8(ascii: "#"))
            } else {
                result += withoutDigits(text[word])
            }
        }
        return result + text[place...]
    }

    private static func withoutDigits(_ word: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        for byte in word {
            if !isDigit(byte) {
                result.append(byte)
            } else if result.last != UInt8(ascii: "#") {
                result.append(UInt8(ascii: "#"))
            }
        }
        return result
    }

    /// The runs of letters and digits.
    private static func words(_ text: ArraySlice<UInt8>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        var start: Int?
        for (index, byte) in zip(text.indices, text) {
            if isDigit(byte) || 0x61...0x7a ~= byte || byte >= 0x80 {
                start = start ?? index
            } else if let begin = start {
                words.append(begin..<index)
                start = nil
            }
        }
        if let start { words.append(start..<text.endIndex) }
        return words
    }

    /// Five hexadecimal words of 8, 4, 4, 4 and 12 digits between hyphens.
    private static func uuids(_ words: [Range<Int>], _ text: ArraySlice<UInt8>) -> [Range<Int>] {
        let lengths = [8, 4, 4, 4, 12]
        guard words.count >= lengths.count else { return [] }
        return (0...(words.count - lengths.count)).compactMap { first in
            let parts = words[first..<(first + lengths.count)]
            let range = parts[first].lowerBound..<(parts.last?.upperBound ?? parts[first].upperBound)
            return parts.map(\.count) == lengths && range.count == 36
                && parts.allSatisfy { text[$0].allSatisfy(isHexadecimal) } ? range : nil
        }
    }

    /// Whether nobody would write that by hand: letters and digits that take turns, three times at least.
    private static func isToken(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.count >= 8, word.count >= 16 || word.allSatisfy(isHexadecimal) else { return false }
        return zip(word, word.dropFirst()).count { isDigit($0) != isDigit($1) } >= 3
    }

    /// Whether the word without the digits behind it is one that machines use.
    private static func isMachineWord(_ word: ArraySlice<UInt8>) -> Bool {
        let letters = word.prefix { !isDigit($0) }
        return machineWords.contains { $0.elementsEqual(letters) || letters.dropLast().elementsEqual($0) }
    }

    private static func starts(_ text: ArraySlice<UInt8>, _ prefix: StaticString) -> Bool {
        text.starts(with: String(describing: prefix).utf8)
    }

    /// What follows the first `separator`; `nil` without one.
    private static func behind(_ text: ArraySlice<UInt8>, _ separator: UInt8) -> ArraySlice<UInt8>? {
        text.firstIndex(of: separator).map { text[($0 + 1)...] }
    }

    private static func isSeparator(_ byte: UInt8?) -> Bool {
        byte == UInt8(ascii: "=") || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "-")
    }

    private static func isDigit(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { isDigit(byte) || 0x61...0x66 ~= byte }
}
