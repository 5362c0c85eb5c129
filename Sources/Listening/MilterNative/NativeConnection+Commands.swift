import Milter
import SMTP

// Views of the session have names below: the compiler's inliner (6.3.1) stumbles over those made in a call.
extension NativeConnection {
    /// Takes one packet.
    ///
    /// - Returns: whether the connection goes on; `nil` when it is given up.
    func take(_ letter: UInt8, _ data: borrowing Span<UInt8>, at now: UInt32) -> Bool? {
        guard let command = MilterCommand(rawValue: letter) else { return nil }
        // Worked out beside the connection's own, which is written twice: each look at that costs as much as all of this.
        var order = order
        let wasInTransaction = order.stage.isInTransaction
        let admission = order.admit(command)
        let lacksData = command.needsData && data.isEmpty
        if admission.isTaken, !lacksData { order.begin(command) }
        self.order = order
        if admission.endsTransaction { session?.abort() }
        guard admission.isTaken else { return command != .quit }
        if lacksData {
            // libmilter tells of the end of the transaction a second time.
            if wasInTransaction, !order.stage.isInTransaction { session?.abort() }
            return nil
        }
        let status = perform(command, data, at: now)
        guard status != .failed else { return nil }
        send(status)
        if status.endsTransaction { self.order.conclude(command, status) }
        return command != .quit
    }

    private func perform(_ command: MilterCommand, _ data: borrowing Span<UInt8>, at now: UInt32) -> CallbackStatus {
        switch command {
        case .options: return negotiate(data, at: now)
        case .macros:
            if macros.keep(data) { core.packetRepaired() }
            return .silent
        case .connect:
            macros.clear(from: .helo)
            guard let peer = CommandData.peer(in: data) else {
                core.note("a client whose address cannot be read", at: now)
                return .failed
            }
            return connect(peer)
        case .helo:
            macros.clear(from: .mail)
            guard data[data.count - 1] == 0, let end = CommandData.terminator(in: data) else { return .silent }
            guard let session else { return .goOn }
            let view = MilterContext(self)
            return status(of: session.helo(data.extracting(0..<end), view))
        case .mail:
            macros.clear(from: .recipient)
            guard let range = CommandData.arguments(in: data) else { return .failed }
            guard let session else { return .goOn }
            let view = MilterContext(self)
            return status(of: session.mail(data.extracting(range), view))
        case .recipient:
            macros.clear(from: .data)
            guard let range = CommandData.arguments(in: data) else { return .failed }
            guard let session else { return .goOn }
            let view = MilterContext(self)
            return status(of: session.recipient(data.extracting(range), view))
        case .data:
            let view = MilterContext(self)
            session?.data(view)
            return .goOn
        case .unknown:
            guard let session else { return .goOn }
            let text = data.extracting(0..<(CommandData.terminator(in: data) ?? data.count))
            let view = MilterContext(self)
            switch session.unknown(text, view) {
            case .continue: return .goOn
            case .refuse(let reply): return status(of: .refuse(reply))
            }
        case .header: return header(data)
        case .endOfHeaders:
            let view = MilterContext(self)
            let response = session?.endOfHeaders(view) ?? .continue
            return agreement.isUnanswered(.endOfHeaders) ? .noReply : status(of: response)
        case .body: return body(data)
        case .endOfMessage: return endOfMessage(data)
        case .abort:
            session?.abort()
            return .silent
        case .quit, .quitForNew:
            endSession()
            macros.clear(from: .connect)
            return .silent
        }
    }

    private func negotiate(_ data: borrowing Span<UInt8>, at now: UInt32) -> CallbackStatus {
        macros.clear(from: .connect)
        let offer: OptionOffer
        do throws(OptionOffer.Fault) {
            offer = try OptionOffer(data)
        } catch {
            core.note(
                error == .tooShort
                    ? "a negotiation that is too short" : "a milter protocol version that is too old", at: now)
            return .failed
        }
        let wanted = core.negotiation()
        let agreement = offer.agreement(wanted)
        (offeredSteps, agreedSteps) = (offer.steps, agreement.steps)
        endSession()
        begin(agreement)
        return replies.packets.append(UInt8(ascii: "O"), offer.answer(agreement, wanted)) ? .options : .failed
    }

    private func begin(_ agreement: MilterAgreement) {
        agreed = agreement
        core.places.sessionBegan()
    }

