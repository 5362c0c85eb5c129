import ClientLab
import DialectLearning
import Dialects
import Foundation
import SMTP
import Sessions
import Tap
import Wire

/// What a mail server hands over of a conversation, told twice: by the projection of what was said on the wire, and by the
/// transcript that argotd wrote behind the mail server.
public struct HandedOver: Sendable {
    /// By the wire.
    public let projected: [String]
    /// By argotd.
    public let seen: [String]
    /// The vantage of the transcript.
    public let vantage: String
    /// The conversation as it was on the wire.
    public let dialogue: Dialogue
    /// The command lines that a tap tells of it.
    public let tappedLines: [String]
    /// The command lines that argotd was told.
    public let toldLines: [String]

    /// Compares a recording of the wire with the transcript of the session that `address` had, once that is written.
    ///
    /// The daemon must write transcripts to the file `transcripts` in its directory.
    public init(_ record: ConversationRecord, of daemon: ArgotDaemon, from address: String) throws {
        func transcript() -> SessionTranscript? {
            daemon.contents(of: "transcripts").split(separator: "\n").lazy.enumerated()
                .compactMap { try? TranscriptDocument.transcript(from: $1, file: "transcripts", line: $0 + 1) }
                .first { $0.peers.client?.description == address }
        }
        guard Poll.until(.after(.seconds(60)), { transcript() != nil }), let seen = transcript() else {
            throw LabError(.timedOut, "no transcript of \(address)", at: daemon.directory.path)
        }
        var log = EventLog()
        for entry in record.entries {
            let (seconds, attoseconds) = entry.time.components
            let time = UInt64(seconds) * 1_000_000 + UInt64(attoseconds / 1_000_000_000_000)
            log.append(entry.side == .client ? .client : .server, entry.bytes, at: time)
        }
        let wire = SessionTranscript(
            id: "", source: "lab", began: nil, vantage: .wire, peers: seen.peers, events: log, ending: .unknown)
        guard let dialogue = DialogueReader.dialogue(from: wire) else {
            throw LabError(.malformedReply, "the recording is no conversation")
        }
        self.dialogue = dialogue
        vantage = seen.vantage.rawValue
        let projection = dialogue.projected(to: seen.vantage).filter { $0.kind == .line }
        let messages = dialogue.exchanges.map(\.message).compactMap { TapLine($0, early: []) }
        tappedLines = zip(messages, projection).map { line, event in
            // Transcripts mask once more what could be a secret.
            let isKnown = SMTPVerb(command: line.bytes) != nil
            return Self.line(isKnown ? line.bytes : SecretMask.command(line.bytes[...]), event)
        }
        toldLines = seen.events.filter { $0.kind == .line }.map { Self.line(Array($0.parts[0]), $0) }
        if seen.vantage.pairsCommandLines {
            projected = Self.commands(of: dialogue.projected(to: seen.vantage))
            self.seen = Self.commands(of: Array(seen.events))
        } else {
            projected = dialogue.projected(to: seen.vantage).map(Self.description)
            self.seen = seen.events.filter { Self.kinds.contains($0.kind) }.map(Self.description)
        }
    }

    /// What differs, for people; nil if nothing does.
    public var difference: String? {
        guard projected != seen else { return nil }
        return "at \(vantage)\n  projected:\n    " + projected.joined(separator: "\n    ") + "\n  seen:\n    "
            + seen.joined(separator: "\n    ")
    }

    /// What both can tell. Answers are Argot's own, and refusals and bodies are not what dialects are made of.
    private static let kinds: Set<SessionEvent.Kind> = [
        .helo, .proto, .tls, .auth, .mail, .rcpt, .data, .unknown, .header, .eoh, .eom, .abort,
    ]

    /// What lines and events amount to together: the commands, spelled as far as dialects go by it, and the rest.
    private static func commands(of events: [SessionEvent]) -> [String] {
        let reader = EventReader(peers: SessionPeers())
        var assembler = LineAssembler(peers: SessionPeers())
        var said: [String] = []
        func note(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
            let line = (0..<bytes.count).map { bytes[$0] }
            switch event {
            case .command(let verb, let arguments, _, let marks):
                let shown = spelling(verb, line) + arguments.map { $0 == 0 ? UInt8(ascii: "|") : $0 }
                let words = ["command", "\"\(String(decoding: shown, as: UTF8.self))\""] + marks.words
                said.append(words.joined(separator: " "))
            case .replied(let code): said.append("replied \(code)")
            case .linesLost: said.append("lines lost")
            case .tls: said.append("tls")
            case .auth: said.append("auth")
            case .header(let length): said.append("header \(String(decoding: line.prefix(length), as: UTF8.self))")
            case .eoh: said.append("eoh")
            case .eom: said.append("eom")
            default: break
            }
        }
        for event in events {
            let bytes = Array(event.bytes)
            guard let observed = reader.read(event.kind, bytes.span) else { continue }
            assembler.take(observed, bytes.span) { note($0, $1) }
        }
        assembler.finish { note($0, $1) }
        return said
    }

