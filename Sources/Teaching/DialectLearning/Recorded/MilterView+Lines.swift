import SMTP

/// What Postfix looks up in a table of command lines (smtpd_command_filter) and of refusals (smtpd_reject_footer_maps), beside
/// what it hands a milter.
extension MilterView {
    /// The longest line that Postfix reads as one; what lies beyond is no part of it.
    private static let longestLine = 2_048

    /// The line of a message, as far as it is told: Postfix passes over blanks before it and ends it at NUL, does not look up
    /// lines that are no UTF-8, nor those of a login, nor content.
    func lineEvents(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        let message = exchange.message
        switch message.kind {
        case .command, .unknownCommand: break
        case .authentication, .content, .tls: return []
        }
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let line = Array(message.bytes.prefix(Self.longestLine).drop(while: isBlank).prefix { $0 != 0 })
        guard String(validating: line, as: UTF8.self) != nil else { return [] }
        let bytes = line + [0] + Array(LineExtent.whole.rawValue.utf8)
        return [SessionEvent(time: message.time, kind: .line, bytes: bytes[...])]
    }

    /// The reply to a message, where it refuses it.
    func replyEvents(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        guard let reply = exchange.reply, reply.code >= 400 else { return [] }
        return [SessionEvent(time: reply.time, kind: .replied, bytes: Array("\(reply.code)".utf8)[...])]
    }
}
