import Documents
private import SMTP

/// What is kept of an envelope to learn from it later: its answers, and nothing else.
///
/// The answers before DATA are shapes out of small closed sets; of the headers there are names, and forms in which
/// digits and letters are blanked. No address, no host name and no value of a header can be told from it.
public struct EnvelopeSummary: Sendable {
    /// The answers that are known before DATA.
    package let beforeData: [TextToken]

    /// What the headers are judged by; `nil` when none came.
    let headers: HeaderAnswers?

    /// What an observer has seen. O(bytes that are judged).
    ///
    /// - Parameter hasHeaders: whether the headers have come; without them the summary ends with what is known before
    ///   DATA.
    public init(_ observer: EnvelopeObserver, hasHeaders: Bool) {
        beforeData = observer.answers(at: .beforeData)
        headers = hasHeaders ? observer.headerAnswers : nil
    }

    private init(beforeData: [TextToken], headers: HeaderAnswers?) {
        self.beforeData = beforeData
        self.headers = headers
    }

    /// Whether the headers were seen.
    public var hasHeaders: Bool { headers != nil }

    /// All answers that are known at `moment`, in full; one may come twice.
    package func answers(at moment: EnvelopeMoment) -> [TextToken] {
        guard moment == .afterHeaders, let headers else { return beforeData }
        var answers = beforeData
        headers.visit { (token: TextToken) in answers.append(token) }
        return answers
    }
}

extension EnvelopeSummary {
    private static let received = "received"
    private static let mailer = "mailer"
    private static let messageID = "message-id"
    private static let date = "date"
    private static let header = "header"

    /// The summary as text, a fact a line. ``init(text:)`` reads it. At most about 6,000 bytes.
    public var text: String {
        var text: [UInt8] = []
        text.reserveCapacity(1_536)
        func add(_ word: String, _ bytes: some Collection<UInt8>) {
            if !text.isEmpty { text.append(UInt8(ascii: "\n")) }
            text.append(contentsOf: word.utf8)
            text.append(UInt8(ascii: " "))
            EnvelopeModelDocument.escape(bytes, into: &text)
        }
        for token in beforeData { add(token.group.word, token.bytes) }
        if let headers {
            add(Self.received, String(headers.trail.received).utf8)
            if let mailer = headers.mailer { add(Self.mailer, mailer.template) }
            if let id = headers.messageID { add("\(Self.messageID) \(id.host.rawValue)", id.pattern) }
            if let date = headers.date { add(Self.date, date) }
            for index in 0..<headers.trail.count { add(Self.header, headers.trail[index]) }
        }
        return String(decoding: text, as: UTF8.self)
    }

    /// Reads a summary; `nil` for text that is none, such as that of a newer version.
    public init?(text: String) {
        var beforeData: [TextToken] = []
        var trail = HeaderTrail()
        var received: Int?
        var mailer: MailerName?
        var messageID: (pattern: [UInt8], host: HeaderAnswers.MessageIDHost)?
        var date: [UInt8]?
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            guard words.count >= 2, let last = words.last, let bytes = EnvelopeModelDocument.unescaped(last) else {
                return nil
            }
            switch (words[0], words.count) {
            case (Self.received[...], 2):
                guard let count = Int(last), 0...1_000 ~= count else { return nil }
                received = count
            case (Self.mailer[...], 2): mailer = MailerName(bytes)
            case (Self.messageID[...], 3):
                guard let host = HeaderAnswers.MessageIDHost(rawValue: String(words[1])) else { return nil }
                messageID = (bytes, host)
            case (Self.date[...], 2): date = bytes
            case (Self.header[...], 2): trail.append(bytes.span)
            case (let word, 2):
                guard let group = FeatureGroup(word: word), group.family.isKnownBeforeData else { return nil }
                beforeData.append(TextToken(group, bytes))
            default: return nil
            }
        }
        guard let received else {
            self.init(beforeData: beforeData, headers: nil)
            return
        }
        trail.noteReceived(received)
        self.init(
            beforeData: beforeData,
            headers: HeaderAnswers(trail: trail, mailer: mailer, messageID: messageID, date: date))
    }
}

