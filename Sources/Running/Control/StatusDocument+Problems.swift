extension StatusDocument {
    /// What is wrong; empty when nothing is.
    public var problems: [String] {
        var problems: [String] = []
        if breaker.tripped {
            problems.append(
                "the breaker has suspended refusals: too many clients with a good history were refused: argot "
                    + "journal shows which, argot reload closes it"
            )
        }
        if !breaker.suspended.isEmpty {
            problems.append(
                "the breaker has switched off \(breaker.suspended.joined(separator: ", ")): it counted "
                    + "against too many clients with a good history: argot journal shows which, argot reload closes it"
            )
        }
        if let problem = store.problem { problems.append("the store does not reach the disk: \(problem)") }
        problems += reload.errors.map { "the last reload failed: \($0)" }
        if store.dropped > 0 {
            problems.append("\(store.dropped) changes could not be stored and were lost")
        }
        if journal.dropped > 0 { problems.append("\(journal.dropped) journal entries were dropped") }
        if log.dropped > 0 {
            problems.append("\(log.dropped) log lines were dropped: nobody read the log")
        }
        if let problem = senders?.group?.problem { problems.append("the group's snapshot: \(problem)") }
        if let sharing, let problem = sharing.problem, !sharing.connected {
            problems.append("other servers are not heard: \(problem)")
        }
        return problems
    }
}
