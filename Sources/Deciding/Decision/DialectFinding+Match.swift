import Dialects
import Policy
import SMTP

extension DialectFinding {
    /// What a verdict needs of a match.
    init(_ match: DialectMatch) {
        switch match {
        case .noOpinion: self = .noOpinion
        case .candidates(let names): self = .candidates(Set(names.map(\.dialectClass)))
        case .decided(let name): self = .decided(name: name.name, class: name.dialectClass)
        }
    }

    /// What a verdict needs of a posterior.
    init(_ posterior: DialectPosterior) {
        // What is less likely than this is left out.
        let least = 0.02
        var classes = Set(posterior.classes.filter { $0.value >= least }.keys)
        if posterior.unknownEngine >= least { classes.insert(.bot) }
        if posterior.unknownSoftware >= least { classes = [] }
        let device = posterior.classes.reduce(0) { $1.key.isHostile || $1.key == .mta ? $0 : $0 + $1.value }
        self = .posterior(name: posterior.label, hostile: posterior.hostile, classes: classes, device: device)
    }
}
