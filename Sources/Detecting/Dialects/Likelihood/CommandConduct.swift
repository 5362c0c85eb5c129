package import SMTP

/// What the order of commands, their wording and the replies to them show of a client's conduct: a value machine, commands
/// and replies in, signs out.
///
/// Whether the client had waited for a reply before it went on is the observer's to say, who sees the connection or can only
/// conclude.
package struct CommandConduct: Sendable {
    private let serverName: String?
    private let isStranger: Bool
    /// The last command; `nil` for anything that is none.
    package private(set) var lastVerb: SMTPVerb?
    /// The code of the reply to the last message; 0 while none is known.
    package private(set) var lastCode: UInt16 = 0
    /// Whether the client has greeted, and with EHLO the last time.
    package private(set) var hasGreeted = false
    package private(set) var saidEHLO = false
    /// Whether there was a MAIL.
    package private(set) var hasMailed = false
    /// Whether the last greeting gave nothing, and was refused for good.
    private var namedNothing = false
    private var wasLastGreetingEmpty = false
    private var mailHasBlank = false
    private var isMailRefused = false
    private var recipients = 0
    private var refusedRecipients = 0
    private var refusedLogins = 0

    /// The conduct of a client that has said nothing yet.
    package init(peers: SessionPeers) {
        serverName = peers.serverName
        isStranger = peers.client.map { !$0.isLocal } ?? true
    }

    /// Takes a command. O(length).
    ///
    /// - Parameter hasWaited: whether the client must have known the reply to what it had sent before.
    package mutating func take(_ verb: SMTPVerb, _ line: [UInt8], hasWaited: Bool) -> [BehaviourSign] {
        defer { (lastVerb, lastCode) = (verb, 0) }
        switch verb {
        case .helo, .ehlo: return greeting(verb, line)
        case .mail:
            mailHasBlank = Self.hasBlank(line)
            (hasMailed, isMailRefused, recipients, refusedRecipients) = (true, false, 0, 0)
            return Self.wording(line)
        case .rcpt:
            recipients = min(recipients + 1, .max - 1)
            guard hasMailed else { return [] }
            return (Self.hasBlank(line) && !mailHasBlank ? [.blankInRecipientOnly] : [])
                + (lastVerb == .mail && isMailRefused && hasWaited ? [.sendsRecipientAfterRefusedMail] : [])
        case .data, .bdat:
            let isInVain = hasMailed && recipients > 0 && refusedRecipients == recipients
            return isInVain && hasWaited ? [.sendsDataWithoutRecipient] : []
        case .rset: return lastVerb == .helo || lastVerb == .ehlo ? [.resetsFirst] : []
        case .auth: return refusedLogins >= 2 ? [.guessesPasswords] : []
        case .vrfy, .expn: return [.asksForAddresses]
        case .quit: return lastCode >= 400 ? [.quitsAfterRefusal] : []
        case .noop, .help, .startTLS, .etrn: return []
        }
    }

    /// Something came that is no command: content, part of a login, or what servers do not know.
    package mutating func takeOther() { (lastVerb, lastCode) = (nil, 0) }

    /// The reply to the last message.
    package mutating func replied(_ code: UInt16) {
        lastCode = code
        // What answers logins and nothing else.
        if code == 535 { refusedLogins = min(refusedLogins + 1, 9) }
        switch lastVerb {
        case .helo, .ehlo: namedNothing = wasLastGreetingEmpty && 500...599 ~= code
        case .mail: isMailRefused = code >= 400
        case .rcpt: if code >= 400 { refusedRecipients = min(refusedRecipients + 1, recipients) }
        default: break
        }
    }

    private mutating func greeting(_ verb: SMTPVerb, _ line: [UInt8]) -> [BehaviourSign] {
        let argument = CommandArguments.greeting(line)
        let signs: [BehaviourSign] =
            (verb == .helo && !hasGreeted ? [.beginsWithHELO] : [])
            + (argument.isEmpty && namedNothing ? [.namesNothingAgain] : [])
            + (claims(argument) ? [.claimsRecipientDomain] : [])
        (hasGreeted, saidEHLO, wasLastGreetingEmpty, namedNothing) = (true, verb == .ehlo, argument.isEmpty, false)
        return signs
    }

    /// Whether a stranger calls itself by a domain of the server's.
    private func claims(_ argument: [UInt8]) -> Bool {
        guard isStranger, let serverName, argument.contains(UInt8(ascii: ".")) else { return false }
        return serverName.hasSuffix("." + String(decoding: argument, as: UTF8.self).lowercased())
    }
}

/// What a line shows by itself.
extension CommandConduct {
    /// How MAIL is written.
    private static func wording(_ line: [UInt8]) -> [BehaviourSign] {
        var signs: [BehaviourSign] = []
        if hasBlank(line) { signs.append(.blankInMail) }
        if line.count > 6, line[0] == UInt8(ascii: "M"), line[1] == UInt8(ascii: "a") {
            signs.append(.capitalisedCommands)
        }
        return signs
    }

    /// Whether a blank stands behind the colon.
    private static func hasBlank(_ line: [UInt8]) -> Bool {
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")), colon + 1 < line.count else { return false }
        return line[colon + 1] == UInt8(ascii: " ")
    }

    /// Whether the line is of another protocol, such as TLS.
    package static func isBinary(_ line: [UInt8]) -> Bool { line.contains { $0 < 0x09 || 0x0e...0x1f ~= $0 } }

    private static let requests: Set<String> = ["GET", "POST", "PUT", "HEAD", "OPTIONS", "CONNECT", "DELETE", "PATCH"]

    /// What a line is that is no command. The argument of a request may be missing where lines are cut.
    package static func unknown(_ line: [UInt8]) -> [BehaviourSign] {
        let text = String(decoding: line, as: UTF8.self)
        let words = text.split(separator: " ")
        if words.count >= 2, requests.contains(String(words[0])), words.count == 2 || words[2].hasPrefix("HTTP/") {
            return [.speaksHTTP]
        }
        if let colon = line.firstIndex(of: UInt8(ascii: ":")), colon > 1,
            line[..<colon].allSatisfy({ 0x41...0x5a ~= $0 & 0xdf || $0 == UInt8(ascii: "-") })
        {
            return [.sendsHeaderAsCommand]
        }
        return line.isEmpty ? [] : [.sendsUnknownCommand]
    }
}
