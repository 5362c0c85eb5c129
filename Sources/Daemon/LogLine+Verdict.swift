import Policy

extension LogLine {
    /// The line of a verdict.
    init(_ record: VerdictRecord) {
        self.init(event: "verdict")
        add("action", record.verdict.rawValue)
        add("applied", record.applied.rawValue)
        add("reason", record.reasons.joined(separator: ","))
        add("dialect", record.dialect)
        add("client", record.client)
        add("name", record.clientName)
        add("helo", record.helo)
        add("from", "<\(record.sender)>")
        add("rcpt", "<\(record.recipient)>")
        add("queue", record.queueID)
        add("mode", record.mode.rawValue)
        if !record.senderScore.isEmpty { add("senders", record.senderScore) }
        add("session", record.session)
        if !record.reply.isEmpty { add("reply", record.reply) }
    }

    /// The line of a session that ended before a verdict, though its dialect is a hostile one.
    init(_ session: SessionSummary) {
        self.init(event: "session")
        add("dialect", session.dialect)
        add("client", session.client)
        add("name", session.clientName)
        add("helo", session.helo)
        add("session", session.id)
    }
}
