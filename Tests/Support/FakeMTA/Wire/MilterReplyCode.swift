/// A reply letter of the milter protocol: what the filter sends.
public enum MilterReplyCode: UInt8, CaseIterable, Sendable {
    /// `+`: add a recipient.
    case addRecipient = 0x2B
    /// `-`: delete a recipient.
    case deleteRecipient = 0x2D
    /// `2`: add a recipient with ESMTP arguments.
    case addRecipientWithArguments = 0x32
    /// `4`: answer 421 and close.
    case shutdown = 0x34
    /// `a`: accept the message or connection.
    case accept = 0x61
    /// `b`: a piece of a new body.
    case replaceBody = 0x62
    /// `c`: go on.
    case `continue` = 0x63
    /// `d`: accept the message and throw it away.
    case discard = 0x64
    /// `e`: change the envelope sender.
    case changeSender = 0x65
    /// `f`: fail the connection.
    case connectionFailure = 0x66
    /// `h`: add a header at the end.
    case addHeader = 0x68
    /// `i`: insert a header.
    case insertHeader = 0x69
    /// `l`: the macros wanted; only within the answer to a negotiation.
    case setSymbolList = 0x6C
    /// `m`: change or delete a header.
    case changeHeader = 0x6D
    /// `O`: the answer to a negotiation.
    case negotiate = 0x4F
    /// `p`: still at work.
    case progress = 0x70
    /// `q`: put the message on hold.
    case quarantine = 0x71
    /// `r`: refuse for good.
    case reject = 0x72
    /// `s`: no more events of this kind for this message.
    case skip = 0x73
    /// `t`: refuse for now.
    case tempfail = 0x74
    /// `y`: refuse with a reply of the filter's own.
    case replyCode = 0x79

    /// Whether the reply ends the exchange about a command.
    public var isFinal: Bool {
        switch self {
        case .shutdown, .accept, .continue, .discard, .connectionFailure, .negotiate, .reject, .skip, .tempfail,
            .replyCode:
            true
        case .addRecipient, .deleteRecipient, .addRecipientWithArguments, .replaceBody, .changeSender, .addHeader,
            .insertHeader, .setSymbolList, .changeHeader, .progress, .quarantine:
            false
        }
    }
}
