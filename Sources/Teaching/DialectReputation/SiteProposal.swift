public import Dialects
import SMTP

/// What the administrator may do about a dialect of the site.
public enum SiteProposal: Sendable, Hashable {
    /// Give it this name: known hostile dialects speak so, and no honest one.
    case name([String])

    /// Nothing known speaks so: give it a name of your own.
    case nameAnew

    /// Look at what it has in common with these dialects of the site, and give all one name.
    case merge([String])

    /// Leave it alone: honest software is known to speak so, whoever has done so here.
    case beware([String])

    /// Known bots and honest software both speak so: this reply tells so many pairs of them apart, out of so many.
    case ask(String, pairs: Int, of: Int)

    /// Known bots and honest software both speak so, and no known reply tells any of so many pairs of them apart.
    case unaskable(pairs: Int)

    /// The proposals for the hostile and mixed dialects of a site, by id.
    public static func proposals(for site: SiteDialects, kin: DialectKin) -> [String: [SiteProposal]] {
        let hostile = site.dialects.filter { $0.state == .hostile && $0.label == nil }
        var proposals: [String: [SiteProposal]] = [:]
        for dialect in hostile {
            let names = kin.names(like: dialect)
            let honest = names.filter { !$0.dialectClass.isHostile }.map(\.name)
            var own: [SiteProposal] = []
            if names.isEmpty {
                own.append(.nameAnew)
            } else if honest.isEmpty {
                own.append(.name(names.map(\.name)))
            } else {
                own.append(.beware(honest))
            }
            // Courses of one speech have its words in common.
            let others = hostile.filter { other in
                other.id != dialect.id && other.vantage == dialect.vantage && !dialect.shape.isEmpty
                    && Self.envelope(of: other.shape) == Self.envelope(of: dialect.shape)
            }
            if !others.isEmpty { own.append(.merge(others.map(\.id).sorted())) }
            proposals[dialect.id] = own
        }
        for dialect in site.dialects where dialect.state == .mixed {
            let honest = kin.names(like: dialect).filter { !$0.dialectClass.isHostile }.map(\.name)
            var own: [SiteProposal] = []
            if !honest.isEmpty { own.append(.beware(honest)) }
            if let question = kin.question(about: dialect) { own.append(question) }
            if !own.isEmpty { proposals[dialect.id] = own }
        }
        return proposals
    }

    /// The words up to the first recipient.
    private static func envelope(of shape: String) -> [Substring] {
        let words = shape.split(separator: "; ")
        let recipient = words.firstIndex { $0.uppercased().hasPrefix("RCPT") } ?? words.count - 1
        return Array(words.prefix(max(0, recipient) + 1))
    }
}
