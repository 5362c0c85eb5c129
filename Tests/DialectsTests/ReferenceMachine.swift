import Dialects
import SMTP

/// Every dialect's machine run by itself over one session: no subset construction, no tables.
struct ReferenceMachine {
    private struct Position: Hashable {
        var state: Int
        var inTransaction: Bool
        var isExtended: Bool?
    }

    private let model: DialectModel
    private let vantage: Vantage
    private let matching: ReferenceMatch
    private var positions: [Set<Position>]
    private var reply = ReplyPattern.Class.unknown
    private var isResetPending = false
    private var isExtended: Bool?
    private var sender: String?
    private var headers: [(name: String, value: String)] = []
    private var lines: ReferenceLines

    init(model: DialectModel, vantage: Vantage) {
        self.model = model
        self.vantage = vantage
        matching = ReferenceMatch(model)
        lines = ReferenceLines(matching)
        positions = model.dialects.map { _ in [Position(state: 0, inTransaction: false, isExtended: nil)] }
    }

    /// The dialects that are still possible.
    var names: [String] { zip(model.dialects, positions).filter { !$1.isEmpty }.map(\.0.name) }

    mutating func take(_ step: Step) {
        switch step {
        case .helo(let argument):
            // In a transaction the client may have sent RSET before it, or not.
            var direct = self
            direct.isResetPending = false
            let wasResetPending = isResetPending
            flush()
            move { [matching] in
                if case .helo(let pattern, _) = $0 { matching.takes(pattern, argument) } else { false }
            }
            guard wasResetPending else { return }
            direct.move { [matching] in
                if case .helo(let pattern, _) = $0 { matching.takes(pattern, argument) } else { false }
            }
            positions = zip(positions, direct.positions).map { $0.union($1) }
        case .startTLS: move { $0 == .startTLS }
        case .proto(let isExtended): self.isExtended = isExtended
        case .mail(let arguments):
            flush()
            headers = []
            let text = arguments[0]
            sender = text.hasPrefix("<") && text.hasSuffix(">") ? String(text.dropFirst().dropLast()) : text
            move { [matching] in
                guard case .mail(let address, let parameters) = $0 else { return false }
                return matching.takes(address, parameters, arguments, sender: nil)
            }
        case .recipient(let arguments):
            flush()
            move { [matching, sender] in
                guard case .recipient(let address, let parameters) = $0 else { return false }
                return matching.takes(address, parameters, arguments, sender: sender)
            }
            reply = .positive
        case .answered(let reply): self.reply = reply
        case .data: move { $0 == .data }
        case .header(let name, let value): headers.append((name, value))
        case .endOfHeaders:
            move { [matching, headers] in
                if case .message(let layout) = $0 { matching.takes(layout, headers) } else { false }
            }
        case .unknown(let command):
            // Some mail servers show these, others do not: nobody is expected to be seen with them.
            if ["HELP", "EXPN", "VRFY", "NOOP", "ETRN"].contains(command.prefix { $0 != " " }.uppercased()) { return }
            flush()
            move { [matching] in
                if case .unknown(let word) = $0 { matching.takes(word, command: command) } else { false }
            }
            reply = .permanent
        case .abort: isResetPending = true
        case .line(let line):
            if case .mail = SMTPVerb(line: line.utf8) { headers = [] }
            moveByTemplate(lines.read(line).takes)
        }
    }

    private mutating func flush() {
        guard isResetPending else { return }
        isResetPending = false
        move { $0 == .reset }
    }

    private mutating func move(_ takes: (MessageTemplate.Content) -> Bool) {
        moveByTemplate { takes($0.content) }
    }

    private mutating func moveByTemplate(_ takes: (MessageTemplate) -> Bool) {
        positions = zip(model.dialects, positions).map { dialect, set in
            Set(set.flatMap { next(dialect, $0, knowing: reply, seen: [], takes) })
        }
        reply = .unknown
    }

    /// Where a client at `position` can be after one message that shows and is taken, silent ones passed through.
    private func next(
        _ dialect: Dialect, _ position: Position, knowing reply: ReplyPattern.Class, seen: Set<Position>,
        _ takes: (MessageTemplate) -> Bool
    ) -> [Position] {
        var result: [Position] = []
        for way in dialect.transitions where way.source == position.state {
            guard let template = dialect.states[way.target].template else { continue }
            for told in reply == .unknown ? way.replies.classes.sorted(by: { $0.rawValue < $1.rawValue }) : [reply] {
                guard way.replies.classes.contains(told) else { continue }
                var to = Position(state: way.target, inTransaction: false, isExtended: position.isExtended)
                switch dialect.states[position.state].template?.content {
                case .mail: to.inTransaction = told == .positive
                case .message, .reset, .helo: break
                default: to.inTransaction = position.inTransaction
                }
                if template.isVisible(at: vantage, inTransaction: to.inTransaction) {
                    guard takes(template) else { continue }
                    if case .helo(_, let isExtended) = template.content { to.isExtended = isExtended }
                    if case .mail = template.content, vantage.tellsHELOFromEHLO, let isExtended,
                        let greeting = position.isExtended, greeting != isExtended
                    {
                        continue
                    }
                    result.append(to)
                } else if !seen.contains(to) {
                    result += next(dialect, to, knowing: .unknown, seen: seen.union([to]), takes)
                }
            }
        }
        return result
    }
}
