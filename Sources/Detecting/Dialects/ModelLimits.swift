/// What a decision machine cannot hold. A model beyond it is refused when it is read, since a machine would misread it.
enum ModelLimits {
    /// The faults of dialects that begin at these lines of their document.
    static func faults(of dialects: [Dialect], at lines: [Int]) -> [(line: Int, problem: String)] {
        let contents = Set(dialects.flatMap(\.states).compactMap(\.template?.content))
        var faults = overfullKinds(contents).map { words, count in
            (0, "\(count) different \(words): a model can contain at most \(TemplateMask.bitWidth)")
        }
        let mails = contents.flatMap { if case .mail(_, let list) = $0 { list } else { [ParameterPattern]() } }
        let recipients = contents.flatMap {
            if case .recipient(_, let list) = $0 { list } else { [ParameterPattern]() }
        }
        for (dialect, line) in zip(dialects, lines) {
            for state in dialect.states {
                let count =
                    switch state.template?.content {
                    case .mail(_, let list): PathTable.variantCount(of: list, literals: mails)
                    case .recipient(_, let list): PathTable.variantCount(of: list, literals: recipients)
                    default: 1
                    }
                guard count > PathTable.maximumVariants else { continue }
                let problem =
                    "dialect \(dialect.name): the parameters of state \(state.name) make more than "
                    + "\(PathTable.maximumVariants) combinations: name fewer optional ones"
                faults.append((line, problem))
            }
        }
        return faults
    }

    /// The kinds of messages of which there are more different ones than a mask has bits.
    private static func overfullKinds(_ contents: Set<MessageTemplate.Content>) -> [(words: String, count: Int)] {
        var helos: Set<HELOPattern> = []
        var counts = (mail: 0, recipient: 0, message: 0, unknown: 0)
        for content in contents {
            switch content {
            case .helo(let pattern, _): helos.insert(pattern)
            case .mail: counts.mail += 1
            case .recipient: counts.recipient += 1
            case .message: counts.message += 1
            case .unknown: counts.unknown += 1
            case .data, .reset, .startTLS, .hidden: break
            }
        }
        return [
            ("HELO arguments", helos.count), ("MAIL arguments", counts.mail), ("RCPT arguments", counts.recipient),
            ("messages", counts.message), ("unknown commands", counts.unknown),
        ].filter { $0.1 > TemplateMask.bitWidth }
    }
}
