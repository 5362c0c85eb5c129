import SMTP

/// The headers whose values matter here.
package enum HeaderOfInterest {
    case mailer
    case messageID
    case date

    init?(_ name: Span<UInt8>) {
        // Most are none of these, and are told by their length.
        switch name.count {
        case 4 where FoldedWord(name) == Self.dateName: self = .date
        case 8 where FoldedWord(name) == Self.mailerName: self = .mailer
        case 10:
            let word = FoldedWord(name)
            if word == Self.messageIDName {
                self = .messageID
            } else if word == Self.userAgentName {
                self = .mailer
            } else {
                return nil
            }
        default: return nil
        }
    }

    private static let dateName = FoldedWord("date")
    private static let mailerName = FoldedWord("x-mailer")
    private static let userAgentName = FoldedWord("user-agent")
    private static let messageIDName = FoldedWord("message-id")
}
