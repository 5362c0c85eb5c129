import SMTP

/// Where the command lines of one session come from: the mail server, or a tap of its network.
protocol LineSource {
    /// Whether the codes of replies are told too.
    var tellsReplies: Bool { get }

    /// What was told before an event, and whether the event fits.
    ///
    /// - Parameter check: that of the event's address (``Tap/TapLine/check``); 0 if it has none.
    mutating func before(_ kind: SessionEvent.Kind, check: UInt16) -> ToldLines

    /// What has become known of the connection itself since it was asked for last.
    mutating func takeTraits() -> [(kind: SessionEvent.Kind, bytes: [UInt8])]

    /// The session is over: what is left of it.
    mutating func end() -> [(kind: SessionEvent.Kind, bytes: [UInt8])]
}

/// What an event is worth where command lines are told.
enum ToldLines {
    /// These come before it.
    case fits([(kind: SessionEvent.Kind, bytes: [UInt8])])

    /// The lines do not fit: nothing that follows can be trusted.
    case lost
}

/// Which lines cause which events.
enum LineEvents {
    /// Whether a mail server has something to tell its filters of such a line, under this name; `nil` for events that no
    /// line causes. The verb of what is no command is `nil`.
    static func causes(_ kind: SessionEvent.Kind) -> ((SMTPVerb?) -> Bool)? {
        switch kind {
        case .helo: { $0 == .helo || $0 == .ehlo }
        case .mail: { $0 == .mail }
        case .rcpt: { $0 == .rcpt }
        case .data: { $0 == .data || $0 == .bdat }
        // Postfix calls unknown what it does not carry out.
        case .unknown: { $0 == nil || $0 == .expn || $0 == .help || $0 == .bdat }
        default: nil
        }
    }
}
