public import Campaigns
internal import Dialects
internal import Documents
internal import Envelopes
public import Judgements
internal import Memory
internal import SMTP

/// What a server notes for all: what is learned from, each once. Unlike a ``Memory/SharedFact`` it replaces nothing.
public enum SharedNote: Sendable, Hashable {
    /// A message, or a refused session, was seen.
    case sighting(Sighting)

    /// Somebody has judged the messages of a name.
    case judged(MessageName, MailJudgement)

    /// Senders have written to domains: added to what is counted.
    case cells([SenderCell])

    /// A message of a campaign came.
    case campaignMail(CampaignMail)

    /// Two campaigns are one.
    case campaignsJoined(CampaignID, into: CampaignID)

    /// The note in a change of the store; `nil` for others.
    public init?(_ change: StoreChange) {
        switch change {
        case .sighting(let sighting): self = .sighting(sighting)
        case .judged(let name, let judgement): self = .judged(name, judgement)
        case .senderCells(let cells): self = .cells(cells)
        case .campaignMail(let mail): self = .campaignMail(mail)
        case .campaignsJoined(let campaign, let root): self = .campaignsJoined(campaign, into: root)
        case .memory, .verdict, .correspondent, .unreadReply, .commonTemplate, .heard: return nil
        }
    }

    /// The change of the store that keeps it.
    public var change: StoreChange {
        switch self {
        case .sighting(let sighting): .sighting(sighting)
        case .judged(let name, let judgement): .judged(name, judgement)
        case .cells(let cells): .senderCells(cells)
        case .campaignMail(let mail): .campaignMail(mail)
        case .campaignsJoined(let campaign, let root): .campaignsJoined(campaign, into: root)
        }
    }
}

/// The form of a note on its way to other servers.
extension SharedNote {
    /// The most bytes that a note takes.
    public static let maximumLength = 65_536

    /// The most cells of a note.
    public static let maximumCells = 1_000

    private static let longestText = 256
    private static let maximumJudgements = 32

    /// The note as bytes.
    public var packed: [UInt8] {
        var writer = PackedWriter(form: SharedFact.form, capacity: 512)
        switch self {
        case .sighting(let sighting):
            writer.add(UInt8(ascii: "s"))
            writer.add(text: sighting.id, Self.longestText)
            writer.add(sighting.time)
            writer.add(sighting.client)
            writer.add(sighting.network)
            for key in [sighting.organisation, sighting.queueID, sighting.messageID, sighting.attempt] {
                writer.add(optional: key)
            }
            writer.add(sighting.sender == nil ? 0 : 1)
            if let sender = sighting.sender { writer.add(fixed: sender) }
            writer.add(text: sighting.vantage.rawValue, Self.longestText)
            writer.add(string: sighting.envelope.bytes[...])
            writer.add(optional: sighting.dialect?.bytes)
            writer.add(sighting.hasRecipient ? 1 : 0)
            let judgements = sighting.judgements.prefix(Self.maximumJudgements)
            writer.add(number: judgements.count)
            for judgement in judgements { writer.add(judgement) }
        case .judged(let name, let judgement):
            writer.add(UInt8(ascii: "j"))
            switch name {
            case .queueID(let key):
                writer.add(0)
                writer.add(key)
            case .messageID(let key):
                writer.add(1)
                writer.add(key)
            case .session(let client, let time):
                writer.add(2)
                writer.add(client)
                writer.add(time)
            }
            writer.add(judgement)
        case .cells(let cells):
            writer.add(UInt8(ascii: "c"))
            writer.add(number: min(cells.count, Self.maximumCells))
            for cell in cells.prefix(Self.maximumCells) {
                writer.add(number: Int(clamping: cell.slot))
                writer.add(fixed: cell.sender)
                writer.add(fixed: cell.domain)
                for count in [cell.mails, cell.trapped, cell.spam, cell.honest, cell.bots] {
                    writer.add(number: Int(count))
                }
            }
        case .campaignMail(let mail):
            writer.add(UInt8(ascii: "m"))
            writer.add(mail.time)
            writer.add(fixed: mail.campaign.number)
            writer.add(mail.recipient)
            writer.add(mail.network)
            for text in [mail.session, mail.recipientDomain, mail.dialect, mail.treatment.rawValue] {
                writer.add(text: text, Self.longestText)
            }
        case .campaignsJoined(let campaign, let root):
            writer.add(UInt8(ascii: "t"))
            writer.add(fixed: campaign.number)
            writer.add(fixed: root.number)
        }
        return writer.bytes
    }

    /// Reads the bytes of a note; `nil` for anything that is none. Nothing in them is trusted.
    public init?(packed bytes: [UInt8]) {
        guard bytes.count <= Self.maximumLength, var reader = PackedReader(bytes, form: SharedFact.form),
            let kind = reader.byte(), let note = SharedNote(kind, &reader), reader.isAtEnd
        else { return nil }
        self = note
    }

