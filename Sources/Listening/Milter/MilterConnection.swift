public import SMTP

/// What an engine knows of a session and can do for it while a callback lasts: the side of ``MilterContext`` that faces
/// the mail server. One per session; its members are called within callbacks only, which never overlap.
public protocol MilterConnection: AnyObject {
    /// The mail server that the session is with, known from CONNECT on.
    var mta: MTA { get }

    /// What was negotiated.
    var agreement: MilterAgreement { get }

    /// The macro's value at this stage or, until the stage comes again, at an earlier one. `nil` when the mail server
    /// did not send it.
    func macro(_ macro: MilterMacro) -> String?

    /// Tells the mail server that the filter is still at work; returns whether that was possible. Asked for where it is
    /// safe only: at the end of the message, and at other stages under Postfix.
    func progress() -> Bool

    /// Changes the message; called at its end, for changes that were negotiated.
    ///
    /// - Returns: whether the mail server is told of it.
    func apply(_ change: MilterChange) -> Bool
}
