public import SMTP

/// The view of a session at the end of a message, the only stage at which a message can be changed.
///
/// Every change throws ``MilterError/Code/actionNotAgreed`` when it was not negotiated, and
/// ``MilterError/Code/refusedByEngine`` when the engine does not take it.
public struct MilterMessageContext: ~Copyable {
    private let connection: any MilterConnection

    /// The view of a connection at the end of a message: made by engines, and by tests.
    public init(_ connection: any MilterConnection) { self.connection = connection }

    /// The mail server that the session is with.
    public var mta: MTA { connection.mta }

    /// What was negotiated.
    public var agreement: MilterAgreement { connection.agreement }

    /// The macro's value; see ``MilterContext/macro(_:)``.
    public func macro(_ macro: MilterMacro) -> String? { connection.macro(macro) }

    /// Tells the mail server that the filter is still at work. Safe under every mail server at this stage.
    public func progress() -> Bool { connection.progress() }

    /// Adds a header after all others.
    public func add(_ header: MilterHeader) throws(MilterError) {
        try perform(.addHeader(name: header.name, value: spaced(header.value)))
    }

    /// Inserts a header before the one at `index`, counted from 0 over all headers.
    public func insert(_ header: MilterHeader, at index: Int) throws(MilterError) {
        try perform(.insertHeader(index: index, name: header.name, value: spaced(header.value)))
    }

    /// Gives the header that is the `occurrence`-th of its name, counted from 1, a new value.
    public func change(_ header: MilterHeader, occurrence: Int) throws(MilterError) {
        try perform(.changeHeader(name: header.name, occurrence: occurrence, value: spaced(header.value)))
    }

    /// Deletes the header that is the `occurrence`-th of its name, counted from 1.
    public func deleteHeader(named name: String, occurrence: Int) throws(MilterError) {
        try perform(.changeHeader(name: name, occurrence: occurrence, value: nil))
    }

    /// Changes the envelope sender, written with brackets.
    public func changeSender(to sender: String) throws(MilterError) { try perform(.changeSender(sender)) }

    /// Adds an envelope recipient, written with brackets.
    public func addRecipient(_ recipient: String) throws(MilterError) { try perform(.addRecipient(recipient)) }

    /// Deletes an envelope recipient, written as the client wrote it.
    public func deleteRecipient(_ recipient: String) throws(MilterError) { try perform(.deleteRecipient(recipient)) }

    /// Replaces the body; may be called several times, the pieces are joined.
    public func replaceBody(with bytes: [UInt8]) throws(MilterError) { try perform(.replaceBody(bytes)) }

    /// Puts the message on hold; the client is told that it was taken.
    public func quarantine(reason: String) throws(MilterError) { try perform(.quarantine(reason: reason)) }

    /// With leading blanks negotiated the mail server writes none of its own after the colon.
    private func spaced(_ value: String) -> String { agreement.keepsLeadingSpace ? " " + value : value }

    private func perform(_ change: MilterChange) throws(MilterError) {
        guard agreement.allows(change.action) else {
            throw MilterError(.actionNotAgreed, "the mail server does not let this filter make that change")
        }
        guard connection.apply(change) else {
            throw MilterError(.refusedByEngine, "the milter engine did not take the change")
        }
    }
}
