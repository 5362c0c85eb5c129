/// Why the MTA itself refuses a recipient, as it tells a filter that wants to see refused recipients.
public struct RecipientRefusal: Hashable, Sendable {
    /// The reply code.
    public var code: Int
    /// `{rcpt_host}`.
    public var enhancedCode: String
    /// `{rcpt_addr}`; the client sees the address before it.
    public var text: String

    /// Any refusal.
    public init(code: Int, enhancedCode: String, text: String) {
        self.code = code
        self.enhancedCode = enhancedCode
        self.text = text
    }

    /// A user that does not exist.
    public static let unknownUser = RecipientRefusal(
        code: 550, enhancedCode: "5.1.1",
        text: "Recipient address rejected: User unknown in local recipient table")

    /// A user that does not exist, as Sendmail tells it: with both codes before the text.
    public static let sendmailUnknownUser = RecipientRefusal(
        code: 550, enhancedCode: "5.1.1", text: "550 5.1.1 User unknown")

    /// A domain the MTA does not relay to.
    public static let relayDenied = RecipientRefusal(code: 554, enhancedCode: "5.7.1", text: "Relay access denied")

    /// The macros of the refused RCPT.
    public var macros: MacroSet {
        ["{rcpt_mailer}": "error", "{rcpt_host}": enhancedCode, "{rcpt_addr}": text]
    }

    /// What the client is told about an address, as Postfix writes it.
    public func reply(to address: String) -> String { "\(code) \(enhancedCode) <\(address)>: \(text)" }
}
