public import Dialects
public import SMTP

/// What one conversation shows of a dialect: the replies that were heard and the templates of the messages that followed.
/// The learner keeps nothing else of a conversation.
public struct Trace: Sendable, Hashable {
    /// A message, and the reply before it.
    public struct Step: Sendable, Hashable {
        /// The reply to the message before, or the greeting.
        public var reply: ReplySymbol

        /// The message's template, as ``MessageTokeniser`` has it.
        public var text: String

        /// How its line ended.
        public var lineEnd: LineEnd

        /// Whether it was sent before that reply.
        public var isEarly: Bool

        /// Whether it shares a segment with the message before.
        public var isJoined: Bool

        /// For content: whether the final dot had a segment of its own.
        public var hasLoneDot: Bool

        /// A step from its parts.
        public init(
            reply: ReplySymbol, text: String, lineEnd: LineEnd = .crlf, isEarly: Bool = false, isJoined: Bool = false,
            hasLoneDot: Bool = false
        ) {
            self.reply = reply
            self.text = text
            self.lineEnd = lineEnd
            self.isEarly = isEarly
            self.isJoined = isJoined
            self.hasLoneDot = hasLoneDot
        }

        /// Whether it is a mail's content, or the last chunk of it.
        var isContent: Bool {
            text.hasPrefix("{message") || (text.hasSuffix(" LAST") && text.prefix(4).uppercased() == "BDAT")
        }
    }

    /// The messages, in order; at most ``maximumSteps``.
    public var steps: [Step]

    /// The reply to the last message, or the greeting if there is none.
    public var last: ReplySymbol

    /// How the client's side of the conversation ended; `nil` when the record ends before it, or the server closed while
    /// the client had more to say.
    public var manner: Dialect.Final.Manner?

    /// What the last answer to EHLO offered: keywords without parameters, sorted; `nil` when there was none.
    public var offer: [String]?

    /// A trace from its parts.
    public init(
        steps: [Step], last: ReplySymbol, manner: Dialect.Final.Manner?, offer: [String]? = nil
    ) {
        self.steps = steps
        self.last = last
        self.manner = manner
        self.offer = offer
    }

    /// The most messages of a conversation that are learned from.
    public static let maximumSteps = 120

    /// Whether a message was delivered.
    public var isDelivered: Bool {
        steps.indices.contains { index in
            let reply = index + 1 < steps.count ? steps[index + 1].reply : last
            return steps[index].isContent && reply.code / 100 == 2
        }
    }

    /// Whether PIPELINING was offered.
    var offersPipelining: Bool { offer?.contains("PIPELINING") ?? false }
}

extension Trace {
    /// What `dialogue` shows; `nil` for one with gaps or without any message, which teaches nothing.
    ///
    /// - Parameter hostNames: what the client's host is called, if that is known; see ``MessageTokeniser``.
    public init?(_ dialogue: Dialogue, hostNames: [String] = []) {
        guard !dialogue.hasGaps, !dialogue.exchanges.isEmpty else { return nil }
        var steps: [Step] = []
        var reply = ReplySymbol(dialogue.greeting, isUsuallyLong: true)
        var offer: [String]?
        var isWhole = true
        // A client that was told something odd in answer to DATA may send its mail all the same. A server that did not
        // mean to ask for it reads it as commands.
        var isUninvited = false
        for exchange in dialogue.exchanges {
            let message = exchange.message
            if isUninvited {
                reply = ReplySymbol(exchange.reply)
                isUninvited = !message.bytes.elementsEqual(".".utf8)
                continue
            }
            let asked = steps.last { $0.isContent || $0.text.prefix(4).uppercased() == "DATA" }
            isUninvited =
                asked != nil && message.kind == .unknownCommand
                && message.bytes.contains(UInt8(ascii: ":"))
            // The beginning of TLS is the client's answer to the reply to STARTTLS; the next message follows that reply.
            guard
                let template = isUninvited ? Self.content : MessageTokeniser.template(of: message, hostNames: hostNames)
            else { continue }
            // Lines that are no commands and do not wait are one message: TLS without STARTTLS, say.
            if message.isEarly, template.text == "{junk}", steps.last?.text == "{junk}" {
                reply = ReplySymbol(exchange.reply)
                continue
            }
            guard steps.count < Self.maximumSteps else {
                isWhole = false
                break
            }
            steps.append(
                Step(
                    reply: reply, text: template.text, lineEnd: message.lineEnd, isEarly: message.isEarly,
                    isJoined: !message.opensSegment, hasLoneDot: message.kind == .content && message.hasLoneDot))
            let isLong = message.verb == .ehlo || message.verb == .help
            reply = ReplySymbol(exchange.reply, isUsuallyLong: isLong)
            if message.verb == .ehlo, let answer = exchange.reply, answer.code / 100 == 2 {
                let keywords = answer.offeredKeywords.compactMap { $0.split(separator: " ").first.map(Self.keyword) }
                offer = Set(keywords.filter { !$0.isEmpty }.prefix(40)).sorted()
            }
        }
        guard !steps.isEmpty else { return nil }
        self.init(
            steps: steps, last: reply,
            manner: isWhole
                ? Self.manner(of: dialogue, endsInQuit: dialogue.exchanges.last?.message.verb == .quit) : nil,
            offer: offer)
    }

    /// A mail whose headers were not read as such.
    private static let content = try? MessageTemplate("{message}")

    /// A keyword as a document can hold it; empty for what is none.
    private static func keyword(_ word: Substring) -> String {
        let isKeyword = word.utf8.allSatisfy { 0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 || $0 == UInt8(ascii: "-") }
        return isKeyword && word.utf8.count <= 32 && word != "NONE" ? String(word) : ""
    }

    private static func manner(of dialogue: Dialogue, endsInQuit: Bool) -> Dialect.Final.Manner? {
        guard !dialogue.isCutByTLS else { return nil }
        guard let closing = dialogue.closings.first else { return endsInQuit ? .server : nil }
        if closing.isByClient {
            switch closing.manner {
            case .fin: return .fin
            case .rst: return .rst
            case .timeout: return .hang
            }
        }
        // Whoever said QUIT waits for the server to close; from anybody else it takes the chance to go on.
        return endsInQuit ? .server : nil
    }
}
