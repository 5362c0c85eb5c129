package import SMTP

/// All templates of a model that a vantage shows, numbered per kind and compiled into tables.
package final class TemplateIndex: Sendable {
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

    /// A template's kind and its number among those of the kind.
    typealias Place = (slot: Slot, number: UInt32)

    let helo: HELOTable
    let mail: PathTable
    let recipient: PathTable
    let message: HeaderTable
    /// Numbers from 1.
    private let unknownWords: [Fingerprint: UInt32]
    private let unknownTemplates: [[UInt32]]
    private let counts: [Int]
    private let spelling: SpellingTable?

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

    /// Compiles the templates of a model, and says where each is found.
    static func compile(_ model: DialectModel, at vantage: Vantage) -> (index: TemplateIndex, places: TemplatePlaces) {
        var places = TemplatePlaces()
        let index = TemplateIndex(model, vantage: vantage, &places)
        return (index, places)
    }

    private init(_ model: DialectModel, vantage: Vantage, _ places: inout TemplatePlaces) {
        var helos: [HELOPattern] = []
        var mails: [(AddressPattern, [ParameterPattern])] = []
        var recipients: [(AddressPattern, [ParameterPattern])] = []
        var messages: [HeaderLayout] = []
        var unknownWords: [Fingerprint: UInt32] = [:]
        var unknownTemplates: [[UInt32]] = [[]]
        var numbers: [Key: UInt32] = [:]
        var counts = [Int](repeating: 0, count: Slot.allCases.count)
        var spelling = vantage.seesCommandLines ? SpellingTable() : nil
        var texts: [String: UInt32] = [:]
        for dialect in model.dialects {
            places.beginDialect()
            for state in dialect.states {
                guard let template = state.template else {
                    places.addState(TemplatePlaces.none)
                    continue
                }
                if let text = texts[template.text] {
                    places.addState(text)
                    continue
                }
                guard let key = Self.key(template, at: vantage) else {
                    texts[template.text] = places.addState(newAt: nil)
                    continue
                }
                if let number = numbers[key] {
                    texts[template.text] = places.addState(newAt: (key.slot, number))
                    continue
                }
                let number = UInt32(counts[Int(key.slot.rawValue)])
                counts[Int(key.slot.rawValue)] += 1
                numbers[key] = number
                texts[template.text] = places.addState(newAt: (key.slot, number))
                spelling?.add(key.spelling, slot: key.slot, number: number, isOwned: template.isOwnedGreeting)
                switch template.content {
                case .helo(let pattern, _): helos.append(pattern)
                case .mail(let address, let parameters): mails.append((address, parameters))
                case .recipient(let address, let parameters): recipients.append((address, parameters))
                case .message(let layout): messages.append(layout)
                case .unknown(let word):
                    let fingerprint = Fingerprint.of(word)
                    if let known = unknownWords[fingerprint] {
                        unknownTemplates[Int(known)].append(number)
                    } else {
                        unknownWords[fingerprint] = UInt32(unknownTemplates.count)
                        unknownTemplates.append([number])
                    }
                case .data, .reset, .startTLS, .hidden: break
                }
            }
        }
        helo = HELOTable(helos)
        mail = PathTable(mails)
        recipient = PathTable(recipients)
        message = HeaderTable(messages)
        self.unknownWords = unknownWords
        self.unknownTemplates = unknownTemplates
        self.counts = counts
        self.spelling = spelling
    }

    /// How many templates of a kind there are.
    func count(of slot: Slot) -> Int { counts[Int(slot.rawValue)] }

    // MARK: Wordings

    /// The number of a command line's fixed bytes; 0 where spelling does not show.
    func spelling(_ slot: Slot, _ fixed: Span<UInt8>) -> UInt32 { spelling.map { $0.number(slot, fixed) } ?? 0 }

    // The tables are asked from here, where they are not copied for it.

    /// The wording of HELO's argument.
    func wording(ofHELO argument: Span<UInt8>, shape: HELOShape) -> Wording { helo.wording(of: argument, shape: shape) }

    /// The wording of MAIL's arguments, and the address's fingerprint.
    func wording(ofMail arguments: Span<UInt8>) -> (wording: Wording, address: Fingerprint) {
        mail.wording(of: arguments, .mail, sender: nil)
    }

    /// The wording of RCPT's arguments.
    func wording(ofRecipient arguments: Span<UInt8>, sender: Fingerprint?) -> Wording {
        recipient.wording(of: arguments, .recipient, sender: sender).wording
    }

    /// The wording of a command that servers do not know.
    func unknownWording(of command: Span<UInt8>) -> Wording {
        let blank = UInt8(ascii: " ")
        let end = command.indices.first { command[$0] == blank } ?? command.count
        var word = Fingerprint()
        word.add(command, 0..<end)
        var wording = Wording(.unknown)
        wording.text = unknownWords[word] ?? 0
        return wording
    }

    // MARK: Sets

    /// The set of templates that take a message of this wording. O(number of templates of its kind).
    func templates(for wording: Wording) -> TemplateSet {
        let count = count(of: wording.slot)
        var set: TemplateSet
        switch wording.slot {
        case .helo, .heloAfterAbort: set = helo.templates(for: wording)
        case .mail: set = mail.templates(for: wording)
        case .recipient: set = recipient.templates(for: wording)
        case .message: return message.templates(for: wording)
        case .unknown: return TemplateSet(count: count, unknownTemplates[Int(wording.text)])
        case .data, .reset, .startTLS, .quit, .other: set = TemplateSet(count: count, 0..<UInt32(count))
        }
        guard wording.spelling != 0, let spelling else { return set }
        set.formIntersection(spelling.templates(wording.slot, wording.spelling, count: count))
        return set
    }

    /// Whether one template takes a message of this wording. O(log of the number of templates).
    func takes(_ wording: Wording, _ template: UInt32) -> Bool {
        let isTaken =
            switch wording.slot {
            case .helo, .heloAfterAbort: helo.takes(wording, template)
            case .mail: mail.takes(wording, template)
            case .recipient: recipient.takes(wording, template)
            case .message: message.takes(wording, template)
            case .unknown: unknownTemplates[Int(wording.text)].holds(template)
            case .data, .reset, .startTLS, .quit, .other: Int(template) < count(of: wording.slot)
            }
        return isTaken && (spelling?.takes(wording.slot, wording.spelling, template) ?? true)
    }

    /// Whether two wordings are taken by the same templates.
    func isSame(_ one: Wording, _ other: Wording) -> Bool {
        one == other || one.slot == other.slot && templates(for: one) == templates(for: other)
    }

    /// At most how many sets of templates messages of all kinds can match; `.max` for more than any number holds.
    var possibleCount: Int {
        Slot.allCases.reduce(0) { sum, slot in
            let count: Int
            switch slot {
            case .helo, .heloAfterAbort: count = helo.possibleCount
            case .mail: count = mail.possibleCount
            case .recipient: count = recipient.possibleCount
            case .message: count = self.count(of: slot)
            case .unknown: count = unknownTemplates.count
            case .data, .reset, .startTLS, .quit, .other: count = 1
            }
            return sum.adding(count.times(spelling?.count(slot == .heloAfterAbort ? .helo : slot) ?? 1))
        }
    }

    /// Every set of templates that a message of this kind can match. For models of some hundred dialects: there are as many
    /// as the product of what a message is made of (``possibleCount``).
    func possibleSets(_ slot: Slot) -> Set<TemplateSet> {
        let count = count(of: slot)
        let contents: Set<TemplateSet>
        switch slot {
        case .helo, .heloAfterAbort: contents = helo.possibleSets
        case .mail: contents = mail.possibleSets
        case .recipient: contents = recipient.possibleSets
        case .message: return message.possibleSets
        case .unknown: return Set(unknownTemplates.dropFirst().map { TemplateSet(count: count, $0) })
        case .data, .reset, .startTLS, .quit, .other: contents = [TemplateSet(count: count, 0..<UInt32(count))]
        }
        guard let spelling else { return contents }
        let own: Slot = slot == .heloAfterAbort ? .helo : slot
        return TemplateSet.conjunctions([contents, spelling.possibleSets(own, count: self.count(of: own))])
    }

    // MARK: Exact templates

    /// Whether a template of a kind takes but one text (a name, an address, a word, a row of headers), so that a message is
    /// taken by few of them.
    func isExact(_ slot: Slot, _ template: UInt32) -> Bool {
        switch slot {
        case .helo, .heloAfterAbort: helo.isExact(template)
        case .mail: mail.isExact(template)
        case .recipient: recipient.isExact(template)
        case .message: message.isExact(template)
        case .unknown: true
        case .data, .reset, .startTLS, .quit, .other: false
        }
    }

    /// The exact templates among which those are that take a message of this wording, in lists.
    func exactTemplates(for wording: Wording) -> [[UInt32]] {
        switch wording.slot {
        case .helo, .heloAfterAbort: helo.exactTemplates(for: wording)
        case .mail: [mail.exactTemplates(for: wording)]
        case .recipient: [recipient.exactTemplates(for: wording)]
        case .message: message.exactTemplates(for: wording)
        case .unknown: [unknownTemplates[Int(wording.text)]]
        case .data, .reset, .startTLS, .quit, .other: []
        }
    }

    /// A wording that is taken by the same templates but for some exact ones that `isLeftOut`; `nil` for one that no other
    /// takes. Others may stay that could be left out: none is left out that must stay.
    func wording(_ wording: Wording, without isLeftOut: (UInt32) -> Bool) -> Wording? {
        switch wording.slot {
        case .helo, .heloAfterAbort: return helo.wording(wording, without: isLeftOut)
        case .message: return message.wording(wording, without: isLeftOut)
        case .mail, .recipient, .unknown:
            guard exactTemplates(for: wording)[0].allSatisfy(isLeftOut) else { return wording }
            var rest = wording
            rest.text = 0
            return rest
        case .data, .reset, .startTLS, .quit, .other: return wording
        }
    }

    // MARK: Keys

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
