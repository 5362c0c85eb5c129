import Dialects
import SMTP

/// What somebody wrote down of a program, as evidence beside what was recorded of it: every transition and every ending of
/// the machine, seen once on a shortest way from the start.
extension Trace {
    /// The conversations that a machine tells of.
    static func traces(of dialect: Dialect) -> [Trace: Int] {
        var ways: [Int: [Step]] = [0: []]
        var queue = [0]
        while !queue.isEmpty {
            let state = queue.removeFirst()
            guard let way = ways[state] else { continue }
            for transition in dialect.transitions where transition.source == state && ways[transition.target] == nil {
                guard let reply = symbols(of: transition.replies).first else { continue }
                ways[transition.target] = way + [step(dialect, transition.target, after: reply)]
                queue.append(transition.target)
            }
        }
        var traces: [Trace: Int] = [:]
        for transition in dialect.transitions {
            guard let way = ways[transition.source] else { continue }
            for reply in symbols(of: transition.replies) {
                let steps = way + [step(dialect, transition.target, after: reply)]
                traces[Trace(steps: steps, last: .none, manner: nil)] = 1
            }
        }
        for final in dialect.finals where final.replies != nil || !final.manners.isEmpty {
            guard let way = ways[final.state] else { continue }
            for reply in final.replies.map(symbols) ?? [.none] {
                let manner =
                    final.manners.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key ?? .fin
                let trace = Trace(steps: way, last: reply, manner: manner)
                // A way that delivers nothing cannot stand for a good ending.
                if trace.isDelivered == final.isGood { traces[trace] = 1 }
            }
        }
        return traces
    }

    private static func step(_ dialect: Dialect, _ state: Int, after reply: ReplySymbol) -> Step {
        Step(reply: reply, text: dialect.states[state].template?.text ?? "{junk}")
    }

    /// A reply for each word of a pattern; for `any` one of each kind.
    static func symbols(of pattern: ReplyPattern) -> [ReplySymbol] {
        pattern.codes.flatMap { code -> [ReplySymbol] in
            switch code {
            case "any": return [250, 450, 550].map { ReplySymbol(codes: [$0]) }
            default: return ReplySymbol(code.replacingX).map { [$0] } ?? []
            }
        }
    }
}

extension String {
    /// `4xx` as `450`, the code that stands for it; anything else as it is.
    fileprivate var replacingX: String {
        guard utf8.count == 3, hasSuffix("x") else { return self }
        return hasSuffix("xx") ? prefix(1) + "50" : prefix(2) + "0"
    }
}
