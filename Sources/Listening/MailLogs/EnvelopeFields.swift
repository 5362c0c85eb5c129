import LogLines

/// The fields with which Postfix ends a line on a refusal: `; from=<SENDER> to=<RECIPIENT> proto=ESMTP helo=<NAME>`.
///
/// Sender, recipient and HELO name are the client's, and so is much of the text before: each can look like such fields.
/// Quoted local parts are skipped as a whole. Of several groups the first counts whose sender, recipient or name is
/// the one that the text refuses (`450 4.1.8 <SENDER>: …`), as a group inside that one cannot hold itself; the first at all
/// where the text is the server's own; else the last.
struct EnvelopeFields {
    /// Where the fields begin.
    let start: Int
    /// The recipient, without its brackets.
    let recipient: ArraySlice<UInt8>

    private let sender: ArraySlice<UInt8>
    private let name: ArraySlice<UInt8>

    /// No line has more groups that were not written to confuse; of more the first and the last half are tried.
    private static let mostGroups = 64

    /// - Parameters:
    ///   - text: what stands behind the stage, `CLIENT: …; from=<…> …`.
    ///   - subject: the text behind the reply's codes; it begins with what is refused in brackets, if it says.
    ///   - own: what the server itself puts into these brackets: the client, the stage. If one of these is refused, or
    ///     nothing is named, the text is the server's and the first group counts.
    init?(_ text: ArraySlice<UInt8>, subject: ArraySlice<UInt8>, own: [ArraySlice<UInt8>]) {
        var groups: [EnvelopeFields] = []
        var rest = text
        while let place = rest.end(of: "; from=<") {
            if let group = EnvelopeFields(text[place...], start: place - 8) { groups.append(group) }
            if groups.count > Self.mostGroups { groups.remove(at: Self.mostGroups / 2) }
            rest = text[place...]
        }
        let isServers = subject.first != 0x3c || own.contains { Self.isNamed($0, in: subject) }
        let group = isServers ? groups.first : groups.first { $0.isSubject(of: subject) } ?? groups.last
        guard let group else { return nil }
        self = group
    }

    /// `SENDER> to=<RECIPIENT> proto=ESMTP helo=<NAME>`; postscreen writes commas between.
    private init?(_ text: ArraySlice<UInt8>, start: Int) {
        guard let (sender, behind) = LogText.path(text, before: [" to=<", ", to=<"]),
            let to = behind.end(of: "to=<"),
            let (recipient, rest) = LogText.path(behind[to...], before: [" proto=", ", proto="]),
            let proto = rest.end(of: "proto=")
        else { return nil }
        let tail = rest[proto...]
        let isESMTP = tail.begins(with: "ESMTP")
        guard isESMTP || tail.begins(with: "SMTP") else { return nil }
        let helo = tail.dropFirst(isESMTP ? 5 : 4)
        guard helo.isEmpty || helo.first == 0x20 || helo.first == 0x2c else { return nil }
        self.start = start
        self.sender = sender
        self.recipient = recipient
        if let open = helo.prefix(10).end(of: "helo=<"), let close = helo.lastIndex(of: 0x3e),
            close >= open
        {
            name = helo[open..<close]
        } else {
            name = []
        }
    }

    private func isSubject(of text: ArraySlice<UInt8>) -> Bool {
        [sender, recipient, name, LogText.unquoted(sender), LogText.unquoted(recipient)].contains {
            Self.isNamed($0, in: text)
        }
    }

    /// Whether a text begins with these words in brackets.
    private static func isNamed(_ words: ArraySlice<UInt8>, in text: ArraySlice<UInt8>) -> Bool {
        guard text.first == 0x3c else { return false }
        let text = text.dropFirst()
        return text.starts(with: words) && text.dropFirst(words.count).first == 0x3e
    }
}
