import SMTP

/// Tells the mark `[TLS]` of older transcripts, which is written as if one side had said it, from a client that says it.
///
/// A mark stands only where TLS can begin: at the very beginning, after the server has agreed to STARTTLS, or after another
/// mark. Anywhere else, and in transcripts that write marks as events, it is text.
struct TranscriptMarks {
    /// What a piece is.
    enum Finding { case text, tlsBegins, tlsGoesOn }

    private var isFresh = true
    private var isTLS = false
    /// Whether the client's last line was STARTTLS.
    private var isAsked = false
    private var isAgreed = false

    /// Takes a piece of one side, in order.
    mutating func take(_ bytes: [UInt8], from side: SessionEvent.Kind) -> Finding {
        let isMark = bytes.elementsEqual("[TLS]".utf8)
        if isMark, isTLS { return .tlsGoesOn }
        if isMark, isFresh || isAgreed {
            isTLS = true
            return .tlsBegins
        }
        isFresh = false
        if side == .client {
            let line = bytes.dropLast(bytes.last == 0x0a ? 1 : 0).split(separator: 0x0a).last ?? []
            isAsked = SMTPVerb(command: line) == .startTLS
            isAgreed = false
        } else if isAsked, bytes.starts(with: "220".utf8) {
            isAgreed = true
        }
        return .text
    }
}
