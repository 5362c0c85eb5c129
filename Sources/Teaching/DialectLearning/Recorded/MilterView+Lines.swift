import Dialects
import SMTP
import Tap

/// What Postfix looks up in a table of command lines (smtpd_command_filter) and of refusals (smtpd_reject_footer_maps), beside
/// what it hands a milter; a tap of the network tells the same of lines, and how they were sent.
extension MilterView {
    /// The longest line that Postfix reads as one; what lies beyond is no part of it.
    private static let longestLine = 2_048

    /// The line of a message, as far as it is told: Postfix passes over blanks before it and ends it at NUL, does not look up
    /// lines that are no UTF-8, nor those of a login, nor content.
    func lineEvents(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        let message = exchange.message
        if let early = earlyMark { return tapEvents(message, early: early) }
        switch message.kind {
        case .command, .unknownCommand: break
        case .authentication, .content, .tls: return []
        }
        let isBlank = { (byte: UInt8) in byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
        let line = Array(message.bytes.prefix(Self.longestLine).drop(while: isBlank).prefix { $0 != 0 })
        guard String(validating: line, as: UTF8.self) != nil else { return [] }
        let (told, extent) = Self.told(line, message.verb)
        let bytes = told + [0] + Array(extent.rawValue.utf8)
        return [SessionEvent(time: message.time, kind: .line, bytes: bytes[...])]
    }

    /// The line of a message as a tap tells it.
    private func tapEvents(_ message: ClientMessage, early: LineMarks) -> [SessionEvent] {
        guard let line = TapLine(message, early: early) else { return [] }
        return [SessionEvent(time: message.time, kind: .line, bytes: line.event[...])]
    }

    /// What the tables tell of a line: MAIL and RCPT in their usual form end with the colon, as the filter is told the rest,
    /// and so does what only begins like them, which may be text.
    private static func told(_ line: [UInt8], _ verb: SMTPVerb?) -> ([UInt8], LineExtent) {
        guard verb == .mail || verb == .rcpt, let colon = line.firstIndex(of: UInt8(ascii: ":")) else {
            return (line, .whole)
        }
        let blank = UInt8(ascii: " ")
        let isBlank = { (byte: UInt8) in byte == blank || byte == UInt8(ascii: "\t") }
        let head = line[..<colon].split(separator: blank, omittingEmptySubsequences: false)
        let words = line[(colon + 1)...].split(separator: blank, omittingEmptySubsequences: false)
        if let path = words.first, head.count == 2, path.first == UInt8(ascii: "<"), path.last == UInt8(ascii: ">"),
            path.count > 1, words.allSatisfy({ !$0.isEmpty && !$0.contains(where: isBlank) })
        {
            return (Array(line[...colon]), .path)
        }
        let argument = line[(colon + 1)...].drop(while: isBlank)
        let parameters = argument.split(whereSeparator: isBlank).dropFirst()
        let isPath = argument.allSatisfy { 0x21...0x7e ~= $0 || isBlank($0) } && parameters.allSatisfy(isParameter)
        return isPath ? (line, .whole) : (Array(line[..<argument.startIndex]), .cut)
    }

    /// Whether a word can be a parameter of MAIL or RCPT.
    private static func isParameter(_ word: ArraySlice<UInt8>) -> Bool {
        guard let equals = word.firstIndex(of: UInt8(ascii: "=")) else {
            return ["SMTPUTF8", "REQUIRETLS"].contains(String(decoding: word, as: UTF8.self).uppercased())
        }
        return equals > word.startIndex
            && word[..<equals].allSatisfy {
                0x30...0x39 ~= $0 || 0x41...0x5a ~= $0 & 0xdf || $0 == UInt8(ascii: "-")
            }
    }

    /// The reply to a message, where it refuses it in the form that Postfix has for it.
    func replyEvents(_ exchange: Dialogue.Exchange) -> [SessionEvent] {
        guard let reply = exchange.reply, 400...599 ~= reply.code,
            ReplySymbol(reply, isUsuallyLong: true).isOrdinary
        else { return [] }
        return [SessionEvent(time: reply.time, kind: .replied, bytes: Array("\(reply.code)".utf8)[...])]
    }
}
