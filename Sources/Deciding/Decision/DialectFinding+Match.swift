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

    /// What a verdict needs of a posterior.
    init(_ posterior: DialectPosterior) {
        // What is less likely than this is left out.
        let least = 0.02
        var classes: Set<DialectClass> = []
        var device = 0.0
        for dialectClass in DialectClass.allCases {
            let share = posterior.probability(of: dialectClass)
            if share >= least { classes.insert(dialectClass) }
            if !dialectClass.isHostile, dialectClass != .mta { device += share }
        }
        if posterior.unknownEngine >= least { classes.insert(.bot) }
        if posterior.unknownSoftware >= least { classes = [] }
        self = .posterior(name: posterior.label, hostile: posterior.hostile, classes: classes, device: device)
    }
}
