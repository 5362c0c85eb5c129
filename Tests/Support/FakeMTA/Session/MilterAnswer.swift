/// What a filter answered to one command.
public struct MilterAnswer: Hashable, Sendable {
    /// The verdict.
    public enum Verdict: Hashable, Sendable {
        /// Go on.
        case `continue`
        /// Accept the message (at CONNECT and HELO: the connection) and ask no more.
        case accept
        /// Refuse for good with the MTA's text.
        case reject
        /// Refuse for now with the MTA's text.
        case tempfail
        /// Accept and throw away.
        case discard
        /// Send no more events of this kind.
        case skip
        /// Refuse with the filter's text.
        case reply(FilterReply)
        /// Answer 421 and close.
        case shutdown
        /// Fail the connection.
        case connectionFailure
    }

    /// The verdict.
    public var verdict: Verdict
    /// The changes asked for, in order; only at the end of a message.
    public var modifications: [MilterModification] = []
    /// How often the filter reported progress before it decided.
    public var progressCount = 0
    /// Why the filter was not asked, if it was not: the step is negotiated away, needs no reply, or the filter has
    /// already decided. The verdict is then what the MTA goes by.
    public var omission: Omission?

    /// Why there was no reply to wait for.
    public enum Omission: Hashable, Sendable {
        /// Negotiated: the command was not sent.
        case suppressed
        /// Negotiated: the command was sent, a reply does not follow.
        case noReply
        /// The filter has accepted or discarded this message.
        case messageDecided
        /// The filter has decided about the connection.
        case connectionDecided
        /// The filter has asked to skip events of this kind.
        case skipped
    }

    /// An answer.
    public init(
        _ verdict: Verdict, modifications: [MilterModification] = [], progressCount: Int = 0,
        omission: Omission? = nil
    ) {
        self.verdict = verdict
        self.modifications = modifications
        self.progressCount = progressCount
        self.omission = omission
    }

    /// Whether the client is refused.
    public var isRefusal: Bool {
        switch verdict {
        case .reject, .tempfail, .reply, .shutdown, .connectionFailure: true
        case .continue, .accept, .discard, .skip: false
        }
    }

    /// The verdict of a packet; nil if it holds none.
    ///
    /// - Throws: ``FakeMTAError/malformed(letter:reason:)`` for data where there must be none, and for a reply without
    ///   its NUL or that no MTA would take.
    public static func verdict(of packet: MilterPacket) throws(FakeMTAError) -> Verdict? {
        guard let code = packet.replyCode, let verdict = try plainVerdict(code, packet) else { return nil }
        guard packet.payload.isEmpty || code == .replyCode else {
            throw .malformed(letter: packet.letterDescription, reason: "\(packet.payload.count) bytes too many")
        }
        return verdict
    }

    private static func plainVerdict(
        _ code: MilterReplyCode, _ packet: MilterPacket
    ) throws(FakeMTAError) -> Verdict? {
        switch code {
        case .continue: .continue
        case .accept: .accept
        case .reject: .reject
        case .tempfail: .tempfail
        case .discard: .discard
        case .skip: .skip
        case .shutdown: .shutdown
        case .connectionFailure: .connectionFailure
        case .replyCode: .reply(try reply(of: packet))
        case .addRecipient, .deleteRecipient, .addRecipientWithArguments, .replaceBody, .changeSender, .addHeader,
            .insertHeader, .setSymbolList, .changeHeader, .negotiate, .progress, .quarantine:
            nil
        }
    }

    private static func reply(of packet: MilterPacket) throws(FakeMTAError) -> FilterReply {
        do throws(PayloadReader.Malformed) {
            var reader = PayloadReader(packet.payload)
            let reply = FilterReply(raw: try reader.string())
            try reader.finish()
            guard reply.isWellFormed else { throw PayloadReader.Malformed(reason: "no SMTP reply: \(reply.raw)") }
            return reply
        } catch {
            throw .malformed(letter: packet.letterDescription, reason: error.reason)
        }
    }
}
