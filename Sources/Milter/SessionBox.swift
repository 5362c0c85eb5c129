import CMilter
import SMTP

/// What hangs on libmilter's private pointer: retained at negotiation (or at CONNECT, when a connection is used again),
/// released in close. The number of boxes alive is the number of sessions in progress.
final class SessionBox {
    let server: MilterServer
    let agreement: MilterAgreement
    var session: (any MilterSession)?
    var mta = MTA.unknown

    init(server: MilterServer, agreement: MilterAgreement) {
        self.server = server
        self.agreement = agreement
    }

    /// Hangs a new box on the context. `nil` when libmilter refuses, which leaves the session unfiltered.
    static func attach(to context: OpaquePointer, server: MilterServer, agreement: MilterAgreement) -> SessionBox? {
        let box = SessionBox(server: server, agreement: agreement)
        // unsafe: the one retain of the box; `detach` balances it.
        let retained = unsafe Unmanaged.passRetained(box)
        guard unsafe argot_milter_set_session(context, retained.toOpaque()) == 0 else {
            unsafe retained.release()
            return nil
        }
        server.sessionBegan()
        return box
    }

    /// The box behind a private pointer. libmilter never runs two callbacks of a session at once.
    static func at(_ pointer: UnsafeMutableRawPointer?) -> SessionBox? {
        // unsafe: the pointer is one that `attach` stored, and `detach` has not run yet.
        guard let pointer = unsafe pointer else { return nil }
        return unsafe Unmanaged<SessionBox>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Takes the box off the context and gives up the retain.
    static func detach(from context: OpaquePointer, _ pointer: UnsafeMutableRawPointer?) -> SessionBox? {
        guard let pointer = unsafe pointer else { return nil }
        // unsafe: balances `attach`; the private pointer is cleared so that nobody finds the box again.
        unsafe _ = argot_milter_set_session(context, nil)
        let box = unsafe Unmanaged<SessionBox>.fromOpaque(pointer).takeRetainedValue()
        if box.session != nil { box.server.giveUpPlace() }
        box.server.sessionEnded()
        return box
    }

    /// The status for a response. A reply that libmilter does not take fails open.
    func status(of response: MilterResponse, _ context: borrowing MilterContext) -> Int32 {
        switch response {
        case .continue: .goOn
        case .accept: .accept
        case .discard: .discard
        case .reject: .reject
        case .tempfail: .tempfail
        case .refuse(let reply): status(of: reply, context)
        }
    }

    /// The status for a refusal, after its reply was handed over.
    func status(of reply: RefusalReply, _ context: borrowing MilterContext) -> Int32 {
        guard context.set(reply) else {
            server.replyFailed()
            return .goOn
        }
        return reply.isTemporary ? .tempfail : .reject
    }
}

extension Int32 {
    // The shim's status constants, as the type that callbacks return.
    static let goOn = Int32(ARGOT_MILTER_CONTINUE.rawValue)
    static let reject = Int32(ARGOT_MILTER_REJECT.rawValue)
    static let discard = Int32(ARGOT_MILTER_DISCARD.rawValue)
    static let accept = Int32(ARGOT_MILTER_ACCEPT.rawValue)
    static let tempfail = Int32(ARGOT_MILTER_TEMPFAIL.rawValue)
    static let noReply = Int32(ARGOT_MILTER_NOREPLY.rawValue)
    static let skip = Int32(ARGOT_MILTER_SKIP.rawValue)
}
