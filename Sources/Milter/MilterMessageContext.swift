import CMilter
public import SMTP

/// The context at the end of a message, the only stage at which a message can be changed.
///
/// Every change throws ``MilterError/Code/actionNotAgreed`` when it was not negotiated, and
/// ``MilterError/Code/refusedByLibrary`` when libmilter does not take it.
public struct MilterMessageContext: ~Copyable {
    let context: MilterContext

    init(_ context: consuming MilterContext) {
        self.context = context
    }

    /// The mail server that the session is with.
    public var mta: MTA { context.mta }

    /// What was negotiated.
    public var agreement: MilterAgreement { context.agreement }

    /// The macro's value; see ``MilterContext/macro(_:)``.
    public func macro(_ macro: MilterMacro) -> String? { context.macro(macro) }

    /// Tells the mail server that the filter is still at work. Safe under every mail server at this stage.
    public func progress() -> Bool {
        // unsafe: passes libmilter its own context.
        unsafe argot_milter_progress(context.pointer) == 0
    }

    /// Adds a header after all others.
    public func add(_ header: MilterHeader) throws(MilterError) {
        // unsafe, here and below: libmilter copies the strings before it returns.
        try unsafe perform(.addHeaders) { pointer in
            unsafe argot_milter_add_header(pointer, header.name, spaced(header.value))
        }
    }

    /// Inserts a header before the one at `index`, counted from 0 over all headers.
    public func insert(_ header: MilterHeader, at index: Int) throws(MilterError) {
        try unsafe perform(.addHeaders) { pointer in
            unsafe argot_milter_insert_header(pointer, Int32(clamping: index), header.name, spaced(header.value))
        }
    }

    /// Gives the header that is the `occurrence`-th of its name, counted from 1, a new value.
    public func change(_ header: MilterHeader, occurrence: Int) throws(MilterError) {
        try unsafe perform(.changeHeaders) { pointer in
            unsafe argot_milter_change_header(
                pointer, header.name, Int32(clamping: occurrence), spaced(header.value))
        }
    }

    /// Deletes the header that is the `occurrence`-th of its name, counted from 1.
    public func deleteHeader(named name: String, occurrence: Int) throws(MilterError) {
        try unsafe perform(.changeHeaders) { pointer in
            unsafe argot_milter_change_header(pointer, name, Int32(clamping: occurrence), nil)
        }
    }

    /// Changes the envelope sender, written with brackets.
    public func changeSender(to sender: String) throws(MilterError) {
        try unsafe perform(.changeSender) { pointer in unsafe argot_milter_change_sender(pointer, sender, nil) }
    }

    /// Adds an envelope recipient, written with brackets.
    public func addRecipient(_ recipient: String) throws(MilterError) {
        try unsafe perform(.addRecipients) { pointer in unsafe argot_milter_add_recipient(pointer, recipient, nil) }
    }

    /// Deletes an envelope recipient, written as the client wrote it.
    public func deleteRecipient(_ recipient: String) throws(MilterError) {
        try unsafe perform(.deleteRecipients) { pointer in unsafe argot_milter_delete_recipient(pointer, recipient) }
    }

    /// Replaces the body; may be called several times, the pieces are joined.
    public func replaceBody(with bytes: [UInt8]) throws(MilterError) {
        try unsafe perform(.changeBody) { pointer in
            unsafe argot_milter_replace_body(pointer, bytes, Int32(clamping: bytes.count))
        }
    }

    /// Puts the message on hold; the client is told that it was accepted.
    public func quarantine(reason: String) throws(MilterError) {
        try unsafe perform(.quarantine) { pointer in unsafe argot_milter_quarantine(pointer, reason) }
    }

    /// With leading blanks negotiated the mail server writes none of its own after the colon.
    private func spaced(_ value: String) -> String { agreement.keepsLeadingSpace ? " " + value : value }

    private func perform(_ action: MilterNegotiation.Actions, _ body: (OpaquePointer) -> Int32) throws(MilterError) {
        guard agreement.allows(action) else {
            throw MilterError(.actionNotAgreed, "the mail server does not let this filter make that change")
        }
        guard unsafe body(context.pointer) == 0 else {
            throw MilterError(.refusedByLibrary, "libmilter did not accept the change")
        }
    }
}
