/// How a message's head is laid out, which tells programs apart: names of fields in their order and letter case, and the shape
/// of what a program makes up itself: Message-ID, divider of parts, its own name without version.
///
/// What mail servers add on the way does not count.
struct HeaderLayout {
    /// The layout as text so far, for hashing: names and shapes, no values.
    private(set) var text: [UInt8] = []

    private var fields = 0

    private static let mostFields = 60
    private static let longestName = 40
    private static let longestShape = 80

    /// What is added on the way, or comes and goes with the recipient.
    private static let onTheWay: Set<[UInt8]> = Set(
        [
            "received", "return-path", "delivered-to", "x-original-to", "envelope-to", "authentication-results",
            "received-spf", "dkim-signature", "domainkey-signature", "x-google-dkim-signature", "cc", "references",
            "in-reply-to", "list-unsubscribe", "x-greylist",
        ].map { Array($0.utf8) })
    private static let onTheWayPrefixes = ["x-spam-", "x-virus-", "arc-", "x-ms-", "x-forefront-", "x-microsoft-"].map {
        Array($0.utf8)
    }

    /// Takes a field. O(length).
    mutating func take(name: [UInt8], value: [UInt8]) {
        let folded = name.map(TokenShape.lowercased)
        guard fields < Self.mostFields, !Self.onTheWay.contains(folded),
            !Self.onTheWayPrefixes.contains(where: { folded.starts(with: $0) })
        else { return }
        fields += 1
        text += name.prefix(Self.longestName)
        if folded.elementsEqual("message-id".utf8) {
            add(Self.messageID(value))
        } else if folded.elementsEqual("x-mailer".utf8) || folded.elementsEqual("user-agent".utf8) {
            add(Self.program(value))
        } else if folded.elementsEqual("content-type".utf8), case .multipart(let boundary) = ContentType(value).kind {
            add(Self.shape(of: boundary[...]))
        }
        text.append(0x0a)
    }

    private mutating func add(_ shape: [UInt8]) {
        text.append(UInt8(ascii: ":"))
        text += shape.prefix(Self.longestShape)
    }

    /// The local part's shape, and whether a domain stands behind it.
    private static func messageID(_ value: [UInt8]) -> [UInt8] {
        let id = value.filter { $0 > 0x20 && $0 != UInt8(ascii: "<") && $0 != UInt8(ascii: ">") }
        let at = id.lastIndex(of: UInt8(ascii: "@")) ?? id.endIndex
        let domain = id[at...].dropFirst()
        let place = domain.isEmpty ? "none" : domain.contains(UInt8(ascii: ".")) ? "domain" : "name"
        return shape(of: id[..<at]) + Array("@\(place)".utf8)
    }

    /// What a program's name is, without digits and signs.
    private static func program(_ value: [UInt8]) -> [UInt8] {
        let words = value.split { !(0x61...0x7a ~= $0 | 0x20) }.filter { $0.count > 2 }.prefix(5)
        let shapes = words.map { word in
            let letters = word.map(TokenShape.lowercased)
            // Some programs draw their names.
            return WordLikeness.isWord(letters[...], divisor: 2) ? letters : [UInt8(ascii: "*")]
        }
        return Array(shapes.joined(separator: [0x20]))
    }

    /// Signs as they are, words as they are, everything else a star; then what the stars are made of, and about how much.
    static func shape(of bytes: ArraySlice<UInt8>) -> [UInt8] {
        var shape: [UInt8] = []
        var (lower, upper, beyondHex, drawn) = (false, false, false, 0)
        var token = bytes.startIndex
        func end(_ word: ArraySlice<UInt8>) {
            guard !word.isEmpty else { return }
            let letters = word.map(TokenShape.lowercased)
            if word.count > 3, WordLikeness.isWord(letters[...], divisor: 2) {
                shape += word
                return
            }
            if shape.last != UInt8(ascii: "*") { shape.append(UInt8(ascii: "*")) }
            drawn += word.count
            for byte in word where !TokenShape.isDigit(byte) {
                if byte >= 0x61 { lower = true } else { upper = true }
                if HexDigit.value(byte) == nil { beyondHex = true }
            }
        }
        for index in bytes.indices where !TokenShape.isAlphanumeric(bytes[index]) {
            end(bytes[token..<index])
            shape.append(bytes[index])
            token = index + 1
        }
        end(bytes[token...])
        shape = Array(shape.prefix(longestShape - 8))
        for (flag, sign) in [(lower, "a"), (upper, "A"), (beyondHex, "z")] where flag { shape += Array(sign.utf8) }
        return shape + Array("\(TokenShape.lengthClass(drawn))".utf8)
    }
}
