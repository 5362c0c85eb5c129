import DialectLearning
import Seeded
import Dialects
import SMTP

/// A client that speaks a dialect: walks its machine at random, and tells what a milter is shown of that.
struct DialectWalk {
    private let dialect: Dialect
    private let vantage: Vantage
    private var generator: SeededGenerator
    private var steps: [Step] = []
    private var isExtended: Bool?
    private var inTransaction = false
    private var accepted = 0
    private var sender = ""

    /// The events of one conversation of at most `length` messages.
    static func steps(of dialect: Dialect, at vantage: Vantage, seed: UInt64, length: Int = 24) -> [Step] {
        var walk = DialectWalk(dialect: dialect, vantage: vantage, generator: SeededGenerator(seed: seed))
        walk.go(length)
        return walk.steps
    }

    /// The same on the wire: messages and the replies to them.
    static func dialogue(of dialect: Dialect, seed: UInt64, length: Int = 24) -> Dialogue {
        var walk = DialectWalk(dialect: dialect, vantage: .wire, generator: SeededGenerator(seed: seed))
        walk.go(length)
        return Dialogue(
            peers: SessionPeers(
                client: Site.client, clientName: Site.ptr, server: Site.serverAddress, serverPort: 25,
                serverName: Site.server),
            greeting: walk.greeting, exchanges: walk.exchanges)
    }

    /// Whether a RCPT of the dialect names the sender.
    private var repeatsSender: Bool {
        dialect.states.contains {
            if case .recipient(let address, _) = $0.template?.content {
                address.content == .sameAsSender
            } else {
                false
            }
        }
    }

    private var greeting: ServerReply?
    private var exchanges: [Dialogue.Exchange] = []

    private init(dialect: Dialect, vantage: Vantage, generator: SeededGenerator) {
        self.dialect = dialect
        self.vantage = vantage
        self.generator = generator
    }

    private mutating func go(_ length: Int) {
        var state = 0
        for _ in 0..<length {
            // Servers answer DATA without a recipient themselves, and with 5xx.
            let isRefused = dialect.states[state].template?.content == .data && accepted == 0
            let ways = dialect.transitions.filter {
                $0.source == state && (!isRefused || $0.replies.admits(.permanent))
            }
            guard let way = pick(ways), let template = dialect.states[way.target].template,
                let reply = isRefused
                    ? .permanent : pick(way.replies.classes.sorted { $0.rawValue < $1.rawValue })
            else { return }
            // A message that follows a message without DATA is a row of commands to any mail server.
            if case .message = template.content, dialect.states[state].template?.content != .data { return }
            told(reply, after: dialect.states[state].template?.content)
            say(template)
            state = way.target
        }
    }

    /// What the reply to the last message changes, and whether a milter knows of it.
    private mutating func told(_ reply: ReplyPattern.Class, after content: MessageTemplate.Content?) {
        let words = ServerReply.plain(
            reply == .positive ? (content == .data ? 354 : 250) : reply == .transient ? 450 : 550)
        if exchanges.isEmpty { greeting = words } else { exchanges[exchanges.count - 1].reply = words }
        switch content {
        case .mail: inTransaction = reply == .positive
        case .recipient:
            if reply == .positive { accepted += 1 } else { steps.append(.answered(reply)) }
        case .message: inTransaction = false
        default: break
        }
    }

    private mutating func say(_ template: MessageTemplate) {
        let wire = render(template)
        exchanges.append(Dialogue.Exchange(message: ClientMessage(rendered: wire, template.content), reply: nil))
        if template.content == .startTLS {
            exchanges[exchanges.count - 1].reply = .plain(220)
            exchanges.append(Dialogue.Exchange(message: ClientMessage(kind: .tls, bytes: []), reply: nil))
        }
        switch template.content {
        case .helo:
            if inTransaction { steps.append(.abort) }
            inTransaction = false
            isExtended = wire.prefix(4).uppercased() == "EHLO"
            steps.append(.helo(String(wire.dropFirst(5))))
        case .startTLS: steps.append(.startTLS)
        case .mail:
            accepted = 0
            if vantage.tellsHELOFromEHLO { steps.append(.proto(isExtended: isExtended ?? false)) }
            steps.append(.mail(Self.arguments(wire)))
        case .recipient: steps.append(.recipient(Self.arguments(wire)))
        case .data: if accepted > 0 { steps.append(.data) }
        case .message:
            for line in wire.split(separator: "\n") {
                let colon = line.firstIndex(of: ":") ?? line.startIndex
                steps.append(.header(String(line[..<colon]), String(line[line.index(after: colon)...])))
            }
            steps.append(.endOfHeaders)
        case .reset:
            if inTransaction { steps.append(.abort) }
            inTransaction = false
        case .unknown: steps.append(.unknown(vantage == .milterPostfix ? String(wire.prefix { $0 != " " }) : wire))
        case .hidden: break
        }
    }

