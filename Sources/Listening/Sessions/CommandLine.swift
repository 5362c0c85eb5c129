import SMTP

/// A milter's events as the commands that could have caused them. What the vantage does not show (verb case, blanks,
/// HELO or EHLO) is written in its usual form.
enum CommandLine {
    static func rendering(_ event: SessionEvent) -> [UInt8] {
        let parts = event.parts
        func text(_ prefix: String, _ rest: [ArraySlice<UInt8>] = []) -> [UInt8] {
            Array(prefix.utf8) + rest.joined(separator: [UInt8(ascii: " ")]) + Array("\r\n".utf8)
        }
        switch event.kind {
        case .helo: return text("EHLO ", parts)
        case .mail: return text("MAIL FROM:", parts)
        case .rcpt: return text("RCPT TO:", parts)
        case .data: return text("DATA")
        case .unknown: return text("", parts)
        case .header:
            return Array((parts.first ?? [])) + [UInt8(ascii: ":")] + Array(parts.dropFirst().first ?? [])
                + Array("\r\n".utf8)
        case .eoh: return text("")
        case .eom: return text(".")
        case .abort: return text("RSET")
        case .tls: return text("STARTTLS")
        case .auth: return text("AUTH ", parts)
        case .line: return text("", Array(parts.prefix(1)))
        case .refused, .answer, .replied: return text("", parts)
        case .body, .proto, .tcp, .hello, .linesLost, .encrypted, .clientGap, .serverGap: return []
        case .client, .server: return Array(event.bytes)
        }
    }
}
