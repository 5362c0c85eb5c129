import CMilter
public import SMTP

/// A borrowed view of libmilter's context during one callback; it cannot outlive the call.
@safe public struct MilterContext: ~Copyable {
    // unsafe: libmilter's SMFICTX; valid during the callback, which the type cannot outlive.
    let pointer: OpaquePointer
    let box: SessionBox

    init(pointer: OpaquePointer, box: SessionBox) {
        unsafe self.pointer = pointer
        self.box = box
    }

    /// The mail server that the session is with, known from CONNECT on.
    public var mta: MTA { box.mta }

    /// What was negotiated.
    public var agreement: MilterAgreement { box.agreement }

    /// The macro's value at this stage or, until the stage comes again, at an earlier one. `nil` when the mail server
    /// did not send it. O(number of macros).
    public func macro(_ macro: MilterMacro) -> String? {
        // unsafe: libmilter returns its own NUL-terminated copy, valid during the callback; it is copied here.
        guard let value = unsafe argot_milter_macro(pointer, macro.terminatedName) else { return nil }
        return unsafe String(cString: value)
    }

    /// Tells the mail server that the filter is still at work, so that it restarts its time-out.
    ///
    /// - Returns: whether that was possible. Sendmail takes it for an answer at any stage but the end of the message,
    ///   after which all that follows is out of step; so there only Postfix is told.
    public func progress() -> Bool {
        guard box.mta == .postfix else { return false }
        // unsafe: passes libmilter its own context.
        return unsafe argot_milter_progress(pointer) == 0
    }

    /// Hands the reply over; `false` when libmilter does not take it.
    func set(_ reply: RefusalReply) -> Bool {
        let text = reply.lines.map { $0.replacing("%", with: "%%") + "\0" }.joined()
        let code = String(reply.code)
        let count = Int32(reply.lines.count)
        // unsafe: libmilter copies the strings before it returns.
        if let enhanced = reply.enhancedCode {
            return unsafe argot_milter_set_reply(pointer, code, enhanced.description, text, count) == 0
        }
        return unsafe argot_milter_set_reply(pointer, code, nil, text, count) == 0
    }
}
