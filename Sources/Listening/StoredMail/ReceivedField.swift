public import SMTP

/// What a mail server wrote of a message's arrival into its Received field (RFC 5321 section 4.4).
///
/// The forms of Postfix, Sendmail, Exim, OpenSMTPD and qmail, and what is alike. All of them fold the line before `by`, so
/// what stands before that fold was said by the client or is known of it, and what stands behind it is the server's own.
public struct ReceivedField: Sendable, Hashable {
    /// What the client called itself; `nil` where the field does not say.
    public private(set) var helo: String?

    /// The client's name, as the name service had it; `nil` when it had none.
    public private(set) var clientName: String?

    /// Whether that name did not lead back to the address.
    public private(set) var isForged = false

    /// The client's address; `nil` for a message that was made on the server, and where the form is not known.
    public private(set) var client: ClientAddress?

    /// Whether the field names a client at all.
    public private(set) var hasClient = false

    /// The server, in lower case; empty where the field does not say.
    public private(set) var server = ""

    /// The word after `with`, in upper case: `ESMTPS`, `LMTP`, `LOCAL`; empty where the field does not say.
    public private(set) var transport = ""

    /// The server's name for the message; `nil` where the field does not say.
    public private(set) var queueID: String?

    /// Whether the client had logged in.
    public private(set) var isAuthenticated = false

    /// The sender's address, where Exim says it; empty for the null sender.
    public private(set) var envelopeSender: String?

    /// When the message arrived; `nil` for a date that cannot be read.
    public private(set) var time: UnixTime?

    private var isQmail = false
    private var isExim = false

    /// Reads the lines of a field's value. Whatever they hold is read as far as it goes. O(length).
    public init(_ lines: [[UInt8]]) {
        let texts = lines.map { String(decoding: $0, as: UTF8.self) }
        var fromLines: [Substring] = []
        var byText: Substring = ""
        if let fold = texts.indices.dropFirst().first(where: { Self.begins(texts[$0], with: "by ") }) {
            fromLines = texts[..<fold].map { $0[...] }
            byText = texts[fold...].joined(separator: " ")[...]
        } else {
            // Somebody has unfolded it.
            let text = texts.joined(separator: " ")
            if Self.begins(text, with: "by ") {
                byText = text[...]
            } else if let place = text.range(of: " by ", skippingComments: true) {
                fromLines = [text[..<place.lowerBound]]
                byText = text[place.lowerBound...].drop { $0 == " " }
            } else {
                fromLines = [text[...]]
            }
        }
        readServer(byText)
        if let first = fromLines.first {
            isAuthenticated = isAuthenticated || fromLines.contains { Self.saysLogin($0) }
            readClient(first)
        }
        let end = texts.joined(separator: " ")
        if let semicolon = end.lastIndex(of: ";") { time = UnixTime(mailDate: end[end.index(after: semicolon)...]) }
    }

    /// Whether the client said EHLO; `nil` where the field does not tell: qmail always writes SMTP.
    public var isExtended: Bool? {
        if transport.hasPrefix("ESMTP") || transport.hasPrefix("UTF8SMTP") { return true }
        return transport == "SMTP" && !isQmail ? false : nil
    }

    /// Whether the message came from a program of the server's own: a filter that hands it back, a local user, a mailbox.
    public var isInternal: Bool {
        guard hasClient, let client else {
            return !hasClient
        }
        return client.isLocal
            || ["LMTP", "LMTPS", "LMTPA", "LMTPSA", "LOCAL", "HTTP", "POP3", "IMAP", "BSMTP"]
                .contains(transport)
    }
}

// MARK: The server's part

extension ReceivedField {
    /// `by HOST (Postfix) with ESMTPS id QUEUEID for <…>; DATE`
    private mutating func readServer(_ text: Substring) {
        var words = Self.words(text.prefix { $0 != ";" })
        if let host = Self.value(after: "by", in: words) {
            server = MailDomain.folded(host.prefix(255).trimming { $0 == "[" || $0 == "]" })
        }
        // The recipient is the client's word: what follows it is not looked at.
        if let end = words.firstIndex(where: { $0.lowercased() == "for" }) { words = Array(words[..<end]) }
        if let with = Self.value(after: "with", in: words) { transport = String(with.prefix(20)).uppercased() }
        if let id = Self.value(after: "id", in: words), id.utf8.count <= 100 { queueID = String(id) }
        isExim = words.contains { $0.hasPrefix("(Exim ") }
        isAuthenticated = isAuthenticated || words.contains { Self.saysLogin($0) } || hasLoginTransport
        if let comment = words.first(where: { $0.hasPrefix("(envelope-from ") }) {
            envelopeSender = String(comment.dropFirst(15).prefix(320).trimming { $0 == "<" || $0 == ">" || $0 == ")" })
        }
    }

    /// RFC 3848 and RFC 6531: `ESMTPA`, `ESMTPSA`, `UTF8SMTPSA`.
    private var hasLoginTransport: Bool {
        transport.hasSuffix("SMTPA") || transport.hasSuffix("SMTPSA")
    }

    private static func saysLogin(_ text: some StringProtocol) -> Bool {
        let text = text.lowercased()
        return text.contains("(authenticated") || text.contains("(account authenticated")
    }

    private static func value(after keyword: String, in words: [Substring]) -> Substring? {
        guard let place = words.firstIndex(where: { $0.lowercased() == keyword }), place + 1 < words.count else {
            return nil
        }
        return words[place + 1]
    }

