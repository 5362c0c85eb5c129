package import SMTP

/// What command lines show of a client's conduct where they are told one by one, and perhaps their replies: a value
/// machine, lines in, signs out.
///
/// Who waits for whom does not show, so a client counts as knowing a reply only where nobody can have offered it to go on
/// without: after HELO (RFC 2920). What follows the first mail, or bytes of another protocol, counts no more.
package struct LineSigns: Sendable {
    private let serverName: String?
    private let isStranger: Bool
    private var isOver = false
    private var hasBegun = false
    private var lastVerb: SMTPVerb?
    private var saidEHLO = false
    private var hasGreeted = false
    /// Whether the last greeting gave nothing, and was refused for good.
    private var namedNothing = false
    private var wasLastGreetingEmpty = false
    private var lastCode: UInt16 = 0
    private var mailHasBlank: Bool?
    private var isMailRefused = false
    private var recipients = 0
    private var refusedRecipients = 0
    private var refusedLogins = 0
    private var isBeforeMail = true

    /// Signs of a session that begins.
    package init(peers: SessionPeers) {
        serverName = peers.serverName
        isStranger = peers.client.map { !$0.isLocal } ?? true
    }

    /// Takes a line; `nil` for the verb of one that is no command. O(length).
    package mutating func take(_ verb: SMTPVerb?, _ line: [UInt8], _ marks: LineMarks = []) -> [BehaviourSign] {
        // Lines after DATA that was not refused are content that the server did not take for it: both are at a loss.
        if lastVerb == .data, lastCode < 400 { isOver = true }
        guard !isOver else { return [] }
        let order = orderSigns(verb, marks)
        hasBegun = true
        guard let verb else {
            if Self.isBinary(line) {
                isOver = true
                return []
            }
            settle(nil)
            return order + Self.unknown(line)
        }
        let signs = order + signs(verb, line) + (marks.contains(.wrongEnd) ? [.endsLinesWrongly] : [])
        settle(verb)
        return signs
    }

    /// The reply to the last line, where replies are told.
    ///
    /// - Returns: what the client shows by having been answered so.
    package mutating func replied(_ code: UInt16) -> [BehaviourSign] {
        guard !isOver else { return [] }
        lastCode = code
        switch lastVerb {
        case .helo, .ehlo: namedNothing = wasLastGreetingEmpty && 500...599 ~= code
        case .mail: isMailRefused = code >= 400
        case .rcpt: if code >= 400 { refusedRecipients = min(refusedRecipients + 1, recipients) }
        case .auth:
            if code == 535 { refusedLogins = min(refusedLogins + 1, 9) }
            // Between greeting and mail a server that offers logins has no such answer (RFC 4954, section 4).
            if code == 502 || code == 503, isBeforeMail, saidEHLO { return [.authenticatesUnoffered] }
        default: break
        }
        return []
    }

    /// A message has come whole.
    package mutating func takeMessage() { isOver = true }

    /// What is told of who waited for whom. Who gives up waiting says QUIT.
    private func orderSigns(_ verb: SMTPVerb?, _ marks: LineMarks) -> [BehaviourSign] {
        if marks.contains(.beforeGreeting) { return hasBegun ? [] : [.speaksBeforeGreeting] }
        guard hasBegun, verb != .quit, !marks.isDisjoint(with: [.early, .earlyOffered]) else { return [] }
        switch lastVerb {
        case .mail, .rcpt, .rset, .bdat:
            return [marks.contains(.earlyOffered) ? .pipelinesOffered : .pipelinesUnoffered]
        default: return [.pipelinesUnoffered]
        }
    }

    /// Remembers what the next line is judged by.
    private mutating func settle(_ verb: SMTPVerb?) {
        lastVerb = verb
        lastCode = 0
    }

    private mutating func signs(_ verb: SMTPVerb, _ line: [UInt8]) -> [BehaviourSign] {
        var signs: [BehaviourSign] = []
        switch verb {
        case .helo, .ehlo:
            if verb == .helo, !hasGreeted { signs.append(.beginsWithHELO) }
            let argument = CommandArguments.greeting(line)
            if argument.isEmpty, namedNothing { signs.append(.namesNothingAgain) }
            if claims(argument) { signs.append(.claimsRecipientDomain) }
            (hasGreeted, saidEHLO, wasLastGreetingEmpty, namedNothing) = (true, verb == .ehlo, argument.isEmpty, false)
        case .mail:
            signs += Self.wording(line)
            mailHasBlank = Self.hasBlank(line)
            (isMailRefused, recipients, refusedRecipients, isBeforeMail) = (false, 0, 0, false)
        case .rcpt:
            if Self.hasBlank(line), mailHasBlank == false { signs.append(.blankInRecipientOnly) }
            if lastVerb == .mail, isMailRefused, hasWaited { signs.append(.sendsRecipientAfterRefusedMail) }
            recipients = min(recipients + 1, .max - 1)
        case .data, .bdat:
            if recipients > 0, refusedRecipients == recipients, hasWaited { signs.append(.sendsDataWithoutRecipient) }
        case .rset: if lastVerb == .helo || lastVerb == .ehlo { signs.append(.resetsFirst) }
        case .auth: if refusedLogins >= 2 { signs.append(.guessesPasswords) }
        case .vrfy, .expn: signs.append(.asksForAddresses)
        case .quit: if lastCode >= 400 { signs.append(.quitsAfterRefusal) }
        case .noop, .help, .startTLS, .etrn: break
        }
        return signs
    }

    /// Whether the client must have known the reply to its last line.
    private var hasWaited: Bool { hasGreeted && !saidEHLO }

    /// Whether a stranger calls itself by a domain of the server's.
    private func claims(_ argument: [UInt8]) -> Bool {
        guard isStranger, let serverName, argument.contains(UInt8(ascii: ".")) else { return false }
        return serverName.hasSuffix("." + String(decoding: argument, as: UTF8.self).lowercased())
    }
}

/// What a line shows by itself.
extension LineSigns {
    /// How MAIL is written.
    package static func wording(_ line: [UInt8]) -> [BehaviourSign] {
        var signs: [BehaviourSign] = []
        if hasBlank(line) { signs.append(.blankInMail) }
        if line.count > 6, line[0] == UInt8(ascii: "M"), line[1] == UInt8(ascii: "a") {
            signs.append(.capitalisedCommands)
        }
        return signs
    }

    /// Whether a blank stands behind the colon.
    package static func hasBlank(_ line: [UInt8]) -> Bool {
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
