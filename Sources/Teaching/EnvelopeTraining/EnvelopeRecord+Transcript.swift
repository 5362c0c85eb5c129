package import SMTP

extension EnvelopeRecord {
    /// The session in which the mail came, as a milter under Postfix would have seen it: one recipient, who has no other
    /// mail, so that nobody is taken to have come back.
    package func transcript(number: Int) -> SessionTranscript {
        var peers = SessionPeers(mta: .postfix)
        peers.client = client
        peers.clientPort = 1_024
        peers.clientName = clientName.map { MailDomain.folded($0) }
        peers.resolution = resolution
        var events = EventLog()
        if let helo { events.append(.helo, helo.utf8, at: 0) }
        if let isExtended { events.append(.proto, (isExtended ? "ESMTP" : "SMTP").utf8, at: 0) }
        let sender = senderDomain.map { $0.isEmpty ? "<>" : "<sender@\($0)>" } ?? "<sender@unknown.invalid>"
        events.append(.mail, sender.utf8, at: 0)
        events.append(.rcpt, "<recipient-\(number)@site.invalid>".utf8, at: 0)
        events.append(.data, at: 0)
        for name in headers {
            let value =
                switch name.lowercased() {
                case "x-mailer", "user-agent": mailer ?? ""
                case "message-id": messageID ?? ""
                case "date": date ?? ""
                default: ""
                }
            events.append(.header, parts: [name, " " + value].map { Array($0.utf8) }, at: 0)
        }
        events.append(.eoh, at: 0)
        events.append(.eom, at: 0)
        return SessionTranscript(
            id: "mail-\(number)", source: "envelopes", began: Double(time.seconds),
            vantage: Vantage(milterUnder: .postfix, hasPolicyService: isExtended != nil), peers: peers, events: events,
            ending: .afterMessage, labelGuess: label == .unknown ? nil : label.rawValue)
    }
}
