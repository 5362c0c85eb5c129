public import SMTP

/// Follows a session and keeps what others say of it: events in, judgements out.
///
/// It is told what the client does, what the mail server refuses, and whether a recipient is a trap; of Argot's own answers
/// it learns nothing, and ``ObservedEvent/answered(isTemporary:)`` is passed over. Memory is bounded.
public struct JudgementReader: Sendable {
    private let rules: JudgementRules
    private var isNullSender = false
    private var message = Found()
    private var session = Found()
    private var recipients = 0
    private var unknown = 0
    /// What the fields of each name have said so far; as long as the rules' names.
    private var fields: [Field] = []
    /// What tells nothing of the refusal of the recipient that comes next.
    private var pending: String?
    /// Refusals that tell nothing, since they were last taken.
    public private(set) var unread: [String] = []

    /// The domain of the sender that the client may send for, as this site's border says of the message; `nil` where it
    /// does not.
    public private(set) var authenticatedDomain: String?

    private static let maximumUnread = 4
    private static let longestValue = 400
    private static let longestResults = 2_000
    private static let resultsName = Array("authentication-results".utf8)

    private struct Found {
        var isTrap = false
        var isBlocked = false
        var isAgainstPolicy = false
    }

    private struct Field {
        var count = 0
        var first: JudgementKind?
        var last: JudgementKind?
    }

    /// A reader for a session that begins.
    public init(rules: JudgementRules) {
        self.rules = rules
    }

    /// Takes an event and its bytes. O(1) for most; of a header its name, and the value of a field that a rule names.
    public mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        switch event {
        case .mail(let sender):
            isNullSender = sender.unquoted.isEmpty
            message = Found()
            authenticatedDomain = nil
            if !fields.isEmpty { fields = [] }
        case .rcpt(let recipient):
            recipients = min(recipients + 1, .max - 1)
            if let words = pending { note(unread: words, about: recipient) }
        case .refused(let code, let text): refused(code, text)
        case .header(let length):
            guard !rules.headers.isEmpty || !rules.authservID.isEmpty else { return }
            header(name: bytes.extracting(first: length), value: bytes.extracting(droppingFirst: length + 1))
        case .syn, .hello, .helo, .proto, .tls, .auth, .answered, .data, .unknown, .eoh, .body, .eom, .abort,
            .line, .replied, .linesLost, .command:
            break
        }
    }

    /// The recipient is a trap. Somebody else may have made an honest server bounce to it, so that a bounce is not judged.
    public mutating func noteTrap() {
        guard !isNullSender else { return }
        message.isTrap = true
        session.isTrap = true
    }

    /// Forgets the refusals that tell nothing, and returns them.
    public mutating func takeUnread() -> [String] {
        defer { unread = [] }
        return unread
    }

    private mutating func refused(_ code: String, _ text: String) {
        switch rules.refusals.read(code: code, text: text) {
        case .blocklist:
            message.isBlocked = true
            session.isBlocked = true
        case .policy:
            message.isAgainstPolicy = true
            session.isAgainstPolicy = true
        case .unknownUser:
            // Honest servers bounce to forged senders, which do not exist.
            if !isNullSender { unknown = min(unknown + 1, .max - 1) }
        case .unread(let words):
            pending = words
        case .mailboxFull, .relayDenied, .recipientRule, .temporary: break
        }
    }

    /// Keeps the words of a refusal, without the recipient's own name if it stands among them.
    private mutating func note(unread words: String, about recipient: MailAddress) {
        pending = nil
        guard unread.count < Self.maximumUnread else { return }
        let name = recipient.localPart.lowercased()
        let masked = words.split(separator: " ", omittingEmptySubsequences: false).map { word in
            word.lowercased().split { !$0.isLetter && $0 != "-" && $0 != "_" }.contains { $0 == name } ? "<name>" : word
        }.joined(separator: " ")
        if !unread.contains(masked) { unread.append(masked) }
    }

    private mutating func header(name: Span<UInt8>, value: Span<UInt8>) {
        if !rules.authservID.isEmpty, Self.isEqual(name, Self.resultsName) {
            let results = AuthenticationResults(
                Self.plain(value, limit: Self.longestResults), authservID: rules.authservID)
            authenticatedDomain = results?.sender ?? authenticatedDomain
        }
        guard let index = rules.headers.firstIndex(where: { Self.isEqual(name, $0.name) }) else { return }
        if fields.isEmpty { fields = Array(repeating: Field(), count: rules.headers.count) }
        let value = Self.plain(value)
        let kind = rules.headers[index].rules.first { $0.matches(value) }?.kind
        if fields[index].count == 0 { fields[index].first = kind }
        fields[index].last = kind
        fields[index].count = min(fields[index].count + 1, 1_000)
    }

    private static func isEqual(_ name: Span<UInt8>, _ lowercased: [UInt8]) -> Bool {
        guard name.count == lowercased.count else { return false }
        for index in 0..<name.count where lower(name[index]) != lowercased[index] { return false }
        return true
    }

    private static func lower(_ byte: UInt8) -> UInt8 { 0x41...0x5a ~= byte ? byte | 0x20 : byte }

    /// A value in one line, without blanks at its ends, in lower case.
    private static func plain(_ value: Span<UInt8>, limit: Int = longestValue) -> [UInt8] {
        var bytes: [UInt8] = []
        for index in 0..<min(value.count, limit) {
            let byte = value[index]
            if byte == 0x20 || 0x09...0x0d ~= byte || byte == 0 {
                if !bytes.isEmpty, bytes.last != 0x20 { bytes.append(0x20) }
            } else {
                bytes.append(lower(byte))
            }
        }
        if bytes.last == 0x20 { bytes.removeLast() }
        return bytes
    }

    /// What the fields say together; `nil` when they differ.
    private var headerJudgement: JudgementKind? {
        var found: JudgementKind?
        for field in fields {
            let kind: JudgementKind? =
                switch rules.occurrence {
                case .only: field.count == 1 ? field.first : nil
                case .first: field.first
                case .last: field.last
                }
            guard let kind else { continue }
            if let found, found != kind { return nil }
            found = kind
        }
        return found
    }

    /// What is said of the message that ends now.
    public func judgements(at now: UnixTime) -> [MailJudgement] {
        judgements(message, header: headerJudgement, at: now)
    }

    /// What is said of a session that brought no message.
    public func judgementsOfSession(at now: UnixTime) -> [MailJudgement] { judgements(session, header: nil, at: now) }

    private func judgements(_ found: Found, header: JudgementKind?, at now: UnixTime) -> [MailJudgement] {
        var judgements: [MailJudgement] = []
        func add(_ kind: JudgementKind, _ source: JudgementSource) {
            if rules.sources.contains(source) { judgements.append(MailJudgement(kind, from: source, at: now)) }
        }
        if found.isTrap { add(.spam, .trap) }
        if let header { add(header, .filterHeader) }
        if found.isBlocked { add(.spam, .blocklist) }
        if found.isAgainstPolicy { add(.spam, .policy) }
        // A large honest sender has a few stale addresses; somebody who tries names has little else.
        if unknown >= JudgementRules.unknownRecipients, unknown * 2 >= recipients { add(.spam, .unknownRecipients) }
        return judgements
    }
}
