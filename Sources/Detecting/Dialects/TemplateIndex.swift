package import SMTP

/// All templates of a model that a vantage shows, numbered per kind and compiled into tables.
package struct TemplateIndex: Sendable {
    /// The kinds of messages that the machine tells apart.
    package enum Slot: UInt8, Sendable, CaseIterable {
        case helo, mail, recipient, data, message, reset, startTLS, unknown

        /// HELO after the transaction was aborted: a milter cannot tell whether the client sent RSET before it.
        case heloAfterAbort

        /// QUIT, which only the wire shows.
        case quit

        /// NOOP, AUTH, VRFY and the like, which only the wire shows.
        case other

        /// The kind of a command; that of no command for `nil`.
        package init(_ verb: SMTPVerb?) {
            switch verb {
            case .helo, .ehlo: self = .helo
            case .mail: self = .mail
            case .rcpt: self = .recipient
            case .data, .bdat: self = .data
            case .rset: self = .reset
            case .startTLS: self = .startTLS
            case .quit: self = .quit
            case .noop, .vrfy, .expn, .help, .auth, .etrn: self = .other
            case nil: self = .unknown
            }
        }
    }

    let helo: HELOTable
    let mail: PathTable
    let recipient: PathTable
    let message: HeaderTable
    private let unknown: [Fingerprint: TemplateMask]
    private let numbers: [Key: Int]
    private let counts: [Slot: Int]
    private let spelling: SpellingTable?
    private let vantage: Vantage

    /// What makes two templates one at this vantage: everything that it shows of them.
    private struct Key: Hashable {
        enum Content: Hashable {
            case helo(HELOPattern)
            case path(AddressPattern, [ParameterPattern])
            case message(HeaderLayout)
            case unknown(String)
            case bare
        }

        var slot: Slot
        var content: Content
        /// The fixed bytes before what varies; empty where they do not show.
        var spelling: String
    }

    init(_ model: DialectModel, vantage: Vantage) {
        var helos: [HELOPattern] = []
        var mails: [(AddressPattern, [ParameterPattern])] = []
        var recipients: [(AddressPattern, [ParameterPattern])] = []
        var messages: [HeaderLayout] = []
        var unknowns: [Fingerprint: TemplateMask] = [:]
        var numbers: [Key: Int] = [:]
        var counts: [Slot: Int] = [:]
        var spelling = vantage.seesCommandLines ? SpellingTable() : nil
        for template in model.dialects.flatMap(\.states).compactMap(\.template) {
            guard let key = Self.key(template, at: vantage), numbers[key] == nil else { continue }
            let number = counts[key.slot, default: 0]
            counts[key.slot] = number + 1
            numbers[key] = number
            spelling?.add(key.spelling, slot: key.slot, number: number, isOwned: template.isOwnedGreeting)
            switch template.content {
            case .helo(let pattern, _): helos.append(pattern)
            case .mail(let address, let parameters): mails.append((address, parameters))
            case .recipient(let address, let parameters): recipients.append((address, parameters))
            case .message(let layout): messages.append(layout)
            case .unknown(let word): unknowns[Fingerprint.of(word), default: 0] |= .only(number)
            case .data, .reset, .startTLS, .hidden: break
            }
        }
        helo = HELOTable(helos)
        mail = PathTable(mails)
        recipient = PathTable(recipients)
        message = HeaderTable(messages)
        unknown = unknowns
        self.numbers = numbers
        self.counts = counts
        self.spelling = spelling
        self.vantage = vantage
    }

    /// The kind and number of a template; `nil` when the vantage never shows it.
    func place(of template: MessageTemplate) -> (slot: Slot, mask: TemplateMask)? {
        number(of: template).map { ($0.slot, .only($0.number)) }
    }

    /// The same as a number.
    func number(of template: MessageTemplate) -> (slot: Slot, number: Int)? {
        guard let key = Self.key(template, at: vantage), let number = numbers[key] else { return nil }
        return (key.slot, number)
    }

    /// How many templates of a kind there are.
    func count(of slot: Slot) -> Int { counts[slot, default: 0] }

    /// The set of templates whose fixed bytes are these; all of them where spelling does not show.
    func spellingMask(_ slot: Slot, _ fixed: Span<UInt8>) -> TemplateMask {
        spelling.map { $0.mask(slot, fixed) } ?? .max
    }

    /// The set of unknown-command templates that take this command.
    func unknownMask(for command: Span<UInt8>) -> TemplateMask {
        let blank = UInt8(ascii: " ")
        let end = command.indices.first { command[$0] == blank } ?? command.count
        var word = Fingerprint()
        word.add(command, 0..<end)
        return unknown[word] ?? 0
    }

    /// Every set of templates that a message of this kind can match.
    func possibleMasks(_ slot: Slot) -> Set<TemplateMask> {
        let contents: Set<TemplateMask>
        switch slot {
        case .helo, .heloAfterAbort: contents = helo.possibleMasks
        case .mail: contents = mail.possibleMasks
        case .recipient: contents = recipient.possibleMasks
        case .message: return message.possibleMasks
        case .unknown: return Set(unknown.values)
        case .data, .reset, .startTLS, .quit, .other: contents = [spelling == nil ? .only(0) : .max]
        }
        guard let spelling else { return contents }
        return TemplateMask.conjunctions([contents, spelling.possibleMasks(slot)])
    }

    private static func slot(of content: MessageTemplate.Content, text: String, at vantage: Vantage) -> Slot? {
        switch content {
        case .helo: .helo
        case .mail: .mail
        case .recipient: .recipient
        case .data: .data
        case .message: .message
        case .reset: .reset
        case .startTLS: .startTLS
        case .unknown: .unknown
        case .hidden:
            vantage.seesCommandLines ? (text.prefix(4).uppercased() == "QUIT" ? .quit : .other) : nil
        }
    }

    private static func key(_ template: MessageTemplate, at vantage: Vantage) -> Key? {
        guard let slot = slot(of: template.content, text: template.text, at: vantage) else { return nil }
        let content: Key.Content =
            switch template.content {
            case .helo(let pattern, _): .helo(pattern)
            case .mail(let address, let list), .recipient(let address, let list): .path(address, list)
            case .message(let layout): .message(layout)
            case .unknown(let word): .unknown(word)
            case .data, .reset, .startTLS, .hidden: .bare
            }
        let spelling = vantage.seesCommandLines ? SpellingTable.fixedPart(of: template, slot: slot) : ""
        return Key(slot: slot, content: content, spelling: spelling)
    }
}

extension MessageTemplate {
    /// Whether this is a greeting with an argument that only its dialect has.
    fileprivate var isOwnedGreeting: Bool {
        if case .helo(let pattern, _) = content, case .literal(_, isOwned: true) = pattern.content {
            true
        } else {
            false
        }
    }

    /// Whether the message holds words that nobody else says: a greeting of its own, an address, a command.
    var isOwned: Bool {
        switch content {
        case .mail(let address, _), .recipient(let address, _):
            if case .literal = address.content { true } else { false }
        case .unknown: true
        default: isOwnedGreeting
        }
    }
}
