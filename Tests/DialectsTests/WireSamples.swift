import Dialects
import SMTP

@testable import DialectLearning

extension ServerReply {
    /// A reply of one line.
    static func plain(_ code: UInt16, _ text: String = "words", at time: UInt64 = 0) -> ServerReply {
        ServerReply(bytes: Array("\(code) \(text)\r\n".utf8), codes: [code], form: [], time: time)
    }

    /// An answer to EHLO that offers these extensions.
    static func offer(_ keywords: String...) -> ServerReply {
        let lines = ["mx.example.org"] + keywords
        let text = lines.enumerated().map { "250\($0 == lines.count - 1 ? " " : "-")\($1)\r\n" }.joined()
        return ServerReply(
            bytes: Array(text.utf8), codes: lines.map { _ in 250 }, form: lines.count > 1 ? .multiLine : [], time: 0)
    }
}

extension ClientMessage {
    /// What a template of this content was rendered as.
    init(rendered text: String, _ content: MessageTemplate.Content) {
        if case .message = content {
            let headers = text.replacing("\n", with: "\r\n") + "\r\n"
            self.init(kind: .content, bytes: Array(headers.utf8))
        } else if case .hidden = content, text == "{auth}" {
            self.init(kind: .authentication, bytes: Array("xxxxxxxx".utf8))
        } else {
            self.init(text)
        }
    }

    /// A command line.
    init(_ line: String, early isEarly: Bool = false, end: LineEnd = .crlf, at time: UInt64 = 0) {
        let verb = SMTPVerb(line: line.utf8)
        self.init(
            kind: verb.map { .command($0) } ?? .unknownCommand, bytes: Array(line.utf8), lineEnd: end, isEarly: isEarly,
            time: time)
    }
}

extension Dialogue {
    /// A conversation of a stranger with an MX: what it says, and what it is told.
    static func sample(
        greeting: ServerReply? = .plain(220, "mx.example.org ESMTP"), client: ClientAddress? = Site.client,
        port: UInt16 = 25, _ exchanges: (ClientMessage, ServerReply?)...
    ) -> Dialogue {
        Dialogue(
            peers: SessionPeers(client: client, server: Site.serverAddress, serverPort: port), greeting: greeting,
            exchanges: exchanges.map { Exchange(message: $0.0, reply: $0.1) })
    }

    /// What an observer of lines is told of one message, after the reply that it follows if that is told.
    func steps(at position: Int, tellingReply: Bool) -> [Step] {
        let message = exchanges[position].message
        let reply = tellingReply ? ReplyPattern.Class(cause(ofMessageAt: position)) : .unknown
        let told: [Step] = reply == .unknown ? [] : [.answered(reply)]
        switch message.kind {
        case .authentication, .tls: return []
        case .command, .unknownCommand: return told + [.line(String(decoding: message.bytes, as: UTF8.self))]
        case .content:
            let headers = message.headers.map { name, value in
                Step.header(String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
            }
            return told + headers + [.endOfHeaders]
        }
    }

    /// The same conversation with this session's signs at its end.
    func signs(_ machine: DecisionMachine) -> Set<BehaviourSign> {
        var walk = DialogueMatcher(machine: machine, dialogue: self)
        walk.finish()
        return Set(walk.matcher.posterior.signs.all)
    }
}
