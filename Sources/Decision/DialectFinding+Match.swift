import Dialects
import Policy

extension DialectFinding {
    /// What a verdict needs of a match.
    init(_ match: DialectMatch) {
        switch match {
        case .noOpinion: self = .noOpinion
        case .candidates(let names): self = .candidates(Set(names.map(\.dialectClass)))
        case .decided(let name): self = .decided(name: name.name, class: name.dialectClass)
        }
    }
}