    /// `<a@b>` and `SIZE=1` of `MAIL From: <a@b> SIZE=1`.
    private static func arguments(_ wire: String) -> [String] {
        let colon = wire.firstIndex(of: ":") ?? wire.startIndex
        return wire[wire.index(after: colon)...].split(separator: " ").map(String.init)
    }

    // MARK: The message as it stands on the wire

    private mutating func render(_ template: MessageTemplate) -> String {
        switch template.content {
        case .helo(let pattern, _):
            return String(template.text.prefix(4)) + " " + render(pattern)
        case .mail(let address, let parameters), .recipient(let address, let parameters):
            let colon = template.text.firstIndex(of: ":")!
            let blank = template.text[template.text.index(after: colon)...].hasPrefix(" ") ? " " : ""
            let text = render(address)
            if case .mail = template.content { sender = text.filter { !"<>".contains($0) } }
            return template.text[...colon] + blank + text + parameters.map { render($0) }.joined()
        case .message(let layout):
            var headers: [String] = []
            if case .prefix(let prefix) = layout {
                headers = prefix.map { "\($0.name):\($0.hasBlank ? " " : "")x" }
            }
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                headers.append("\(pick(["Subject", "From", "X-Y"])!):\(pick(["", " ", "\t"])!)\(word())")
            }
            return headers.joined(separator: "\n")
        default: return template.text
        }
    }

    private mutating func render(_ pattern: HELOPattern) -> String {
        switch pattern.content {
        case .literal(let text, _): return text
        case .skeleton(let text): return text.replacing("{label}", with: word())
        case .forms(let forms):
            while true {
                let argument = render(pick(forms.sorted { $0.rawValue < $1.rawValue })!)
                let traits = Site.shape(argument).traits
                if traits.isSuperset(of: pattern.required), traits.isDisjoint(with: pattern.forbidden) {
                    return argument
                }
            }
        }
    }

    private mutating func render(_ form: HELOShape.Form) -> String {
        switch form {
        case .fqdn: pick(["\(word()).\(word()).example", "\(word()).net", "www.\(word()).com", Site.ptr, Site.server])!
        case .singleLabel: pick([word(), word().uppercased(), "\(word())_pc"])!
        case .bareIPv4: pick(["192.0.2.10", "203.0.113.9", "198.51.100.25"])!
        case .literalIPv4: pick(["[192.0.2.10]", "[203.0.113.9]"])!
        case .literalIPv6: "[IPv6:2001:db8::\(Int.random(in: 1...9, using: &generator))]"
        case .localhost: "localhost"
        case .localhostLocaldomain: "localhost.localdomain"
        case .empty: ""
        case .malformed: "\(word()) \(word())"
        }
    }

    private mutating func render(_ address: AddressPattern) -> String {
        // Where RCPT repeats the sender, there is one.
        let forms = address.forms.count > 1 && repeatsSender ? address.forms.subtracting([.null]) : address.forms
        let form = pick(forms.sorted { $0.rawValue < $1.rawValue })!
        let text =
            switch address.content {
            case .any: "\(word())@\(word()).example"
            case .literal(let text): text
            case .sameAsSender: pick([sender, sender.uppercased()])!
            }
        return form == .null ? "<>" : form == .bracketed ? "<\(text)>" : text
    }

    private mutating func render(_ parameter: ParameterPattern) -> String {
        if parameter.isOptional, Bool.random(using: &generator) { return "" }
        return switch parameter.value {
        case .absent: " \(parameter.name)"
        case .number: " \(parameter.name)=\(Int.random(in: 0...99_999, using: &generator))"
        case .any: " \(parameter.name)=\(pick([word(), "7BIT", "8BITMIME", "123"])!)"
        case .literal(let text): " \(parameter.name)=\(text)"
        }
    }

    private mutating func word() -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        return String((0..<Int.random(in: 5...9, using: &generator)).map { _ in pick(letters)! })
    }

    private mutating func pick<T>(_ values: [T]) -> T? { values.randomElement(using: &generator) }
}
