/// How large a model may be: so large that no site comes near, and so small that whatever a document says, reading and
/// compiling it ends soon and in bounded memory. A model beyond it is refused when it is read.
enum ModelLimits {
    /// The most states of all dialects together.
    static let maximumStates = 1_000_000

    /// The most states of one dialect; a place in it has sixteen bits.
    static let maximumStatesOfDialect = 4_096

    /// The most transitions of all dialects together.
    static let maximumTransitions = 4_000_000

    /// The most ways to write the parameters of MAIL, or of RCPT, of all dialects together.
    static let maximumVariants = 1_000_000

    /// The most faults that are told of one document.
    static let maximumFaults = 1_000

    /// The faults of dialects that begin at these lines of their document.
    static func faults(of dialects: [Dialect], at lines: [Int]) -> [(line: Int, problem: String)] {
        var lists: (mail: Set<[ParameterPattern]>, recipient: Set<[ParameterPattern]>) = ([], [])
        for dialect in dialects {
            for state in dialect.states {
                switch state.template?.content {
                case .mail(_, let list): lists.mail.insert(list)
                case .recipient(_, let list): lists.recipient.insert(list)
                default: break
                }
            }
        }
        let mails = counts(of: lists.mail)
        let recipients = counts(of: lists.recipient)
        var faults: [(line: Int, problem: String)] = []
        var total = (mail: 0, recipient: 0)
        for (dialect, line) in zip(dialects, lines) {
            for state in dialect.states {
                let count: Int
                switch state.template?.content {
                case .mail(_, let list):
                    count = mails[list] ?? 1
                    total.mail += min(count, PathTable.maximumVariants)
                case .recipient(_, let list):
                    count = recipients[list] ?? 1
                    total.recipient += min(count, PathTable.maximumVariants)
                default: continue
                }
                guard count > PathTable.maximumVariants else { continue }
                let problem =
                    "dialect \(dialect.name): the parameters of state \(state.name) make more than "
                    + "\(PathTable.maximumVariants) combinations: name fewer optional ones"
                faults.append((line, problem))
            }
            guard max(total.mail, total.recipient) <= maximumVariants else {
                let problem =
                    "dialect \(dialect.name): the parameters of this and all dialects before make more than "
                    + "\(maximumVariants) combinations: name fewer optional ones"
                return faults + [(line, problem)]
            }
        }
        return faults
    }

    private static func counts(of lists: Set<[ParameterPattern]>) -> [[ParameterPattern]: Int] {
        let literals = PathTable.LiteralValues(lists.joined())
        return Dictionary(
            uniqueKeysWithValues: lists.map { ($0, PathTable.variantCount(of: $0, literals: literals)) })
    }
}
