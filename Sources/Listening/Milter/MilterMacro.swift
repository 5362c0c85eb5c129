/// A macro: a named value that the mail server hands over with an event.
public struct MilterMacro: Hashable, Sendable, ExpressibleByStringLiteral {
    /// The name as libmilter wants it: one letter bare, longer names in braces.
    public let name: String

    /// The name ended by NUL: what libmilter is asked with, many times a session.
    package let terminatedName: [CChar]

    /// A macro by its name, with or without braces.
    public init(stringLiteral name: String) {
        self.name = name.utf8.count == 1 || name.hasPrefix("{") ? name : "{\(name)}"
        terminatedName = self.name.utf8.map { CChar(bitPattern: $0) } + [0]
    }

    /// The mail server's host name.
    public static let hostName: MilterMacro = "j"
    /// The client's name and address as the mail server prints them.
    public static let clientDescription: MilterMacro = "_"
    /// The mail server's name and version.
    public static let version: MilterMacro = "v"
    /// The name of the service that took the connection.
    public static let daemonName: MilterMacro = "daemon_name"
    /// The address that the client connected to.
    public static let daemonAddress: MilterMacro = "daemon_addr"
    /// The port that the client connected to; 0 for a local submission under Postfix.
    public static let daemonPort: MilterMacro = "daemon_port"
    /// The client's name if it was verified, else `unknown` or `[address]`.
    public static let clientName: MilterMacro = "client_name"
    /// The client's reverse name, verified or not.
    public static let clientPTR: MilterMacro = "client_ptr"
    /// The client's port.
    public static let clientPort: MilterMacro = "client_port"
    /// How the name look-up fared: OK, FORGED, FAIL, TEMP.
    public static let clientResolve: MilterMacro = "client_resolve"
    /// How many connections the client has open.
    public static let clientConnections: MilterMacro = "client_connections"
    /// Which process of the mail server serves the client, where its administrator has it say so (`milter_macro_defaults`).
    public static let argotProcess: MilterMacro = "argot_process"
    /// The TLS version; absent without TLS.
    public static let tlsVersion: MilterMacro = "tls_version"
    /// The TLS cipher suite.
    public static let cipher: MilterMacro = "cipher"
    /// The login name after a successful AUTH.
    public static let authenticatedName: MilterMacro = "auth_authen"
    /// The SASL mechanism of a successful AUTH.
    public static let authenticationType: MilterMacro = "auth_type"
    /// The protocol under Sendmail: SMTP, ESMTP, ESMTPS, ESMTPA.
    public static let receivedProtocol: MilterMacro = "r"
    /// The queue id: under Postfix from the second RCPT on, under Sendmail from MAIL on.
    public static let queueID: MilterMacro = "i"
    /// The mailer that the recipient resolves to; `error` when the mail server refuses the recipient.
    public static let recipientMailer: MilterMacro = "rcpt_mailer"
    /// The recipient's host; the enhanced code of a refusal.
    public static let recipientHost: MilterMacro = "rcpt_host"
    /// The recipient's address; the text of a refusal.
    public static let recipientAddress: MilterMacro = "rcpt_addr"
}
