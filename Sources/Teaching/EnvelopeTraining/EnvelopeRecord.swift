public import Envelopes
public import SMTP

/// A recorded mail: what was seen of its envelope, and what somebody has said of it.
public struct EnvelopeRecord: Sendable {
    /// When it came.
    public var time: UnixTime

    /// The sending address.
    public var client: ClientAddress

    /// What somebody has said of it.
    public var label: RecordLabel

    /// Whether somebody has called it spam.
    public var isSpam: Bool { label == .spam }

    /// Whether the client said EHLO; `nil` where nobody knows.
    public var isExtended: Bool?

    /// The HELO argument.
    public var helo: String?

    /// The client's reverse name.
    public var clientName: String?

    /// How the look-up of the name fared.
    public var resolution: HostResolution

    /// The server of the site that took the mail, where there are several.
    public var receiver: String

    /// The sender's domain; empty for the null sender, `nil` where nobody knows.
    public var senderDomain: String?

    /// X-Mailer or User-Agent.
    public var mailer: String?

    /// The Message-ID, where it was recorded.
    public var messageID: String?

    /// The Date, where it was recorded.
    public var date: String?

    /// The names of the headers in their order.
    public var headers: [String]

    /// A record from its parts.
    public init(
        time: UnixTime, client: ClientAddress, label: RecordLabel, isExtended: Bool? = nil, helo: String? = nil,
        clientName: String? = nil, resolution: HostResolution = .unknown, receiver: String = "",
        senderDomain: String? = nil, mailer: String? = nil, messageID: String? = nil, date: String? = nil,
        headers: [String] = []
    ) {
        self.time = time
        self.client = client
        self.label = label
        self.isExtended = isExtended
        self.helo = helo
        self.clientName = clientName
        self.resolution = resolution
        self.receiver = receiver
        self.senderDomain = senderDomain
        self.mailer = mailer
        self.messageID = messageID
        self.date = date
        self.headers = headers
    }

    /// What an observer of the session would know at its end.
    public var observer: EnvelopeObserver {
        var observer = EnvelopeObserver(client: client, clientName: clientName, resolution: resolution)
        if let helo {
            let bytes = Array(helo.utf8)
            let shape = HELOShape(of: bytes, client: client, ptr: clientName.map(Self.folded), server: nil)
            observer.take(.helo(shape), bytes.span)
        }
        observer.take(.proto(isExtended: isExtended), [UInt8]().span)
        if let senderDomain { observer.mail(domain: senderDomain) }
        for header in headers {
            let name = Array(header.utf8)
            observer.take(.header(nameLength: name.count), name.span)
        }
        if let mailer { observer.note(.mailer, Array(mailer.utf8)) }
        if let messageID { observer.note(.messageID, Array(messageID.utf8)) }
        if let date { observer.note(.date, Array(date.utf8)) }
        return observer
    }

    /// Whom the sender belongs to: the organisation of its name, or the address when it has none.
    package var organisation: String {
        guard let clientName, !clientName.isEmpty else { return client.description }
        return String(decoding: HostName(clientName.utf8).organisation, as: UTF8.self)
    }

    private static func folded(_ name: String) -> String {
        String(decoding: name.utf8.map { 0x41...0x5a ~= $0 ? $0 | 0x20 : $0 }, as: UTF8.self)
    }
}

extension EnvelopeRecord {
    /// Which of `count` parts the sender's organisation falls into, 0 to `count` - 1: the same one for all of its
    /// mail, on every run.
    public func fold(of count: Int) -> Int {
        precondition(count > 0)
        let hash = FNVHash(organisation.utf8).value
        return Int((hash ^ hash >> 32) % UInt64(count))
    }
}
