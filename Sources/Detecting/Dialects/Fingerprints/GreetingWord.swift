import SMTP

/// How a client has greeted: with which commands, and what kind of argument.
struct GreetingWord: Sendable {
    /// The commands as spelt, separated by `/` when one followed another; empty where a vantage does not show them.
    private(set) var verbs: [UInt8] = []

    /// The argument's shape; `nil` before there was one.
    private(set) var shape: HELOShape?

    /// Whether the client said EHLO, as the mail server tells later.
    var isExtended: Bool?

    /// Whether what comes next takes the place of this greeting, as after TLS.
    var isOld = false

    /// Takes a greeting; `verb` is its command as spelt, empty where it does not show.
    mutating func take(_ verb: some Collection<UInt8>, _ shape: HELOShape) {
        if isOld { self = GreetingWord() }
        self.shape = shape
        guard !verb.isEmpty, !verbs.split(separator: UInt8(ascii: "/")).contains(where: { $0.elementsEqual(verb) }),
            verbs.count < 24
        else { return }
        if !verbs.isEmpty { verbs.append(UInt8(ascii: "/")) }
        verbs += verb.prefix(12)
    }

    /// The word. What a host is called is the host's matter: with `isForMail`, all names are one.
    func bytes(isForMail: Bool) -> [UInt8] {
        guard let shape else { return Array("greets not".utf8) }
        var word: [UInt8] = []
        word.reserveCapacity(verbs.count + 32)
        if verbs.isEmpty {
            switch isExtended {
            case true?: word += "EHLO".utf8
            case false?: word += "HELO".utf8
            case nil: word += "greets".utf8
            }
        } else {
            word += verbs
        }
        word.append(UInt8(ascii: " "))
        word += (isForMail ? Self.kind(of: shape.form) : Self.name(of: shape.form)).utf8
        return word
    }

    private static func kind(of form: HELOShape.Form) -> String {
        switch form {
        case .fqdn, .singleLabel, .localhost, .localhostLocaldomain: "name"
        default: name(of: form)
        }
    }

    private static func name(of form: HELOShape.Form) -> String {
        switch form {
        case .fqdn: "full-name"
        case .singleLabel: "label"
        case .bareIPv4: "address"
        case .literalIPv4, .literalIPv6: "[address]"
        case .localhost: "localhost"
        case .localhostLocaldomain: "localhost.localdomain"
        case .empty: "nothing"
        case .malformed: "malformed"
        }
    }
}
