import FoundationEssentials
import SMTP
import StoredMail

/// A message as a line of JSON that `argot envelopes train` reads.
struct MailRecord: Encodable {
    private enum CodingKeys: String, CodingKey {
        case t, ip, label, proto, helo, rdns, forged, by, mailer
        case headers = "hdr_order"
        case domain = "mail_from_domain"
        case messageID = "message_id"
        case date
    }

    private(set) var time: Int64
    private(set) var client: String
    private(set) var label: MailLabel
    private(set) var isExtended: Bool?
    private(set) var helo: String?
    private(set) var clientName: String?
    private(set) var isForged: Bool
    private(set) var server: String
    private(set) var senderDomain: String?
    private(set) var headers: [String]
    private(set) var mailer: String?
    private(set) var messageID: String?
    private(set) var date: String?

    /// A longer value is cut.
    private static let longestValue = 1_000

    /// The record of a stored message: what its arrival tells, and the fields that came with it.
    init(_ message: MailboxReader.Message, _ arrival: Arrival, client: ClientAddress, label: MailLabel) {
        let received = arrival.received
        time = arrival.time.seconds
        self.client = client.description
        self.label = label
        isExtended = received.isExtended
        helo = received.helo
        clientName = received.clientName
        isForged = received.isForged
        server = received.server
        let sender = message.head.first("Return-Path") ?? message.envelopeSender ?? received.envelopeSender
        senderDomain = sender.map { MailAddress(argument: $0.utf8).domain }
        let own = message.head.fields[(arrival.index + 1)...].filter { !SiteFields.contains($0.name) }
        headers = own.map(\.name)
        func value(_ names: String...) -> String? {
            own.first { field in names.contains { field.isNamed($0) } }.map {
                String($0.text.prefix(Self.longestValue))
            }
        }
        mailer = value("X-Mailer", "User-Agent")
        messageID = value("Message-ID")
        date = value("Date")
    }

    /// The record of a message in a session as a filter was handed it; `nil` without a client or a time.
    init?(_ peers: SessionPeers, began: Double?, label: MailLabel) {
        guard let client = peers.client, let began, 0..<1e11 ~= began else { return nil }
        time = Int64(began)
        self.client = client.description
        self.label = label
        clientName = peers.clientName
        isForged = peers.resolution == .forged
        server = peers.serverName ?? ""
        headers = []
    }

    /// Takes an event of the session.
    ///
    /// - Returns: whether a message has ended, of which this is the record.
    mutating func take(_ event: SessionEvent) -> Bool {
        let parts = event.parts
        func text(_ index: Int) -> String {
            guard index < parts.count else { return "" }
            return String(decoding: parts[index].prefix(Self.longestValue), as: UTF8.self)
        }
        switch event.kind {
        case .helo: helo = text(0)
        case .proto: isExtended = text(0).uppercased().hasPrefix("ESMTP")
        case .mail:
            senderDomain = parts.first.map { MailAddress(argument: $0).domain }
            (headers, mailer, messageID, date) = ([], nil, nil, nil)
        case .header:
            let name = text(0)
            headers.append(name)
            let value = text(1).drop { $0 == " " || $0 == "\t" }
            guard !value.isEmpty else { break }
            switch name.lowercased() {
            case "x-mailer", "user-agent": mailer = mailer ?? String(value)
            case "message-id": messageID = messageID ?? String(value)
            case "date": date = date ?? String(value)
            default: break
            }
        case .eom: return true
        default: break
        }
        return false
    }

    /// The record as a line with its line end.
    var line: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // A struct of strings and whole numbers always encodes.
        let data = (try? encoder.encode(self)) ?? Data()
        return PrintableText.json(document: String(decoding: data, as: UTF8.self)) + "\n"
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: CodingKeys.self)
        try fields.encode(time, forKey: .t)
        try fields.encode(client, forKey: .ip)
        try fields.encode(label, forKey: .label)
        try fields.encodeIfPresent(isExtended.map { $0 ? "ESMTP" : "SMTP" }, forKey: .proto)
        try fields.encodeIfPresent(helo, forKey: .helo)
        // No name is a fact, and written as null.
        try fields.encode(clientName, forKey: .rdns)
        try fields.encode(isForged, forKey: .forged)
        try fields.encode(server, forKey: .by)
        try fields.encode(headers, forKey: .headers)
        try fields.encodeIfPresent(senderDomain, forKey: .domain)
        try fields.encodeIfPresent(mailer, forKey: .mailer)
        try fields.encodeIfPresent(messageID, forKey: .messageID)
        try fields.encodeIfPresent(date, forKey: .date)
    }
}
