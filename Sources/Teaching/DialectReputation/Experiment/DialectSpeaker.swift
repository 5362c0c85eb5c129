import Dialects
import SMTP
import Spectral

/// Speaks a dialect to a simulated server: a machine walked by chance, weighed by how often its ways were seen.
///
/// What varies from session to session: names, addresses, senders, sizes, how many recipients there are, which of them
/// exist, temporary and permanent refusals at every stage, parameters that a message needs, which way the machine takes
/// where it has several, and in three of a hundred sessions the point where the connection is lost.
struct DialectSpeaker {
    let dialect: Dialect
    /// How likely a recipient is unknown.
    let unknownShare: Double
    private let losesConnections: Bool
    /// Whether the server offers SIZE.
    private let offersSize: Bool

    private static let mostMessages = 60

    init(_ dialect: Dialect, losesConnections: Bool = true, offersSize: Bool = true) {
        self.dialect = dialect
        self.losesConnections = losesConnections
        self.offersSize = offersSize
        unknownShare = dialect.dialectClass.isHostile ? 0.35 : 0.03
    }

    /// A session of a host.
    func dialogue(from host: SpeakingHost, _ generator: inout SplitMix64) -> Dialogue {
        var server = SimulatedServer(unknownShare: unknownShare, offersSize: offersSize)
        let greeting = server.greeting(&generator)
        var dialogue = Dialogue(peers: host.peers, greeting: greeting, exchanges: [])
        let lostAfter =
            losesConnections && generator.unit() < 0.03 ? 1 + Int(generator.next() % 6) : Self.mostMessages
        var state = 0
        var reply = greeting
        var isUsuallyLong = true
        var isExtended = false
        var sender = "\(host.word(&generator))@\(host.word(&generator)).example"
        while dialogue.exchanges.count < lostAfter {
            let reactions = dialect.reactions(of: state, to: ReplySymbol(reply, isUsuallyLong: isUsuallyLong))
            guard let next = choose(reactions, &generator), let template = dialect.states[next].template else { break }
            state = next
            if template.text.uppercased().hasPrefix("MAIL") {
                sender = "\(host.word(&generator))@\(host.word(&generator)).example"
            }
            var message = self.message(template, host, sender: sender, isExtended: isExtended, &generator)
            if message.verb == .helo || message.verb == .ehlo { isExtended = message.verb == .ehlo }
            let marks = dialect.states[state].marks
            message.isEarly = Self.isEarly(marks, &generator)
            message.lineEnd = Self.lineEnd(marks, &generator)
            message.time = UInt64(dialogue.exchanges.count + 1) * 1_000
            reply = server.reply(to: message, &generator)
            isUsuallyLong = message.verb == .ehlo || message.verb == .help
            dialogue.exchanges.append(Dialogue.Exchange(message: message, reply: reply))
            if message.verb == .quit { break }
        }
        let isLost = dialogue.exchanges.count == lostAfter
        let hasQuit = dialogue.exchanges.last?.message.verb == .quit
        dialogue.closings = [
            SessionTranscript.Closing(
                time: 99, isByClient: isLost || !hasQuit, manner: isLost && generator.unit() < 0.5 ? .rst : .fin)
        ]
        return dialogue
    }

    /// The state that follows, by how often the ways were seen; `nil` when the client takes its leave.
    private func choose(_ reactions: Dialect.Reactions, _ generator: inout SplitMix64) -> Int? {
        // Nobody here offers TLS.
        let ways = reactions.transitions.filter {
            dialect.states[$0.target].template?.content != .startTLS || reactions.transitions.count == 1
        }
        let ends = reactions.finals.filter { $0.replies != nil }.map { max(1, $0.count) }.reduce(0, +)
        let total = ways.map { max(1, $0.count) }.reduce(0, +)
        guard total > 0 else { return nil }
        var drawn = Int(generator.next() % UInt64(total + ends))
        for way in ways {
            drawn -= max(1, way.count)
            if drawn < 0 { return way.target }
        }
        return nil
    }

    private func message(
        _ template: MessageTemplate, _ host: SpeakingHost, sender: String, isExtended: Bool,
        _ generator: inout SplitMix64
    ) -> ClientMessage {
        let text = template.text
        switch template.content {
        case .message(let layout):
            var names: [String]?
            if case .prefix(let headers) = layout { names = headers.map { $0.name + ($0.hasBlank ? "" : "!") } }
            return ClientMessage(kind: .content, bytes: host.headers(names, &generator))
        case .helo:
            let verb = text.prefix { $0 != " " }
            let pattern = String(text.dropFirst(verb.count).drop { $0 == " " })
            return line("\(verb) \(host.helo(pattern, &generator))")
        case .unknown where text == "{junk}": return ClientMessage(kind: .unknownCommand, bytes: [0x16, 0x03, 0x01])
        default:
            if text == "{auth}" { return ClientMessage(kind: .authentication, bytes: Array("xxxxxxxx".utf8)) }
            let recipient = "\(host.word(&generator))@lab.example"
            let isMail = text.uppercased().hasPrefix("MAIL")
            let isBounce = isMail && generator.unit() < 0.02
            var filled = withoutOptions(text, isExtended: isExtended, &generator)
            filled = filled.replacing("<{path}>", with: isBounce ? "<>" : "<{addr}>")
            filled = filled.replacing("{addr}", with: isMail ? sender : recipient)
            filled = filled.replacing("{sender}", with: sender)
            filled = filled.replacing("{n}", with: String(200 + generator.next() % 90_000))
            filled = filled.replacing("{x}", with: "x\(generator.next() % 10)")
            filled = filled.replacing("{sp}", with: " ").replacing("{tab}", with: "\t")
            return line(filled)
        }
    }

    /// The text with SIZE where it may stand and was offered, and now and then with what else a message needs.
    private func withoutOptions(_ text: String, isExtended: Bool, _ generator: inout SplitMix64) -> String {
        var result = ""
        var rest = text[...]
        while let open = rest.firstIndex(of: "["), let close = rest[open...].firstIndex(of: "]") {
            result += rest[..<open]
            let option = rest[rest.index(after: open)..<close]
            let name = option.drop { $0 == " " }.prefix { $0 != "=" }.uppercased()
            let share = !isExtended ? 0 : name == "SIZE" ? (offersSize ? 1 : 0) : name == "BODY" ? 0.3 : 0.03
            if generator.unit() < share { result += option }
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }

    private func line(_ text: String) -> ClientMessage {
        let bytes = Array(text.utf8)
        return ClientMessage(
            kind: SMTPVerb(command: bytes).map { .command($0) }
                ?? (SMTPVerb(line: bytes).map { .command($0) } ?? .unknownCommand), bytes: bytes)
    }

    private static func isEarly(_ marks: WireMarks, _ generator: inout SplitMix64) -> Bool {
        let early = marks.timings[.early, default: 0] + marks.timings[.earlyOffered, default: 0]
        let all = marks.timings.values.reduce(0, +)
        return early > 0 && Int(generator.next() % UInt64(max(1, all))) < early
    }

    private static func lineEnd(_ marks: WireMarks, _ generator: inout SplitMix64) -> LineEnd {
        let bare = marks.lineEnds[.lf, default: 0]
        let all = marks.lineEnds.values.reduce(0, +)
        return bare > 0 && Int(generator.next() % UInt64(max(1, all))) < bare ? .lf : .crlf
    }
}