    /// Words and comments; a comment is one word with its brackets.
    private static func words(_ text: Substring) -> [Substring] {
        var words: [Substring] = []
        var depth = 0
        var start: Substring.Index?
        for index in text.indices {
            switch text[index] {
            case "(":
                if start == nil { start = index }
                depth += 1
            case ")": depth = max(0, depth - 1)
            case " ", "\t":
                guard depth == 0, let first = start else { continue }
                words.append(text[first..<index])
                start = nil
            default: if start == nil { start = index }
            }
        }
        if let start { words.append(text[start...]) }
        return words
    }

    private static func begins(_ text: some StringProtocol, with word: String) -> Bool {
        text.prefix(word.count).lowercased() == word
    }
}

// MARK: The client's part

extension ReceivedField {
    /// `from HELO (NAME [ADDRESS])` and what is alike. HELO is the client's word and may look like all of this, so what the
    /// server knows is the last comment of the line that holds an address; after it may come one about TLS.
    private mutating func readClient(_ line: Substring) {
        guard Self.begins(line, with: "from ") else { return }
        hasClient = true
        let text = line.dropFirst(5)
        var rest = text
        while let comment = Self.lastComment(rest) {
            if readClient(said: text[..<comment.lowerBound], inside: text[comment].dropFirst().dropLast()) { return }
            rest = text[..<comment.lowerBound]
        }
        // Exim, when the client calls itself by its address: `from [192.0.2.1]`.
        client = Self.address(rest)
        if client != nil { helo = String(rest.trimming { $0 == " " }.prefix(255)) }
    }

    private mutating func readClient(said: Substring, inside: Substring) -> Bool {
        let said = said.trimming { $0 == " " || $0 == "\t" }
        if let place = inside.range(of: "helo=") {
            // `from NAME ([ADDRESS] helo=WORD)`, `from [ADDRESS] (port=1 helo=WORD)`
            client = Self.bracketed(inside[..<place.lowerBound]) ?? Self.address(said)
            helo = String(inside[place.upperBound...].prefix { $0 != " " }.prefix(255))
            if !said.hasPrefix("[") { name(said) }
        } else if let address = Self.bracketed(inside) {
            client = address
            helo = said.isEmpty ? nil : String(said.prefix(255))
            // `IDENT:user@NAME [ADDRESS]`; Exim has no name here when HELO is the name.
            let known = inside.prefix { $0 != "[" }.trimming { $0 == " " }
            name(known.isEmpty && isExim ? said : known.split(separator: "@").last ?? known)
            isForged = inside.contains("may be forged")
        } else if let address = Self.address(inside.split(separator: "@").last ?? inside) {
            // qmail: `from NAME (HELO WORD) (user@ADDRESS)`, and `from NAME (ADDRESS)` when both are the same.
            client = address
            let greeting = Self.qmailGreeting(said)
            let said = greeting?.name ?? said
            isQmail = greeting != nil || transport == "SMTP"
            helo = (greeting?.helo ?? said).isEmpty ? nil : String((greeting?.helo ?? said).prefix(255))
            if isQmail { name(said) }
        }
        return client != nil
    }

    private mutating func name(_ text: some StringProtocol) {
        let name = MailDomain.folded(text.prefix(255))
        guard !name.isEmpty, name != "unknown", !name.hasPrefix("[") else { return }
        clientName = name
    }

    private static func qmailGreeting(_ text: Substring) -> (name: Substring, helo: Substring)? {
        for word in ["(HELO ", "(EHLO "] {
            guard let open = text.range(of: word), text.hasSuffix(")") else { continue }
            return (text[..<open.lowerBound].trimming { $0 == " " }, text[open.upperBound...].dropLast())
        }
        return nil
    }

    /// The last comment of a text, with its brackets.
    private static func lastComment(_ text: Substring) -> Range<Substring.Index>? {
        guard let close = text.lastIndex(of: ")") else { return nil }
        var depth = 0
        for index in text[...close].indices.reversed() {
            if text[index] == ")" { depth += 1 }
            if text[index] == "(" { depth -= 1 }
            if depth == 0 { return index..<text.index(after: close) }
        }
        return nil
    }

    /// The last address in brackets.
    private static func bracketed(_ text: Substring) -> ClientAddress? {
        guard let open = text.lastIndex(of: "["), let close = text[open...].firstIndex(of: "]") else { return nil }
        return ClientAddress(text[text.index(after: open)..<close])
    }

    private static func address(_ text: Substring) -> ClientAddress? {
        ClientAddress(text.trimming { $0 == " " || $0 == "[" || $0 == "]" })
    }
}

extension Substring {
    fileprivate func trimming(_ isLeftOut: (Character) -> Bool) -> Substring {
        let front = drop(while: isLeftOut)
        guard let last = front.lastIndex(where: { !isLeftOut($0) }) else { return front.prefix(0) }
        return front[...last]
    }

    fileprivate func range(of pattern: String) -> Range<Substring.Index>? { firstRange(of: pattern) }
}

extension String {
    /// The first place of a pattern outside of comments.
    fileprivate func range(of pattern: String, skippingComments: Bool) -> Range<String.Index>? {
        var depth = 0
        for index in indices {
            if self[index] == "(" { depth += 1 }
            if self[index] == ")" { depth = max(0, depth - 1) }
            if depth == 0, self[index...].prefix(pattern.count).lowercased() == pattern {
                return index..<self.index(index, offsetBy: pattern.count)
            }
        }
        return nil
    }
}
