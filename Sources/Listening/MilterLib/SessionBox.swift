import CMilter
import Milter
import SMTP

/// What hangs on libmilter's private pointer: retained at negotiation (or at CONNECT, when a connection is used again),
/// released in close. The number of boxes alive is the number of sessions in progress.
@safe final class SessionBox {
    // unsafe: libmilter's SMFICTX, which lives from the connection's beginning until after close; used within callbacks.
    private let context: OpaquePointer
    let server: LibmilterEngine
    let agreement: MilterAgreement
    var session: (any MilterSession)?
    var mta = MTA.unknown

    private init(context: OpaquePointer, server: LibmilterEngine, agreement: MilterAgreement) {
        unsafe self.context = context
        self.server = server
        self.agreement = agreement
    }

    /// Hangs a new box on the context. `nil` when libmilter refuses, which leaves the session unfiltered.
    static func attach(to context: OpaquePointer, server: LibmilterEngine, agreement: MilterAgreement) -> SessionBox? {
        let box = unsafe SessionBox(context: context, server: server, agreement: agreement)
        // unsafe: the one retain of the box; `detach` balances it.
        let retained = unsafe Unmanaged.passRetained(box)
        guard unsafe argot_milter_set_session(context, retained.toOpaque()) == 0 else {
            unsafe retained.release()
            return nil
        }
        server.places.sessionBegan()
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
        if box.session != nil { box.server.places.giveUp() }
        box.server.places.sessionEnded()
        return box
    }

    /// The status for a response. A reply that libmilter does not take fails open.
    func status(of response: MilterResponse) -> Int32 {
        switch response {
        case .continue: .goOn
        case .accept: .accept
        case .discard: .discard
        case .reject: .reject
        case .tempfail: .tempfail
        case .refuse(let reply): status(of: reply)
        }
    }

    /// The status for a refusal, after its reply was handed over.
    func status(of reply: RefusalReply) -> Int32 {
        guard set(reply) else {
            server.replyFailed()
            return .goOn
        }
        return reply.isTemporary ? .tempfail : .reject
    }
}

extension SessionBox: MilterConnection {
    func macro(_ macro: MilterMacro) -> String? {
        // unsafe: libmilter returns its own NUL-terminated copy, valid during the callback; it is copied here.
        guard let value = unsafe argot_milter_macro(context, macro.terminatedName) else { return nil }
        return unsafe String(cString: value)
    }

    func progress() -> Bool {
        // unsafe: passes libmilter its own context.
        unsafe argot_milter_progress(context) == 0
    }

    func apply(_ change: MilterChange) -> Bool {
        // unsafe: libmilter copies strings and bytes before it returns.
        let status =
            switch change {
            case .addHeader(let name, let value): unsafe argot_milter_add_header(context, name, value)
            case .insertHeader(let index, let name, let value):
                unsafe argot_milter_insert_header(context, Int32(clamping: index), name, value)
            case .changeHeader(let name, let occurrence, let value):
                unsafe argot_milter_change_header(context, name, Int32(clamping: occurrence), value)
            case .changeSender(let sender): unsafe argot_milter_change_sender(context, sender, nil)
            case .addRecipient(let recipient): unsafe argot_milter_add_recipient(context, recipient, nil)
            case .deleteRecipient(let recipient): unsafe argot_milter_delete_recipient(context, recipient)
            case .replaceBody(let bytes):
                unsafe argot_milter_replace_body(context, bytes, Int32(clamping: bytes.count))
            case .quarantine(let reason): unsafe argot_milter_quarantine(context, reason)
            }
        return status == 0
    }

    /// Hands the reply over; `false` when libmilter does not take it.
    private func set(_ reply: RefusalReply) -> Bool {
        let text = reply.lines.map { $0.replacing("%", with: "%%") + "\0" }.joined()
        let code = String(reply.code)
        let count = Int32(reply.lines.count)
        // unsafe: libmilter copies the strings before it returns.
        if let enhanced = reply.enhancedCode {
            return unsafe argot_milter_set_reply(context, code, enhanced.description, text, count) == 0
        }
        return unsafe argot_milter_set_reply(context, code, nil, text, count) == 0
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
