import Dialects
import Policy
import SMTP

extension DialectFinding {
    /// What a verdict needs of hard sets.
    init(_ matcher: DialectMatcher) {
        if let name = matcher.decided {
            self = .decided(name: name.name, class: name.dialectClass)
        } else {
            self = matcher.classes.isEmpty ? .noOpinion : .candidates(matcher.classes)
        }
    }

    /// What a verdict needs of likelihoods.
    init(_ opinion: DialectOpinion) {
        self = .posterior(
            name: opinion.label, hostile: opinion.posterior.hostile, classes: opinion.classes, device: opinion.device)
    }
}
