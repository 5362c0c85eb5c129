import SMTP

/// The readable form of a model.
///
/// ```
/// argot-dialects 1
///
/// # How a line starts says what it is.
/// dialect sendmail mta
///   origin Sendmail 8.17.1.9, measured
///   state ehlo EHLO {fqdn}
///   state mail MAIL From:<{path}> SIZE={n}
///   on start 220 to ehlo
///   on ehlo 250 to mail
///   final good quit
/// ```
///
/// The first line names the format and its version. `dialect NAME CLASS` begins a dialect; `origin` says where the
/// knowledge comes from; `state NAME TEMPLATE` names a message that the client sends; `on STATE REPLIES to STATE…` says
/// what the client may send after being told one of REPLIES; `final good|bad STATE…` says where the conversation may
/// end. The state `start` exists in every dialect. Blank lines and lines that start with `#` are passed over.
public enum DialectDocument {
    /// The version of the format that is read and written.
    public static let version = 1

    /// Reads a document; all faults are found, not only the first.
    public static func model(from text: String, file: String) -> Result<DialectModel, DialectDocumentErrors> {
        var reader = DialectReader(file: file)
        // CR LF is one character.
        let lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
        for (index, line) in lines.enumerated() { reader.read(line, number: index + 1) }
        return reader.finish()
    }

    /// Writes a model; reading it back gives the same model.
    public static func text(for model: DialectModel) -> String {
        var text = "argot-dialects \(version)\n"
        for dialect in model.dialects {
            text += "\ndialect \(dialect.name) \(dialect.dialectClass.rawValue)\n  origin \(dialect.origin)\n"
            for state in dialect.states {
                if let template = state.template { text += "  state \(state.name) \(template.text)\n" }
            }
            var index = 0
            while index < dialect.transitions.count {
                let first = dialect.transitions[index]
                var targets: [String] = []
                while index < dialect.transitions.count, dialect.transitions[index].source == first.source,
                    dialect.transitions[index].replies == first.replies
                {
                    targets.append(dialect.states[dialect.transitions[index].target].name)
                    index += 1
                }
                let source = dialect.states[first.source].name
                text += "  on \(source) \(first.replies) to \(targets.joined(separator: " "))\n"
            }
            for (word, finals) in [("good", dialect.goodFinals), ("bad", dialect.badFinals)] where !finals.isEmpty {
                let names = finals.sorted().map { dialect.states[$0].name }
                text += "  final \(word) \(names.joined(separator: " "))\n"
            }
        }
        return text
    }
}
