public import Documents
import SMTP

/// The readable form of a model.
///
/// ```
/// argot-dialects 2
///
/// # How a line starts says what it is.
/// dialect sendmail mta
///   origin Sendmail 8.17.1.9, recorded
///   offer 8BITMIME PIPELINING SIZE
///   state ehlo EHLO {fqdn}
///   state mail MAIL From:<{path}>[ SIZE={n}]
///   state rcpt RCPT To:<{addr}>
///   wire rcpt sent=after*5,early-offered*7 segment=own*5,joined*7
///   on start 220 to ehlo*12
///   on ehlo 250 to mail*12
///   on rcpt 4xx,250/550 to quit
///   final good quit*12 by server*12
///   final bad ehlo after 5xx by fin*1
/// ```
///
/// The first line names the format and its version; version 1, without `offer`, `wire`, counts and endings told apart, is
/// read as well. `dialect NAME CLASS` begins a dialect; `origin` says where the knowledge comes from; `offer` what a
/// server offered when it was recorded; `state NAME TEMPLATE` names a message that the client sends; `wire STATE MARKS` how
/// it sends it (``WireMarks``); `on STATE REPLIES to STATE…` what the client may send after being told one of REPLIES
/// (``ReplyPattern``); `final good|bad STATE… [after REPLIES] [by MANNERS]` where the conversation may end. `*N` counts how
/// often something was seen. `tls`, `hello`, `tcp` and `syn` say what shows beside the messages (``ConnectionTraits``):
/// libraries, the hellos that were seen, systems, the SYNs that were seen. `heard` and `trace` are a learner's notes. The state `start` exists in every dialect. Blank
/// lines and lines that start with `#` are passed over.
public enum DialectDocument {
    /// The version of the format that is written.
    public static let version = 2

    /// The versions that are read.
    public static let versions = 1...2

    /// Reads a document; all faults are found, not only the first.
    public static func model(from text: String, file: String) -> Result<DialectModel, DocumentFaults> {
        var reader = DialectReader(file: file)
        reader.read(text)
        return reader.finish()
    }

    /// Reads the bytes of a document; of one that is not UTF-8 nothing but where it is not.
    public static func model(from bytes: some Sequence<UInt8>, file: String) -> Result<DialectModel, DocumentFaults> {
        var reader = DialectReader(file: file)
        reader.read(bytes)
        return reader.finish()
    }

    /// Writes a model; reading it back gives the same model.
    public static func text(for model: DialectModel) -> String {
        var lines = ["argot-dialects \(version)"]
        for dialect in model.dialects {
            lines += ["", "dialect \(dialect.name) \(dialect.dialectClass.rawValue)", "  origin \(dialect.origin)"]
            lines += dialect.offers.map { "  offer \($0.isEmpty ? "none" : $0.joined(separator: " "))" }
            for state in dialect.states {
                if let template = state.template { lines.append("  state \(state.name) \(template.text)") }
            }
            for state in dialect.states where !state.marks.isUsual {
                lines.append("  wire \(state.name) \(state.marks.words.joined(separator: " "))")
            }
            lines += transitions(of: dialect) + finals(of: dialect)
            lines += (dialect.connection.lines + dialect.evidence).map { "  " + $0 }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func transitions(of dialect: Dialect) -> [String] {
        var lines: [String] = []
        var index = 0
        while index < dialect.transitions.count {
            let first = dialect.transitions[index]
            var targets: [String] = []
            while index < dialect.transitions.count, dialect.transitions[index].source == first.source,
                dialect.transitions[index].replies == first.replies
            {
                let transition = dialect.transitions[index]
                targets.append(Counted.text(dialect.states[transition.target].name, transition.count))
                index += 1
            }
            let source = dialect.states[first.source].name
            lines.append("  on \(source) \(first.replies) to \(targets.joined(separator: " "))")
        }
        return lines
    }

    private static func finals(of dialect: Dialect) -> [String] {
        var lines: [String] = []
        var index = 0
        while index < dialect.finals.count {
            let first = dialect.finals[index]
            var states: [String] = []
            // Endings without manners share a line.
            repeat {
                let final = dialect.finals[index]
                states.append(Counted.text(dialect.states[final.state].name, final.count))
                index += 1
            } while index < dialect.finals.count && first.manners.isEmpty && dialect.finals[index].manners.isEmpty
                && dialect.finals[index].isGood == first.isGood && dialect.finals[index].replies == first.replies
            var line = "  final \(first.isGood ? "good" : "bad") \(states.joined(separator: " "))"
            if let replies = first.replies { line += " after \(replies)" }
            let manners = Dialect.Final.Manner.allCases.filter { first.manners[$0, default: 0] > 0 }
            if !manners.isEmpty {
                line +=
                    " by " + manners.map { "\($0.rawValue)*\(first.manners[$0, default: 0])" }.joined(separator: ",")
            }
            lines.append(line)
        }
        return lines
    }
}
