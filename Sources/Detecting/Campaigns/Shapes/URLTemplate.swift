import SMTP

/// What addresses of one campaign have in common: the registered domain, if it is not drawn at random, and the shape of the
/// path (Xie et al., Spamming Botnets: Signatures and Characteristics, SIGCOMM 2008).
struct URLTemplate {
    /// The host, generalised, with the shape of the path. `nil` where the host itself is drawn at random, or an address.
    private(set) var site: [UInt8]?

    /// The registered domain by itself, where the host is it, or `www` of it.
    private(set) var home: [UInt8]?

    /// The shape of the path and of the query.
    private(set) var path: [UInt8] = []

    /// How much of the path is words that not everybody uses.
    private(set) var words = 0

    /// An address within the query, as redirectors have it.
    private(set) var target: [UInt8]?

    private static let longestHost = 253
    private static let mostSegments = 8
    private static let mostKeys = 12

    /// Words that say nothing.
    private static let usual: Set<[UInt8]> = Set(
        [
            "index", "default", "home", "main", "images", "image", "img", "pics", "page", "id", "www", "http", "click",
            "track", "open", "link", "view", "user", "email", "unsubscribe", "wp-content", "wp-includes", "uploads",
            "themes", "plugins", "index.html", "index.htm", "index.php", "default.aspx", "favicon.ico",
        ].map { Array($0.utf8) })

    /// Hosts whose addresses name formats, in messages of every origin.
    private static let formats: Set<String> = [
        "w3.org", "schemas.microsoft.com", "openxmlformats.org", "purl.org", "xmlsoap.org",
    ]

    /// The template of an address, from the authority on: what comes behind `://`. `nil` when it names no host, or a format.
    /// O(count).
    init?(_ address: ArraySlice<UInt8>) {
        let end = address.firstIndex { $0 == 0x2f || $0 == 0x3f || $0 == 0x23 } ?? address.endIndex
        var authority = address[..<end]
        if let at = authority.lastIndex(of: UInt8(ascii: "@")) { authority = authority[(at + 1)...] }
        guard let host = Host(authority) else { return nil }
        guard !Self.formats.contains(host.domain), !Self.formats.contains(host.name) else { return nil }
        takePath(address[end...])
        guard host.isNamed else { return }
        site = host.text + path
        if host.isHome { home = host.text }
    }

    private mutating func takePath(_ rest: ArraySlice<UInt8>) {
        let rest = rest.prefix { $0 != UInt8(ascii: "#") }
        let question = rest.firstIndex(of: UInt8(ascii: "?")) ?? rest.endIndex
        let segments = rest[..<question].split(separator: UInt8(ascii: "/"))
        for segment in segments.prefix(Self.mostSegments) {
            path.append(UInt8(ascii: "/"))
            add(TokenShape(segment: Self.unescaped(segment)))
        }
        guard question < rest.endIndex else { return }
        path.append(UInt8(ascii: "?"))
        let query = rest[(question + 1)...]
        for pair in query.split(whereSeparator: { $0 == 0x26 || $0 == 0x3b }).prefix(Self.mostKeys) {
            path.append(UInt8(ascii: "&"))
            guard let equals = pair.firstIndex(of: UInt8(ascii: "=")) else {
                add(TokenShape(segment: Self.unescaped(pair)))
                continue
            }
            let key = TokenShape(segment: Self.unescaped(pair[..<equals]))
            // One or two letters are a key's whole name.
            let isShort = equals - pair.startIndex < 3
            add(isShort ? pair[..<equals].map(TokenShape.lowercased) : key.text, isWord: isShort || key.isLiteral)
            path.append(UInt8(ascii: "="))
            let value = Self.unescaped(pair[(equals + 1)...])
            if let start = Self.addressStart(value) {
                if target == nil { target = Array(value[start...]) }
                path += Array("url".utf8)
            } else {
                path += Self.valueClass(TokenShape(segment: value))
            }
        }
    }

    private mutating func add(_ shape: TokenShape) { add(shape.text, isWord: shape.isLiteral) }

