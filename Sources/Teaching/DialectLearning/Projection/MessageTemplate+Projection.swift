public import Dialects
public import SMTP

extension MessageTemplate {
    /// The template as an observer at `vantage` knows it: what the vantage does not show is written in its usual form, so
    /// that templates that look alike there are equal.
    ///
    /// Where command lines show, that is the template itself. A milter is handed arguments, not lines: verb case, blanks and what a mail
    /// server does not pass on are lost, and under Postfix without its policy service the difference between HELO and EHLO.
    public func projected(to vantage: Vantage) -> MessageTemplate {
        guard !vantage.seesCommandLines, let usual = try? MessageTemplate(usualText(vantage)) else { return self }
        return usual
    }

    private func usualText(_ vantage: Vantage) -> String {
        switch content {
        case .helo(_, let isExtended):
            let verb = isExtended || !vantage.tellsHELOFromEHLO ? "EHLO" : "HELO"
            let argument = words.drop { $0 != " " }.drop { $0 == " " }
            return verb + " " + (argument.isEmpty ? "{empty}" : String(argument))
        case .mail: return "MAIL FROM:" + path
        case .recipient: return "RCPT TO:" + path
        case .data: return "DATA"
        case .message: return text
        case .reset: return "RSET"
        case .startTLS: return "STARTTLS"
        // A milter is shown none of them; the machine still passes through them.
        case .hidden: return "NOOP"
        case .unknown(let word): return word.hasPrefix("{") ? word : word + " {x}"
        }
    }

    /// What stands behind the colon, without blanks before it and with single ones between parameters.
    private var path: String {
        var result = ""
        for character in words.drop(while: { $0 != ":" }).dropFirst() where character != " " || result.last != " " {
            result.append(character)
        }
        return String(result.drop { $0 == " " })
    }

    /// The text with a blank for each TAB, and without blanks around it.
    private var words: String { Self.withoutOddBlanks(text) }
}
