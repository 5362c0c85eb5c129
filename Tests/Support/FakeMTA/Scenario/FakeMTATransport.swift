/// The fake MTA: SMTP commands become milter events as in Postfix, without a socket to the client.
public final class FakeMTATransport: SMTPTransport {
    /// `fake`.
    public var mta: String { "fake" }

    /// What the filter answered to each event of the connection, in order, with all its changes to messages; to a
    /// message's content there is one answer, the deciding one.
    public private(set) var answers: [MilterAnswer] = []

    private let socket: String
    private let fragmentation: Fragmentation
    private let offer: NegotiationOffer
    private let identity: MTAIdentity
    private let recipients: RecipientDirectory
    private let timeout: Duration
    private var dialogue: SMTPDialogue?
    private var replies: [ScenarioReply] = []
    private var isClosedByServer = false

    /// A transport to a filter.
    ///
    /// - Parameters:
    ///   - socket: where the filter listens.
    ///   - identity: what the MTA says it is; it behaves as Postfix in any case.
    ///   - recipients: whom the MTA accepts by itself.
    ///   - timeout: the bound on each wait; behind it the filter counts as failed, as for an MTA.
    public init(
        socket: String, fragmentation: Fragmentation = .whole, offer: NegotiationOffer = .postfix,
        identity: MTAIdentity = .postfix, recipients: RecipientDirectory = .laboratory,
        timeout: Duration = .seconds(10)
    ) {
        self.socket = socket
        self.fragmentation = fragmentation
        self.offer = offer
        self.identity = identity
        self.recipients = recipients
        self.timeout = timeout
    }

    /// Connects; the greeting is the first reply.
    public func open(as client: ClientPeer?) throws {
        let filter = FilterView { [socket, fragmentation, timeout, offer, identity] () throws(FakeMTAError) in
            try FakeMTASession(
                socket: socket, fragmentation: fragmentation, timeout: timeout, offer: offer, identity: identity)
        }
        let dialogue = SMTPDialogue(filter: filter, recipients: recipients)
        self.dialogue = dialogue
        replies = []
        answers = []
        isClosedByServer = false
        try take(dialogue.greet(client ?? ClientPeer(name: "localhost", ip: "127.0.0.1")))
    }

    /// Sends a line and its end.
    public func send(_ line: String) throws {
        guard let dialogue, !isClosedByServer else { return }
        for part in line.split(separator: "\r\n", omittingEmptySubsequences: false) {
            try take(dialogue.answer(to: String(part)))
        }
    }

    /// Sends a message with its dots stuffed, and the final dot.
    public func send(message lines: [String]) throws {
        guard let dialogue, !isClosedByServer else { return }
        guard dialogue.isAwaitingMessage else {
            for line in lines + ["."] { try take(dialogue.answer(to: line)) }
            return
        }
        try take(dialogue.answer(toMessage: lines))
    }

    /// Takes the next reply; nil if the server closed.
    public func receive() throws -> ScenarioReply? {
        guard replies.isEmpty else { return replies.removeFirst() }
        guard isClosedByServer else { throw FakeMTAError.timedOut(awaiting: "a reply") }
        return nil
    }

    /// Closes, without QUIT.
    public func close() throws {
        try dialogue?.end()
        dialogue = nil
        isClosedByServer = true
    }

    private func take(_ reply: ScenarioReply) throws {
        answers = dialogue?.filter.answers ?? answers
        guard !isClosedByServer else { return }
        replies.append(reply)
        guard reply.isFarewell else { return }
        isClosedByServer = true
        try dialogue?.end()
    }
}