    private mutating func add(_ text: [UInt8], isWord: Bool) {
        path += text
        if isWord, !Self.usual.contains(text) { words += 1 }
    }

    /// Values are never kept as they are: whether they are words, numbers or neither is.
    private static func valueClass(_ shape: TokenShape) -> [UInt8] {
        shape.isLiteral ? [UInt8(ascii: "w")] : shape.text.first.map { [$0] } ?? []
    }

    /// Where the host of an address within a value begins.
    private static func addressStart(_ value: ArraySlice<UInt8>) -> Int? {
        for scheme in ["http://", "https://"] where value.count > scheme.utf8.count + 3 {
            let start = value.prefix(scheme.utf8.count).map(TokenShape.lowercased)
            if start.elementsEqual(scheme.utf8) { return value.startIndex + scheme.utf8.count }
        }
        return nil
    }

    /// The bytes with `%` and two hexadecimal digits read as what they stand for.
    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard bytes.contains(UInt8(ascii: "%")) else { return bytes }
        var read: [UInt8] = []
        var place = bytes.startIndex
        while place < bytes.endIndex {
            if bytes[place] == UInt8(ascii: "%"), place + 2 < bytes.endIndex,
                let high = HexDigit.value(bytes[place + 1]), let low = HexDigit.value(bytes[place + 2])
            {
                read.append(high << 4 | low)
                place += 3
            } else {
                read.append(bytes[place])
                place += 1
            }
        }
        return read[...]
    }

    /// A host and its port, generalised.
    private struct Host {
        /// The name in lower case, and the registered domain.
        var name: String
        var domain: String
        /// The template's text.
        var text: [UInt8]
        /// Whether the registered domain looks as if somebody had chosen it.
        var isNamed: Bool
        /// Whether the name is the registered domain, or `www` of it.
        var isHome: Bool

        init?(_ authority: ArraySlice<UInt8>) {
            let colon = authority.firstIndex(of: UInt8(ascii: ":"))
            let bracket = authority.first == UInt8(ascii: "[")
            let bytes = bracket ? authority : authority[..<(colon ?? authority.endIndex)]
            guard !bytes.isEmpty, bytes.count <= longestHost else { return nil }
            let port = bracket ? [] : Array(authority[(colon ?? authority.endIndex)...].prefix(6))
            name = String(decoding: bytes.map(TokenShape.lowercased), as: UTF8.self)
            if name.hasSuffix(".") { name.removeLast() }
            let labels = name.utf8.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).map {
                Array($0)
            }
            guard labels.allSatisfy({ !$0.isEmpty && $0.count < 64 }) else { return nil }
            let isAddress =
                bracket || labels[labels.count - 1].allSatisfy(TokenShape.isDigit)
                || labels[labels.count - 1].starts(with: "0x".utf8)
            guard !isAddress else {
                (domain, text, isNamed, isHome) = (name, [UInt8(ascii: "#")], false, false)
                return
            }
            guard let organisation = OrganisationName(host: name),
                labels.allSatisfy({
                    $0.allSatisfy { $0 >= 0x80 || TokenShape.isAlphanumeric($0) || $0 == 0x2d || $0 == 0x5f }
                })
            else { return nil }
            domain = organisation.description
            let registered = domain.utf8.split(separator: UInt8(ascii: ".")).map { Array($0) }
            isNamed =
                registered.first.map { TokenShape(label: $0[...]).isLiteral || $0.starts(with: "xn--".utf8) } ?? false
            var text: [UInt8] = []
            var below = labels.dropLast(registered.count)
            if below.first?.elementsEqual("www".utf8) == true { below = below.dropFirst() }
            for label in below.suffix(3) { text += TokenShape(label: label[...]).text + [UInt8(ascii: ".")] }
            isHome = below.isEmpty
            self.text =
                text + Array(domain.utf8) + (port == Array(":80".utf8) || port == Array(":443".utf8) ? [] : port)
        }
    }
}

/// A hexadecimal digit.
enum HexDigit {
    /// What it stands for; `nil` for any other byte.
    static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }
}
