import Policy

extension LogLine {
    /// The line of a verdict.
    init(_ record: VerdictRecord) {
        self.init(event: "verdict")
        for field in VerdictField.logged {
            switch (field, record[field]) {
            case (.from, .text(let path)), (.rcpt, .text(let path)): add(field.logWord, "<\(path)>")
            case (.senders, .text("")), (.reply, .text("")): break
            case (_, .text(let text)): add(field.logWord, text)
            case (_, .words(let words)): add(field.logWord, words.joined(separator: ","))
            case (_, .number), (_, .time), (_, .absent): break
            }
        }
    }

    /// The line of a session that ended before a verdict, though its dialect is a hostile one.
    init(_ session: SessionSummary) {
        self.init(event: "session")
        add(VerdictField.dialect.logWord, session.dialect)
        add(VerdictField.client.logWord, session.client)
        add(VerdictField.name.logWord, session.clientName)
        add(VerdictField.helo.logWord, session.helo)
        add(VerdictField.session.logWord, session.id)
    }
}