    /// The bytes of a command that are not its argument: of what is no command its first word.
    private static func spelling(_ verb: SMTPVerb?, _ line: [UInt8]) -> [UInt8] {
        let blank = UInt8(ascii: " ")
        switch verb {
        case .mail?, .rcpt?:
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return Array(line.prefix { $0 != blank }) }
            let end = colon + 1
            return Array(line[..<end] + line[end...].prefix { $0 == blank || $0 == UInt8(ascii: "\t") })
        case .helo?, .ehlo?:
            let word = line.prefix { $0 != blank }
            return Array(word + line[word.endIndex...].prefix { $0 == blank })
        case .auth?: return Array(line.split(separator: blank).prefix(2).joined(separator: [blank]))
        case nil: return SecretMask.command(line.prefix { $0 != blank }[...])
        default: return Array(line.prefix { $0 != blank })
        }
    }

    /// A command line without the blanks before it, and how it was sent.
    private static func line(_ bytes: [UInt8], _ event: SessionEvent) -> String {
        let text = String(decoding: bytes.drop { $0 == 0x20 || $0 == 0x09 }, as: UTF8.self)
        return (["\"" + text + "\""] + event.parts.dropFirst(2).map { String(decoding: $0, as: UTF8.self) })
            .joined(separator: " ")
    }

    /// An event in a line. Of a header's value transcripts keep the blanks before it.
    private static func description(_ event: SessionEvent) -> String {
        var parts = event.parts.map { Array($0) }
        if event.kind == .header, parts.count == 2 {
            parts[1] = Array(parts[1].prefix { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") })
        }
        if event.kind == .tls { parts = [] }
        // What is no command that is known could be a secret: transcripts mask it.
        if event.kind == .unknown { parts = parts.map { SecretMask.command($0[...]) } }
        return ([event.kind.rawValue] + parts.map { "\"" + String(decoding: $0, as: UTF8.self) + "\"" })
            .joined(separator: " ")
    }

    /// Conversations that show what mail servers hand over in odd ways: lines with CR LF, each answered before the next is
    /// sent; a message is one line.
    public static let oddConversations: [(name: String, lines: [String])] = [
        (
            "spelling",
            [
                "eHlO  mail.linden.example ", "mail from: <a@linden.example>  size=10   Body=8BITMIME",
                "Rcpt  To:\t<user1@lab.example>", "rcpt to:<User2@LAB.Example>  ", "data ",
                "subject:none\r\nX-Two:  two\r\nX-Tab:\tt\r\nX-Blank : b\r\nX-Fold: a\r\n b\r\n\r\ntext\r\n.", "quit",
            ]
        ),
        (
            "without brackets",
            [
                "HELO linden", "MAIL FROM: a@linden.example", "RCPT TO: user1@lab.example",
                "RCPT TO:<@relay.example:user2@lab.example>", "RCPT TO:<\"user3\"@lab.example>", "QUIT",
            ]
        ),
        (
            "refused by the mail server",
            [
                "EHLO linden.example", "EHLO", "RCPT TO:<user1@lab.example>", "DATA", "MAIL",
                "MAIL FROM:<a@linden.example> FOO=1", "MAIL FROM:<a@linden.example> SIZE=99999999999",
                "MAIL FROM:Joe <a@linden.example>", "MAIL FROM:<a@linden.example>", "MAIL FROM:<b@linden.example>",
                "RCPT TO:<nosuch@lab.example>", "RCPT TO:<x@elsewhere.example>", "RCPT TO:<>", "RCPT user1",
                "RCPT TO:<user1@lab.example> FOO=1", "DATA", "RCPT TO:<user1@lab.example>", "RSET now", "QUIT",
            ]
        ),
        (
            "resets",
            [
                "EHLO linden.example", "RSET", "MAIL FROM:<a@linden.example>", "RSET", "RSET",
                "MAIL FROM:<>", "RCPT TO:<user1@lab.example>", "EHLO linden.example", "NOOP",
                "MAIL FROM:<a@linden.example>", "RCPT TO:<user1@lab.example>", "DATA", "Subject: x\r\n\r\ny\r\n.",
                "RSET",
                "MAIL FROM:<a@linden.example>", "RCPT TO:<user2@lab.example>", "QUIT",
            ]
        ),
        (
            "unknown commands",
            [
                "HELO linden.example", "FOO bar  baz", "xyzzy", "EXPN user1", "HELP", "VERB", "TURN", "VRFY user1",
                "NOOP now", "ETRN lab.example", "AUTH PLAIN AGEAYg==", "STARTTLS", "SITE EXEC\t1",
                "MAIL FROM:<a@linden.example>", "user agent", "RCPT TO:<user1@lab.example>", "QUIT",
            ]
        ),
        ("a chunk without size", ["EHLO linden.example", "BDAT"]),
        ("no greeting", ["MAIL FROM:<a@linden.example>", "RCPT TO:<user1@lab.example>", "RSET", "QUIT"]),
        ("the web", ["GET / HTTP/1.1"]),
        ("nothing", []),
        ("a greeting alone", ["EHLO linden.example"]),
        ("given up in the envelope", ["EHLO linden.example", "MAIL FROM:<a@linden.example>"]),
        (
            "no headers",
            [
                "HELO linden.example", "MAIL FROM:<a@linden.example>", "RCPT TO:<user1@lab.example>", "DATA",
                "no header\r\ntext\r\n.", "MAIL FROM:<a@linden.example>", "RCPT TO:<user1@lab.example>", "DATA", ".",
            ]
        ),
    ]
}