    private func connect(_ peer: MilterPeer) -> CallbackStatus {
        // A connection that is used again, or whose mail server went to work without negotiating.
        if agreed == nil { begin(.none) }
        guard core.places.take() else { return .accept }
        mta = MTA(versionMacro: macros.value(of: .version))
        let session = core.makeSession()
        self.session = session
        let view = MilterContext(self)
        switch session.connect(peer, view) {
        case .continue: return .goOn
        case .accept: return .accept
        case .reject: return .reject
        case .tempfail: return .tempfail
        case .refuse(let reply): return status(of: .refuse(reply))
        }
    }

    private func header(_ data: borrowing Span<UInt8>) -> CallbackStatus {
        guard let (nameLength, value) = CommandData.header(in: data) else { return .failed }
        let view = MilterContext(self)
        let response: MilterResponse
        if data[0] != 0 {
            let field = data.extracting(0..<value.upperBound)
            response = session?.header(field, nameLength: nameLength, view) ?? .continue
        } else {
            let field = [0] + Self.copy(data.extracting(value), from: 0)
            response = session?.header(field.span, nameLength: 0, view) ?? .continue
        }
        return agreement.isUnanswered(.header) ? .noReply : status(of: response)
    }

    private func body(_ chunk: borrowing Span<UInt8>) -> CallbackStatus {
        guard let session else { return .goOn }
        let view = MilterContext(self)
        switch session.body(chunk, view) {
        case .continue: return .goOn
        case .skip: return agreement.canSkip ? .skip : .goOn
        case .accept: return .accept
        case .discard: return .discard
        case .reject: return .reject
        case .tempfail: return .tempfail
        case .refuse(let reply): return status(of: .refuse(reply))
        }
    }

    /// The end of a message, with the last piece of its body where the mail server sends it along. A verdict on that piece
    /// is sent, and is the message's as well: twice the same, as under libmilter.
    private func endOfMessage(_ data: borrowing Span<UInt8>) -> CallbackStatus {
        if !data.isEmpty {
            let verdict = body(data)
            guard verdict == .goOn else {
                send(verdict)
                return verdict
            }
        }
        guard let session else { return .goOn }
        let view = MilterMessageContext(self)
        return status(of: session.endOfMessage(view))
    }

    /// The status for a response; a refusal's text is kept until it is sent.
    private func status(of response: MilterResponse) -> CallbackStatus {
        switch response {
        case .continue: return .goOn
        case .accept: return .accept
        case .discard: return .discard
        case .reject: return .reject
        case .tempfail: return .tempfail
        case .refuse(let refusal):
            reply = refusal.packetData
            return refusal.isTemporary ? .tempfail : .reject
        }
    }

    /// Sends what a command's end is answered with.
    private func send(_ status: CallbackStatus) {
        guard status.letter != nil || status == .noReply else { return }
        let unanswered = order.stage.unansweredStep & agreedSteps
        // A stage that was to have no reply has none, whatever the filter says; where the mail server waits for one all
        // the same, it is told to go on.
        if unanswered != 0 {
            if unanswered & offeredSteps == 0 { replies.packets.append(UInt8(ascii: "c")) }
            return
        }
        guard let letter = status.letter else { return }
        let digit = status == .tempfail ? UInt8(ascii: "4") : status == .reject ? UInt8(ascii: "5") : 0
        if let text = reply, text[0] == digit {
            replies.packets.append(reply: text)
            reply = nil
        } else {
            replies.packets.append(letter)
        }
    }

    /// The session is over; the connection may serve another one.
    func endSession() {
        if let session {
            session.close()
            core.places.giveUp()
            self.session = nil
        }
        if agreed != nil { core.places.sessionEnded() }
        agreed = nil
        mta = .unknown
    }
}

extension NativeConnection: MilterConnection {
    var agreement: MilterAgreement { agreed ?? .none }

    func macro(_ macro: MilterMacro) -> String? { macros.value(of: macro) }

    func progress() -> Bool {
        replies.packets.append(UInt8(ascii: "p"))
        // It is worth something at once only. What the mail server does not take is sent with the reply.
        guard let sent = socket.send(replies.packets.bytes) else { return false }
        replies.packets.removeFirst(sent)
        return true
    }

    func apply(_ change: MilterChange) -> Bool {
        order.stage == .endOfMessage && replies.packets.append(change)
    }
}

extension CommandOrder.Stage {
    /// The step of a stage whose reply can be negotiated away (`SMFIP_NR_*`).
    fileprivate var unansweredStep: UInt32 {
        switch self {
        case .connect: 0x1000
        case .helo: 0x2000
        case .mail: 0x4000
        case .recipient: 0x8000
        case .data: 0x1_0000
        case .unknown: 0x2_0000
        case .headers: 0x80
        case .endOfHeaders: 0x4_0000
        case .body: 0x8_0000
        case .initial, .options, .endOfMessage, .quit, .abort, .quitForNew: 0
        }
    }
}
