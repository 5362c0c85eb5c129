public import SMTP

/// A borrowed view of a session during one callback; it cannot outlive the call.
public struct MilterContext: ~Copyable {
    private let connection: any MilterConnection

    /// The view of a connection during one callback: made by engines, and by tests.
    public init(_ connection: any MilterConnection) { self.connection = connection }

    /// The mail server that the session is with, known from CONNECT on.
    public var mta: MTA { connection.mta }

    /// What was negotiated.
    public var agreement: MilterAgreement { connection.agreement }

    /// The macro's value at this stage or, until the stage comes again, at an earlier one. `nil` when the mail server
    /// did not send it. O(number of macros).
    public func macro(_ macro: MilterMacro) -> String? { connection.macro(macro) }

    /// Tells the mail server that the filter is still at work, so that it starts its time-out again.
    ///
    /// - Returns: whether that was possible. Sendmail takes it for an answer at any stage but the end of the message,
    ///   after which all that follows is out of step; so there only Postfix is told.
    public func progress() -> Bool { connection.mta == .postfix && connection.progress() }
}
