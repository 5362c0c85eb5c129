public import KeyedHashing
public import SMTP

/// Reads a message for what groups it with others: events of a session in, a ``MessageShape`` out.
///
/// Body chunks may be cut anywhere. Nothing of the content is kept: an address is hashed under the site's key as soon as it
/// has ended, the head at its end. Memory is bounded by ``Limits``, whatever comes.
public struct CampaignReader: Sendable {
    /// The bounds of what is read.
    public struct Limits: Sendable, Hashable {
        /// Bytes of a body that are looked at.
        public var bodyBytes = 256 << 10

        /// Templates that are kept.
        public var templates = 48

        /// Bytes of a header's value.
        public var valueBytes = 1_000

        /// The bounds that argotd works with.
        public init() {}
    }

    private let key: HashingKey
    private let limits: Limits
    private var layoutText = HeaderLayout()
    private var subject: [UInt8] = []
    private var type = ContentType.plain
    private var encoding = TransferDecoder.Encoding.none
    private var body: BodyReader?
    private var bodyBytes = 0
    private var shape = MessageShape(layout: 0, layoutAndSubject: 0)

    /// A reader for a message whose headers come next.
    public init(key: HashingKey, limits: Limits = Limits()) {
        self.key = key
        self.limits = limits
    }

    /// Whether more of the body would be looked at.
    public var wantsBody: Bool { bodyBytes < limits.bodyBytes && shape.templates.count < limits.templates }

    /// Takes an event of the message: `header`, `eoh` and `body`; others are passed over. O(number of bytes).
    public mutating func take(_ kind: SessionEvent.Kind, _ bytes: Span<UInt8>) {
        switch kind {
        case .header: header(bytes)
        case .eoh: endHead()
        case .body:
            if body == nil { endHead() }
            take(body: bytes)
        default: break
        }
    }

    /// The message has ended: what it looks like.
    public mutating func finish() -> MessageShape {
        if body == nil { endHead() }
        var found: [[UInt8]] = []
        body?.finish { found.append(Array($0)) }
        for address in found { add(address[...]) }
        return shape
    }

    private mutating func header(_ field: Span<UInt8>) {
        guard body == nil else { return }
        let nameLength = field.indices.first { field[$0] == 0 } ?? field.count
        var name: [UInt8] = []
        for index in 0..<min(nameLength, limits.valueBytes) { name.append(field[index]) }
        var value: [UInt8] = []
        for index in min(nameLength + 1, field.count)..<field.count {
            guard value.count < limits.valueBytes else { break }
            if value.isEmpty, field[index] <= 0x20 { continue }
            value.append(field[index])
        }
        let folded = name.map(TokenShape.lowercased)
        if folded.elementsEqual("subject".utf8) {
            subject = SubjectShape.text(of: value)
        } else if folded.elementsEqual("content-type".utf8) {
            type = ContentType(value)
        } else if folded.elementsEqual("content-transfer-encoding".utf8) {
            encoding = TransferDecoder.Encoding(value.filter { $0 > 0x20 }.map(TokenShape.lowercased))
        }
        layoutText.take(name: name, value: value)
    }

    private mutating func endHead() {
        guard body == nil else { return }
        shape.layout = hash("campaign.layout", layoutText.text)
        shape.layoutAndSubject = hash("campaign.subject", subject, with: shape.layout)
        body = BodyReader(type: type, encoding: encoding)
        layoutText = HeaderLayout()
        subject = []
    }

    private mutating func take(body bytes: Span<UInt8>) {
        // A template more or less must not depend on where the body was cut.
        var found: [[UInt8]] = []
        var index = 0
        while index < bytes.count, wantsBody {
            body?.take(bytes[index]) { found.append(Array($0)) }
            index += 1
            bodyBytes += 1
            guard !found.isEmpty else { continue }
            for address in found { add(address[...]) }
            found = []
        }
    }

    /// Adds what an address looks like, and one within it.
    private mutating func add(_ address: ArraySlice<UInt8>) {
        guard let template = URLTemplate(address) else { return }
        if let site = template.site {
            add(.site, hash("campaign.site", site))
            if let home = template.home { add(.home, hash("campaign.home", home, with: shape.layout)) }
            if template.words > 1 { add(.path, hash("campaign.path", template.path, with: shape.layout)) }
        } else {
            // Of a host that is drawn at random the path tells something, if it has words; else the subject has to help.
            let company = template.words > 0 ? shape.layout : shape.layoutAndSubject
            add(.drawn, hash("campaign.path", template.path, with: company))
        }
        if let target = template.target, let inner = URLTemplate(target[...]), let site = inner.site {
            add(.site, hash("campaign.site", site))
        }
    }

    private mutating func add(_ kind: MessageShape.Template.Kind, _ key: UInt64) {
        guard shape.templates.count < limits.templates, !shape.templates.contains(where: { $0.key == key }) else {
            return
        }
        shape.templates.append(MessageShape.Template(key: key, kind: kind))
    }

    private func hash(_ purpose: StaticString, _ text: [UInt8], with other: UInt64? = nil) -> UInt64 {
        var message = DigestMessage(purpose)
        message.add(text)
        if let other { message.add(UInt128(other)) }
        return UInt64(truncatingIfNeeded: key.digest(message))
    }
}
