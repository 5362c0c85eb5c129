/// The filter as an SMTP server that has one sees it: replies to give to the client instead of its own.
///
/// Keeps to Postfix with `milter_default_action = tempfail`: a filter that cannot be reached, closes or does not answer
/// in time makes every command of the rest of the session fail for now. What breaks the protocol is an error.
final class FilterView {
    static let unavailable = ScenarioReply("451 4.7.1 Service unavailable - try again later")
    static let rejected = ScenarioReply("550 5.7.1 Command rejected")

    /// What the filter answered to each event, in order; to a message's content there is one answer, the deciding one.
    private(set) var answers: [MilterAnswer] = []

    private let open: () throws(FakeMTAError) -> FakeMTASession
    private var session: FakeMTASession?
    private var hasFailed = false
    /// Whether there is something that ABORT would end.
    private var hasTransaction = false
    private var hasSaidHelo = false

    /// - Parameter open: connects to the filter and negotiates.
    init(open: @escaping () throws(FakeMTAError) -> FakeMTASession) {
        self.open = open
    }

    /// The refusal that holds for the rest of the connection.
    var standingRefusal: ScenarioReply? {
        hasFailed ? FilterView.unavailable : session?.connectionVerdict.flatMap(FilterView.refusal)
    }

    func connect(_ peer: ClientPeer) throws -> ScenarioReply? {
        try guarded { () throws(FakeMTAError) in
            let session = try open()
            self.session = session
            return try session.connect(peer)
        }
    }

    /// Postfix ends whatever there is after showing HELO, and sends an ABORT more for each HELO but the first.
    func helo(_ name: String) throws -> ScenarioReply? {
        let refusal = try guarded { () throws(FakeMTAError) in try session?.helo(name) }
        if refusal?.code == 421 { return refusal }
        if hasSaidHelo { try abort() }
        hasSaidHelo = true
        try reset()
        return refusal
    }

    func mail(_ arguments: [String]) throws -> ScenarioReply? {
        hasTransaction = true
        return try guarded { () throws(FakeMTAError) in try session?.mail(arguments: arguments) }
    }

    func rcpt(_ arguments: [String], refusal: RecipientRefusal?) throws -> ScenarioReply? {
        try guarded { () throws(FakeMTAError) in try session?.rcpt(arguments: arguments, refusedByMTA: refusal) }
    }

    func data() throws -> ScenarioReply? {
        try guarded { () throws(FakeMTAError) in try session?.data() }
    }

    func unknown(_ command: String) throws -> ScenarioReply? {
        try guarded { () throws(FakeMTAError) in try session?.unknown(command) }
    }

    func message(_ content: MessageContent) throws -> ScenarioReply? {
        try guarded { () throws(FakeMTAError) in try session?.message(content) }
    }

    /// Ends the transaction, if there is one.
    func reset() throws {
        guard hasTransaction else { return }
        hasTransaction = false
        try abort()
    }

    /// Ends the connection. As in Postfix there is an ABORT for the HELO, too.
    func end() throws {
        if hasSaidHelo { try abort() }
        try reset()
        _ = try guarded { () throws(FakeMTAError) in
            try session?.quit()
            return nil
        }
        session = nil
    }

    private func abort() throws {
        _ = try guarded { () throws(FakeMTAError) in
            try session?.abort()
            return nil
        }
    }

    private func guarded(_ body: () throws(FakeMTAError) -> MilterAnswer?) throws -> ScenarioReply? {
        if hasFailed { return FilterView.unavailable }
        do throws(FakeMTAError) {
            guard let answer = try body() else { return nil }
            answers.append(answer)
            return FilterView.refusal(answer.verdict)
        } catch {
            switch error {
            case .closed, .timedOut, .system:
                hasFailed = true
                session?.connection.close()
                return FilterView.unavailable
            case .badSocket, .framing, .malformed, .unexpected, .badNegotiation, .outOfOrder:
                throw error
            }
        }
    }

    private static func refusal(_ verdict: MilterAnswer.Verdict) -> ScenarioReply? {
        switch verdict {
        case .continue, .accept, .discard, .skip: nil
        case .reject: rejected
        case .tempfail, .connectionFailure: unavailable
        case .shutdown: ScenarioReply("421 4.7.0 Service unavailable - try again later")
        case .reply(let reply): ScenarioReply(reply.lines)
        }
    }
}
