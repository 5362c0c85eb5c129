/// What of a message's headers is judged, in bounded memory.
///
/// Taken apart from the session, so that it can be kept: nothing in it but names of headers and forms.
struct HeaderAnswers: Sendable {
    /// The Message-ID's right side against HELO, name and sender.
    enum MessageIDHost: String, Sendable {
        case noDomain = "no-domain"
        case helo
        case heloOrganisation = "helo-organisation"
        case nameOrganisation = "name-organisation"
        case senderOrganisation = "sender-organisation"
        case other
    }

    /// The names in their order.
    let trail: HeaderTrail

    /// The claimed program.
    let mailer: MailerName?

    /// The Message-ID's form, and whose name its right side is.
    let messageID: (pattern: [UInt8], host: MessageIDHost)?

    /// The layout of the Date.
    let date: [UInt8]?

    /// Hands the answers that only the headers give to `visit`. O(bytes of the header names).
    ///
    /// The order is asked for from the whole down to pairs, so that a layout never seen before is still judged by its
    /// parts: what nobody has learned weighs nothing.
    func visit<Token: FeatureToken>(_ visit: (Token) -> Void) {
        let count = trail.count
        guard count > 0 || trail.received > 0 else { return }
        let list = trail.isList ? "list" : "single"
        visitCount(.receivedCount, trail.received, "", visit)
        visitCount(.receivedList, trail.received, list, visit)
        visitCount(.headerCount, count / 3, "", visit)
        var listToken = Token(.headerList)
        listToken.append(list)
        visit(listToken)
        visitMailer(visit)
        visitIdentifiers(visit)

        for index in 0..<count where !trail.isRepeated(index) {
            var token = Token(.headerName)
            trail.add(index, to: &token)
            visit(token)
        }
        for index in 0...count where count > 0 {
            var token = Token(.headerPair)
            if index > 0 { trail.add(index - 1, to: &token) } else { token.append(UInt8(ascii: "^")) }
            token.append(UInt8(ascii: ">"))
            if index < count { trail.add(index, to: &token) } else { token.append(UInt8(ascii: "$")) }
            visit(token)
        }
        visit(sequence(.orderFirst, 0..<min(3, count)))
        visit(sequence(.orderLast, max(0, count - 3)..<count))
        visit(sequence(.orderAll, 0..<count))
        let core = (0..<count).filter { trail.isCore($0) }
        visit(sequence(.orderCore, core))
        var token: Token = sequence(.orderMailer, core.prefix(4))
        token.append(UInt8(ascii: ">"))
        appendFamily(to: &token)
        visit(token)
    }

    private func visitMailer<Token: FeatureToken>(_ visit: (Token) -> Void) {
        var family = Token(.mailerFamily)
        appendFamily(to: &family)
        visit(family)
        var template = Token(.mailerTemplate)
        if let mailer { template.append(mailer.template) } else { template.append(UInt8(ascii: "-")) }
        visit(template)
        var hops = Token(.receivedMailer)
        hops.append(digit: min(trail.received, 2))
        hops.append(UInt8(ascii: "+"))
        appendFamily(to: &hops)
        visit(hops)
    }

    private func visitIdentifiers<Token: FeatureToken>(_ visit: (Token) -> Void) {
        if let messageID {
            var form = Token(.messageID)
            form.append(messageID.pattern)
            visit(form)
            var relation = Token(.messageIDHost)
            relation.append(messageID.host.rawValue)
            visit(relation)
        }
        if let date {
            var layout = Token(.date)
            layout.append(date)
            visit(layout)
        }
    }

    private func visitCount<Token: FeatureToken>(
        _ group: FeatureGroup, _ number: Int, _ word: String, _ visit: (Token) -> Void
    ) {
        var token = Token(group)
        token.append(digit: min(number, group.family == .received ? 4 : 9))
        if !word.isEmpty {
            token.append(UInt8(ascii: "+"))
            token.append(word)
        }
        visit(token)
    }

    private func appendFamily(to token: inout some FeatureToken) {
        if let mailer { token.append(mailer.family) } else { token.append(UInt8(ascii: "-")) }
    }

    private func sequence<Token: FeatureToken>(_ group: FeatureGroup, _ indices: some Sequence<Int>) -> Token {
        var token = Token(group)
        var isFirst = true
        for index in indices {
            if !isFirst { token.append(UInt8(ascii: ">")) }
            isFirst = false
            trail.add(index, to: &token)
        }
        return token
    }
}
