import SMTP

/// All templates of a model that a vantage shows, numbered per kind and compiled into tables.
struct TemplateIndex: Sendable {
    /// The kinds of messages that the machine tells apart.
    enum Slot: UInt8, Sendable, CaseIterable {
        case helo, mail, recipient, data, message, reset, startTLS, unknown

        /// HELO after the transaction was aborted: a milter cannot tell whether the client sent RSET before it.
        case heloAfterAbort
    }

    let helo: HELOTable
    let mail: PathTable
    let recipient: PathTable
    let message: HeaderTable
    private let unknown: [Fingerprint: TemplateMask]
    private let numbers: [Key: Int]

    /// What makes two templates one at this vantage: everything of the content that it shows.
    private enum Key: Hashable {
        case helo(HELOPattern)
        case path(Slot, AddressPattern, [ParameterPattern])
        case message(HeaderLayout)
        case unknown(String)
        case bare(Slot)
    }

    init(_ model: DialectModel) {
        var helos: [HELOPattern] = []
        var mails: [(AddressPattern, [ParameterPattern])] = []
        var recipients: [(AddressPattern, [ParameterPattern])] = []
        var messages: [HeaderLayout] = []
        var unknowns: [Fingerprint: TemplateMask] = [:]
        var numbers: [Key: Int] = [:]
        for template in model.dialects.flatMap(\.states).compactMap(\.template) {
            guard let key = Self.key(template.content), numbers[key] == nil else { continue }
            switch template.content {
            case .helo(let pattern, _):
                numbers[key] = helos.count
                helos.append(pattern)
            case .mail(let address, let parameters):
                numbers[key] = mails.count
                mails.append((address, parameters))
            case .recipient(let address, let parameters):
                numbers[key] = recipients.count
                recipients.append((address, parameters))
            case .message(let layout):
                numbers[key] = messages.count
                messages.append(layout)
            case .unknown(let word):
                numbers[key] = unknowns.count
                unknowns[Fingerprint.of(word)] = .only(unknowns.count)
            case .data, .reset, .startTLS: numbers[key] = 0
            case .hidden: break
            }
        }
        helo = HELOTable(helos)
        mail = PathTable(mails)
        recipient = PathTable(recipients)
        message = HeaderTable(messages)
        unknown = unknowns
        self.numbers = numbers
    }

    /// The kind and number of a template; `nil` when milters are never shown it.
    func place(of content: MessageTemplate.Content) -> (slot: Slot, mask: TemplateMask)? {
        guard let slot = Self.slot(of: content), let number = Self.key(content).flatMap({ numbers[$0] }) else {
            return nil
        }
        return (slot, .only(number))
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
        switch slot {
        case .helo, .heloAfterAbort: helo.possibleMasks
        case .mail: mail.possibleMasks
        case .recipient: recipient.possibleMasks
        case .message: message.possibleMasks
        case .unknown: Set(unknown.values)
        case .data, .reset, .startTLS: [.only(0)]
        }
    }

    static func slot(of content: MessageTemplate.Content) -> Slot? {
        switch content {
        case .helo: .helo
        case .mail: .mail
        case .recipient: .recipient
        case .data: .data
        case .message: .message
        case .reset: .reset
        case .startTLS: .startTLS
        case .unknown: .unknown
        case .hidden: nil
        }
    }

    private static func key(_ content: MessageTemplate.Content) -> Key? {
        switch content {
        case .helo(let pattern, _): .helo(pattern)
        case .mail(let address, let parameters): .path(.mail, address, parameters)
        case .recipient(let address, let parameters): .path(.recipient, address, parameters)
        case .message(let layout): .message(layout)
        case .unknown(let word): .unknown(word)
        case .data: .bare(.data)
        case .reset: .bare(.reset)
        case .startTLS: .bare(.startTLS)
        case .hidden: nil
        }
    }
}
