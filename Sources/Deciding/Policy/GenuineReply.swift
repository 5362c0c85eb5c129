public import SMTP

/// What the mail server itself says to a recipient that does not exist, and how to say exactly that.
public struct GenuineReply: Sendable, Hashable {
    /// The three-digit code.
    public let code: Int

    /// The enhanced code.
    public let enhancedCode: EnhancedStatusCode

    /// The text without the address before it.
    public let text: String

    /// A reply of its parts.
    public init(code: Int = 550, enhancedCode: EnhancedStatusCode, text: String) {
        self.code = code
        self.enhancedCode = enhancedCode
        self.text = text
    }

    /// What `mta` says by default; `nil` for one that is not known.
    public static func standard(for mta: MTA, table: UnknownUserTable) -> GenuineReply? {
        guard let enhanced = EnhancedStatusCode(5, 1, 1) else { return nil }
        switch mta {
        case .postfix: return GenuineReply(enhancedCode: enhanced, text: table.postfixText)
        case .sendmail: return GenuineReply(enhancedCode: enhanced, text: "User unknown")
        case .unknown: return nil
        }
    }

    /// Whether a refusal, as the macros of a refused recipient tell it, is about an unknown user.
    public static func isAboutUnknownUser(enhancedCode: String, text: String) -> Bool {
        let enhanced = EnhancedStatusCode(enhancedCode)
        return enhanced != nil && enhanced == EnhancedStatusCode(5, 1, 1) && text.lowercased().contains("user unknown")
    }

    /// Reads a genuine refusal of `recipient` from the macros: `{rcpt_host}` holds the enhanced code, `{rcpt_addr}` the
    /// text, under Sendmail with both codes before it.
    ///
    /// `nil` when it is not about an unknown user, and when its words could be anybody's but the mail server's: after the
    /// recipient's own address in its place, a text that is repeated to others holds no address, no name or address of a
    /// host, no number (so no time and no queue id), and none of the words of `strangers`, which is what the client has
    /// said and what it is called. O(length of the texts).
    public init?(enhancedCode: String, text: String, mta: MTA, recipient: MailAddress, strangers: [String] = []) {
        guard Self.isAboutUnknownUser(enhancedCode: enhancedCode, text: text),
            let enhanced = EnhancedStatusCode(enhancedCode), text.utf8.count <= RefusalReply.maximumLineLength
        else { return nil }
        var rest = text[...]
        var code = 550
        if mta == .sendmail, let number = Int(rest.prefix(3)), 500...599 ~= number {
            code = number
            rest = rest.dropFirst(3).drop { $0 == " " }
            if rest.hasPrefix(enhancedCode) { rest = rest.dropFirst(enhancedCode.count).drop { $0 == " " } }
        }
        // Postfix and Sendmail put the address before the text by themselves when it is told to the client.
        let address = "<\(recipient.unquoted)>" + (mta == .postfix ? ": " : "... ")
        if rest.hasPrefix(address) { rest = rest.dropFirst(address.count) }
        let said = RefusalWords(rest)
        guard said.areTheServersOwn, said.isDisjoint(with: strangers + [recipient.unquoted]) else { return nil }
        self.init(code: code, enhancedCode: enhanced, text: String(rest))
    }

    /// Whether these are the words that a mail server of that kind has from its makers.
    public func isStandard(for mta: MTA) -> Bool {
        switch mta {
        case .postfix: UnknownUserTable.allCases.contains { $0.postfixText == text }
        case .sendmail: text == "User unknown"
        case .unknown: false
        }
    }

    /// The reply for one recipient, byte for byte what the mail server would send.
    ///
    /// Postfix prints the address between angle brackets without route and quotes, letter case kept; Sendmail puts the
    /// argument before the text of a 550 by itself. `nil` when the address would be garbled, or when the server is of
    /// another kind.
    public func reply(to recipient: MailAddress, mta: MTA) -> RefusalReply? {
        let line: String
        switch mta {
        case .postfix:
            // Bytes that are no UTF-8 were replaced when the address was read.
            guard !recipient.unquoted.unicodeScalars.contains("\u{fffd}") else { return nil }
            line = "<\(recipient.unquoted)>: \(text)"
        case .sendmail: line = text
        case .unknown: return nil
        }
        return try? RefusalReply(code: code, enhancedCode: enhancedCode, lines: [line], for: mta)
    }
}
