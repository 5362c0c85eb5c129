/// The server's side of SMTP as Postfix speaks it, as far as filters can tell.
///
/// Commands are checked before the filter sees them; what Postfix hides from filters is hidden here. VRFY is disabled,
/// there is no TLS and no AUTH.
final class SMTPDialogue {
    static let hostName = "mx.lab.example"

    let filter: FilterView
    let recipients: RecipientDirectory
    private var isInTransaction = false
    private var acceptedRecipients = 0
    private var queued = 0

    /// Whether the next thing is a message and not a command.
    private(set) var isAwaitingMessage = false

    init(filter: FilterView, recipients: RecipientDirectory) {
        self.filter = filter
        self.recipients = recipients
    }

    /// The client has connected: the greeting.
    func greet(_ client: ClientPeer) throws -> ScenarioReply {
        let refusal = try filter.connect(client)
        if let refusal, refusal.code == 421 {
            return ScenarioReply("421 \(SMTPDialogue.hostName) Service unavailable - try again later")
        }
        if let refusal, refusal.code >= 500 {
            return ScenarioReply("554 \(SMTPDialogue.hostName) ESMTP not accepting connections")
        }
        return ScenarioReply("220 \(SMTPDialogue.hostName) ESMTP Fake")
    }

    /// A command line, without its end.
    func answer(to line: String) throws -> ScenarioReply {
        var command = SMTPCommandLine(line)
        switch command.verb.uppercased() {
        case "": return ScenarioReply("500 5.5.2 Error: bad syntax")
        case "HELO", "EHLO": return try helo(command)
        case "MAIL": return try mail(&command)
        case "RCPT": return try rcpt(&command)
        case "DATA": return try data(command)
        case "RSET": return try reset(command)
        case "NOOP": return ScenarioReply("250 2.0.0 Ok")
        case "QUIT": return ScenarioReply("221 2.0.0 Bye")
        case "VRFY": return ScenarioReply("502 5.5.1 VRFY command is disabled")
        case "STARTTLS": return filter.standingRefusal ?? ScenarioReply("502 5.5.1 Error: command not implemented")
        case "AUTH": return filter.standingRefusal ?? ScenarioReply("503 5.5.1 Error: authentication not enabled")
        default: return try unknown(command)
        }
    }

    /// A message, without the final dot, its dots not stuffed.
    func answer(toMessage lines: [String]) throws -> ScenarioReply {
        isAwaitingMessage = false
        let refusal = try filter.message(MessageContent(lines: lines))
        queued += 1
        try endTransaction()
        return refusal ?? ScenarioReply("250 2.0.0 Ok: queued as 4FAKE\(queued)")
    }

    /// The connection is over.
    func end() throws {
        try filter.end()
    }

    private func helo(_ command: SMTPCommandLine) throws -> ScenarioReply {
        let verb = command.verb.uppercased()
        guard !command.arguments.isEmpty else { return ScenarioReply("501 Syntax: \(verb) hostname") }
        let refusal = try filter.helo(command.arguments.joined(separator: " "))
        if let refusal, refusal.code == 421 { return refusal }
        try endTransaction()
        let host = SMTPDialogue.hostName
        guard verb == "EHLO" else { return ScenarioReply("250 \(host)") }
        if let refusal, refusal.code >= 500 { return ScenarioReply(["250-\(host)", "250 ENHANCEDSTATUSCODES"]) }
        let keywords = ["PIPELINING", "SIZE 10240000", "ENHANCEDSTATUSCODES", "8BITMIME", "DSN", "SMTPUTF8"]
        return ScenarioReply(["250-\(host)"] + keywords.map { "250-\($0)" } + ["250 CHUNKING"])
    }

    private func mail(_ command: inout SMTPCommandLine) throws -> ScenarioReply {
        if isInTransaction { return ScenarioReply("503 5.5.1 Error: nested MAIL command") }
        guard command.removeKeyword("FROM:"), let address = command.arguments.first else {
            return ScenarioReply("501 5.5.4 Syntax: MAIL FROM:<address>")
        }
        guard SMTPCommandLine.isAddress(address, mayBeEmpty: true) else {
            return ScenarioReply("501 5.1.7 Bad sender address syntax")
        }
        let known = ["SIZE=", "BODY=", "AUTH=", "RET=", "ENVID=", "SMTPUTF8"]
        if let refusal = SMTPCommandLine.refusal(ofParameters: command.arguments.dropFirst(), known: known) {
            return refusal
        }
        if let refusal = try filter.mail(command.arguments) { return refusal }
        isInTransaction = true
        return ScenarioReply("250 2.1.0 Ok")
    }

    private func rcpt(_ command: inout SMTPCommandLine) throws -> ScenarioReply {
        guard isInTransaction else { return ScenarioReply("503 5.5.1 Error: need MAIL command") }
        guard command.removeKeyword("TO:"), let address = command.arguments.first else {
            return ScenarioReply("501 5.5.4 Syntax: RCPT TO:<address>")
        }
        guard SMTPCommandLine.isAddress(address, mayBeEmpty: false) else {
            return ScenarioReply("501 5.1.3 Bad recipient address syntax")
        }
        let parameters = command.arguments.dropFirst()
        if let refusal = SMTPCommandLine.refusal(ofParameters: parameters, known: ["NOTIFY=", "ORCPT="]) {
            return refusal
        }
        let recipient = EnvelopeAddress(address)
        let own = recipients.refusal(of: recipient)
        let refusal = try filter.rcpt(command.arguments, refusal: own)
        if let own { return ScenarioReply(own.reply(to: recipient.text)) }
        if let refusal { return refusal }
        acceptedRecipients += 1
        return ScenarioReply("250 2.1.5 Ok")
    }

    private func data(_ command: SMTPCommandLine) throws -> ScenarioReply {
        guard acceptedRecipients > 0 else {
            let reply = isInTransaction ? "554 5.5.1 Error: no valid recipients" : "503 5.5.1 Error: need RCPT command"
            return ScenarioReply(reply)
        }
        guard command.arguments.isEmpty else { return ScenarioReply("501 5.5.4 Syntax: DATA") }
        if let refusal = try filter.data() { return refusal }
        isAwaitingMessage = true
        return ScenarioReply("354 End data with <CR><LF>.<CR><LF>")
    }

    private func reset(_ command: SMTPCommandLine) throws -> ScenarioReply {
        guard command.arguments.isEmpty else { return ScenarioReply("501 5.5.4 Syntax: RSET") }
        try endTransaction()
        return ScenarioReply("250 2.0.0 Ok")
    }

    private func unknown(_ command: SMTPCommandLine) throws -> ScenarioReply {
        if command.isForbidden { return ScenarioReply("221 2.7.0 Error: I can break rules, too. Goodbye.") }
        return try filter.unknown(command.verb) ?? ScenarioReply("500 5.5.2 Error: command not recognized")
    }

    private func endTransaction() throws {
        isInTransaction = false
        acceptedRecipients = 0
        try filter.reset()
    }
}
