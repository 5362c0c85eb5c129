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

extension EnvelopeSummary: Hashable {
    /// Summaries are the same when their texts are.
    public static func == (left: EnvelopeSummary, right: EnvelopeSummary) -> Bool { left.text == right.text }

    /// Hashes the text.
    public func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