    private init?(_ kind: UInt8, _ reader: inout PackedReader) {
        switch kind {
        case UInt8(ascii: "s"):
            guard let sighting = Self.sighting(&reader) else { return nil }
            self = .sighting(sighting)
        case UInt8(ascii: "j"):
            guard let name = Self.name(&reader), let judgement = reader.judgement() else { return nil }
            self = .judged(name, judgement)
        case UInt8(ascii: "c"):
            guard let count = reader.number(upTo: Self.maximumCells) else { return nil }
            var cells: [SenderCell] = []
            for _ in 0..<count {
                guard let cell = Self.cell(&reader) else { return nil }
                cells.append(cell)
            }
            self = .cells(cells)
        case UInt8(ascii: "m"):
            guard let mail = Self.mail(&reader) else { return nil }
            self = .campaignMail(mail)
        case UInt8(ascii: "t"):
            guard let campaign = reader.fixed(), let root = reader.fixed() else { return nil }
            self = .campaignsJoined(CampaignID(campaign), into: CampaignID(root))
        default: return nil
        }
    }

    private static func sighting(_ reader: inout PackedReader) -> Sighting? {
        guard let id = reader.texts(1, upTo: longestText)?.first, let time = reader.time(), let client = reader.key(),
            let network = reader.key(), let organisation = reader.optionalKey(), let queueID = reader.optionalKey(),
            let messageID = reader.optionalKey(), let attempt = reader.optionalKey(),
            let hasSender = reader.number(upTo: 1)
        else { return nil }
        var sender: UInt64?
        if hasSender == 1 {
            guard let number = reader.fixed() else { return nil }
            sender = number
        }
        guard let vantage = reader.texts(1, upTo: longestText)?.first.flatMap(Vantage.init(rawValue:)),
            let envelope = reader.string(upTo: maximumLength).flatMap({ EnvelopeSummary(bytes: $0) }),
            let speech = reader.optional(upTo: maximumLength), let hasRecipient = reader.number(upTo: 1),
            let count = reader.number(upTo: maximumJudgements)
        else { return nil }
        var dialect: DialectFingerprints?
        if let speech {
            guard let fingerprints = DialectFingerprints(bytes: speech) else { return nil }
            dialect = fingerprints
        }
        var judgements: [MailJudgement] = []
        for _ in 0..<count {
            guard let judgement = reader.judgement() else { return nil }
            judgements.append(judgement)
        }
        return Sighting(
            id: id, time: time, client: client, network: network, organisation: organisation, sender: sender,
            vantage: vantage, envelope: envelope, dialect: dialect, queueID: queueID, messageID: messageID,
            attempt: attempt, hasRecipient: hasRecipient == 1, judgements: judgements)
    }

    private static func name(_ reader: inout PackedReader) -> MessageName? {
        guard let kind = reader.byte(), let key = reader.key() else { return nil }
        switch kind {
        case 0: return .queueID(key)
        case 1: return .messageID(key)
        case 2: return reader.time().map { .session(of: key, at: $0) }
        default: return nil
        }
    }

    private static func mail(_ reader: inout PackedReader) -> CampaignMail? {
        guard let time = reader.time(), let campaign = reader.fixed(), let recipient = reader.key(),
            let network = reader.key(), let texts = reader.texts(4, upTo: longestText),
            let treatment = CampaignMail.Treatment(rawValue: texts[3])
        else { return nil }
        return CampaignMail(
            time: time, session: texts[0], campaign: CampaignID(campaign), recipient: recipient, network: network,
            recipientDomain: texts[1], dialect: texts[2], treatment: treatment)
    }

    private static func cell(_ reader: inout PackedReader) -> SenderCell? {
        guard let slot = reader.number(upTo: .max), let sender = reader.fixed(), let domain = reader.fixed() else {
            return nil
        }
        var counts: [UInt32] = []
        for _ in 0..<5 {
            guard let count = reader.number(upTo: Int(UInt32.max)) else { return nil }
            counts.append(UInt32(count))
        }
        return SenderCell(
            slot: Int64(slot), sender: sender, domain: domain, mails: counts[0], trapped: counts[1], spam: counts[2],
            honest: counts[3], bots: counts[4])
    }
}

extension PackedWriter {
    fileprivate mutating func add(optional key: KeyedHash?) {
        guard let key else { return add(0) }
        add(1)
        add(key)
    }

    fileprivate mutating func add(_ judgement: MailJudgement) {
        add(text: judgement.source.rawValue, 64)
        add(text: judgement.kind.rawValue, 64)
        add(judgement.time)
    }
}

extension PackedReader {
    fileprivate mutating func optionalKey() -> KeyedHash?? {
        switch byte() {
        case 0: .some(nil)
        case 1: key().map { $0 }
        default: nil
        }
    }

    fileprivate mutating func judgement() -> MailJudgement? {
        guard let words = texts(2, upTo: 64), let source = JudgementSource(rawValue: words[0]),
            let kind = JudgementKind(rawValue: words[1]), source.says.contains(kind), let time = time()
        else { return nil }
        return MailJudgement(kind, from: source, at: time)
    }
}
