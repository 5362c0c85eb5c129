public import SMTP

/// Puts together what a client has said where its command lines are told beside what a filter is handed: events in, commands
/// as the client wrote them out.
///
/// A line comes before the event that it causes, and has the words as they were written; the event has the arguments with
/// their letter case. Of lines that the mail server refuses by itself there is no event, and the line alone counts. What
/// a filter is handed of commands is left out: it is in the lines. A value machine of bounded size.
public struct LineAssembler: Sendable {
    /// A line whose event has not come.
    private struct Pending {
        /// `nil` for what is no command.
        var verb: SMTPVerb?
        var line: [UInt8]
        var extent: LineExtent
        var marks: LineMarks
    }

    /// Stands for an argument that is not shown.
    private static let hidden = Array(" {x}".utf8)

    private let reader: EventReader
    private var pending: Pending?
    /// Whether the last line has not been answered as far as is known.
    private var isUnanswered = false
    /// Whether refusals are told, so that a line without one was answered well.
    private var hearsReplies = false
    /// What the mail server is about to refuse the recipient with, as it tells its filters.
    private var refusal: UInt16?

    /// An assembler for a session that begins.
    public init(peers: SessionPeers) { reader = EventReader(peers: peers) }

    /// Takes an event, and hands over what it amounts to, in order. O(number of bytes).
    public mutating func take(
        _ event: ObservedEvent, _ bytes: Span<UInt8>, _ hand: (ObservedEvent, Span<UInt8>) -> Void
    ) {
        switch event {
        case .line(let verb, let extent, let marks):
            settle(hand)
            if hearsReplies, isUnanswered { hand(.replied(250), [UInt8]().span) }
            isUnanswered = true
            let line = EventReader.argument(bytes)
            begin(Pending(verb: verb, line: line, extent: extent, marks: marks), hand)
        case .replied(let code):
            settle(hand)
            // The greeting's code only says that codes will be told.
            if isUnanswered { hand(.replied(code), bytes) }
            (hearsReplies, isUnanswered) = (true, false)
        case .helo: finish([.helo, .ehlo], bytes, hand)
        case .mail: finish([.mail], bytes, hand)
        case .refused(let code, _):
            refusal = code.first == "4" ? 450 : 550
            hand(event, bytes)
        case .rcpt:
            finish([.rcpt], bytes, hand)
            if !hearsReplies { hand(.replied(refusal ?? 250), [UInt8]().span) }
            refusal = nil
        case .unknown:
            finishUnknown(bytes, hand)
            if !hearsReplies { hand(.replied(500), bytes) }
        case .syn, .hello, .proto, .data, .abort, .linesLost, .command: break
        case .eoh:
            // DATA was answered well, and the message is what is answered next.
            if hearsReplies, isUnanswered { hand(.replied(250), [UInt8]().span) }
            isUnanswered = true
            hand(event, bytes)
        case .tls, .auth, .answered, .header, .body, .eom: hand(event, bytes)
        }
    }

    /// Hands over what is left when the session is over.
    public mutating func finish(_ hand: (ObservedEvent, Span<UInt8>) -> Void) { settle(hand) }

    /// A line: one whose event may bring more waits for it.
    private mutating func begin(_ line: Pending, _ hand: (ObservedEvent, Span<UInt8>) -> Void) {
        switch line.verb {
        case .helo, .ehlo, .mail, .rcpt, nil: pending = line
        case .auth:
            hand(.command(.auth, arguments: [], shape: nil, marks: line.marks), Self.capitalised(line.line).span)
        default: hand(.command(line.verb, arguments: [], shape: nil, marks: line.marks), line.line.span)
        }
    }

    /// AUTH with its mechanism in capital letters, as nearly everybody writes it: those of the client are not told.
    private static func capitalised(_ line: [UInt8]) -> [UInt8] {
        let end = line.firstIndex { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") } ?? line.count
        return line[..<end] + line[end...].map { UInt8(ascii: "a")...UInt8(ascii: "z") ~= $0 ? $0 & 0xdf : $0 }
    }

    /// What the mail server calls unknown: of a line that is not shown it tells the first word.
    private mutating func finishUnknown(_ bytes: Span<UInt8>, _ hand: (ObservedEvent, Span<UInt8>) -> Void) {
        if pending?.extent == .cut, pending?.verb == nil {
            pending?.line = Self.copy(bytes)
            pending?.extent = .whole
        }
        settle(hand)
    }

    /// The event of the line that waits. Without one, the line is missing, and the event stands for it.
    private mutating func finish(
        _ verbs: [SMTPVerb], _ bytes: Span<UInt8>, _ hand: (ObservedEvent, Span<UInt8>) -> Void
    ) {
        guard let line = pending, let verb = line.verb, verbs.contains(verb) else { return settle(hand) }
        pending = nil
        let handed = Self.copy(bytes)
        let end = CommandArguments.start(of: line.line.span, TemplateIndex.Slot(verb))
        let shown = handed.map { $0 == 0 ? UInt8(ascii: " ") : $0 }
        handOver(verb, Array(line.line[..<end]) + shown, arguments: handed, line.marks, hand)
    }

    /// The mail server has refused the line that waits by itself.
    private mutating func settle(_ hand: (ObservedEvent, Span<UInt8>) -> Void) {
        guard let line = pending else { return }
        pending = nil
        switch line.verb {
        case .helo, .ehlo:
            handOver(line.verb, line.line, arguments: CommandArguments.greeting(line.line), line.marks, hand)
        case .mail, .rcpt:
            // What the mail server refuses for its place or size is an address as any other.
            let text = line.extent == .path ? line.line + Array("<x@x.invalid>".utf8) : line.line
            handOver(line.verb, text, arguments: CommandArguments.path(text), line.marks, hand)
        default:
            // An argument that is not shown was there all the same.
            let isRequest = line.extent == .cut && !line.line.isEmpty && !line.line.contains(UInt8(ascii: " "))
            hand(
                .command(nil, arguments: [], shape: nil, marks: line.marks),
                (line.line + (isRequest ? Self.hidden : [])).span)
        }
    }

    private func handOver(
        _ verb: SMTPVerb?, _ line: [UInt8], arguments: [UInt8], _ marks: LineMarks,
        _ hand: (ObservedEvent, Span<UInt8>) -> Void
    ) {
        let isGreeting = verb == .helo || verb == .ehlo
        let shape = isGreeting ? reader.shape(of: arguments) : nil
        hand(.command(verb, arguments: arguments, shape: shape, marks: marks), line.span)
    }

    private static func copy(_ bytes: Span<UInt8>) -> [UInt8] {
        (0..<min(bytes.count, EventReader.longestArgument)).map { bytes[$0] }
    }
}