extension EnvelopeSummary {
    /// The number of the form that ``bytes`` has. No text begins with it.
    private static let form: UInt8 = 1

    /// The most answers before DATA, and the longest one, that are read.
    private static let mostAnswers = (count: 255, length: 1_024)

    /// The summary as bytes, in the order of its text. ``init(bytes:)`` reads it. At most about 5,000, half as many as the text.
    public var bytes: [UInt8] {
        var packed = PackedWriter(form: Self.form, capacity: 320)
        packed.add(number: beforeData.count)
        let answers = beforeData.span
        for index in answers.indices { answers[index].write(to: &packed) }
        guard let headers else { return packed.bytes }
        packed.add(number: headers.trail.received)
        packed.add(optional: headers.mailer?.template)
        packed.add(optional: headers.messageID?.pattern)
        if let id = headers.messageID { packed.add(id.host.number) }
        packed.add(optional: headers.date)
        packed.add(number: headers.trail.count)
        for index in 0..<headers.trail.count { packed.add(string: headers.trail[index]) }
        return packed.bytes
    }

    /// Reads a summary; `nil` for bytes that are none, such as those of a newer version.
    public init?(bytes: [UInt8]) {
        guard var packed = PackedReader(bytes, form: Self.form),
            let answers = packed.number(upTo: Self.mostAnswers.count)
        else { return nil }
        var beforeData: [TextToken] = []
        for _ in 0..<answers {
            guard let group = packed.byte().flatMap(FeatureGroup.init(rawValue:)), group.family.isKnownBeforeData,
                let answer = packed.string(upTo: Self.mostAnswers.length)
            else { return nil }
            beforeData.append(TextToken(group, answer))
        }
        guard !packed.isAtEnd else {
            self.init(beforeData: beforeData, headers: nil)
            return
        }
        guard let received = packed.number(upTo: 1_000), let mailer = packed.optional(upTo: 1_024),
            let pattern = packed.optional(upTo: 1_024)
        else { return nil }
        var messageID: (pattern: [UInt8], host: HeaderAnswers.MessageIDHost)?
        if let pattern {
            guard let host = packed.byte().flatMap(HeaderAnswers.MessageIDHost.init(number:)) else { return nil }
            messageID = (pattern, host)
        }
        guard let date = packed.optional(upTo: 1_024), let count = packed.number(upTo: HeaderTrail.mostHeaders) else {
            return nil
        }
        var trail = HeaderTrail()
        for _ in 0..<count {
            guard let name = packed.string(upTo: HeaderTrail.longestName) else { return nil }
            trail.append(name.span)
        }
        guard packed.isAtEnd else { return nil }
        trail.noteReceived(received)
        self.init(
            beforeData: beforeData,
            headers: HeaderAnswers(
                trail: trail, mailer: mailer.map { MailerName($0) }, messageID: messageID, date: date))
    }
}

extension EnvelopeSummary: Hashable {
    /// Summaries are the same when their bytes are.
    public static func == (left: EnvelopeSummary, right: EnvelopeSummary) -> Bool { left.bytes == right.bytes }

    /// Hashes the bytes.
    public func hash(into hasher: inout Hasher) { hasher.combine(bytes) }
}

extension HeaderAnswers.MessageIDHost {
    /// What stands for it in a summary's bytes: new ones go to the end.
    private static let numbered: [Self] = [
        .noDomain, .helo, .heloOrganisation, .nameOrganisation, .senderOrganisation, .other,
    ]

    fileprivate var number: UInt8 { UInt8(clamping: Self.numbered.firstIndex(of: self) ?? 255) }

    fileprivate init?(number: UInt8) {
        guard Int(number) < Self.numbered.count else { return nil }
        self = Self.numbered[Int(number)]
    }
}
