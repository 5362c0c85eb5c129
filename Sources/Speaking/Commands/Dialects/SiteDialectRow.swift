import DialectReputation
import Dialects
import SMTP
import Terminal

/// A dialect of the site as `argot dialects site` prints it.
struct SiteDialectRow: Encodable {
    /// One side.
    struct Side: Encodable {
        let networks: Int
        let organisations: Int
        let sightings: Int
        let days: Int
        let weight: Double

        init(_ side: SiteDialect.Side) {
            networks = side.networks
            organisations = side.organisations
            sightings = side.sightings
            days = side.days
            weight = side.weight
        }
    }

    /// How many networks a source has judged.
    struct Source: Encodable {
        let source: String
        let networks: Int
    }

    /// What tells speakers apart, and how well.
    struct Distinction: Encodable {
        let aspect: String
        let difference: Double

        init(_ distinction: SiteDialect.Distinction) {
            aspect = distinction.aspect
            difference = distinction.difference
        }
    }

    /// All of them.
    struct Report: Encodable {
        let taught: String
        let sightings: Int
        let judged: Int
        let dialects: [SiteDialectRow]

        init(_ site: SiteDialects, shown: [SiteDialect], proposals: [String: [SiteProposal]]) {
            taught = Output.text(site.origin.time)
            sightings = site.origin.sightings
            judged = site.origin.judged
            dialects = shown.map { SiteDialectRow($0, proposals[$0.id] ?? []) }
        }
    }

    let id: String
    let name: String?
    let `class`: String?
    let depth: String
    let vantage: String
    let state: String
    let shape: String
    let sightings: Int
    let networks: Int
    let spam: Side
    let honest: Side
    let sources: [Source]
    let apart: [Distinction]
    let proposals: [String]

    init(_ dialect: SiteDialect, _ proposals: [SiteProposal]) {
        id = dialect.id
        name = dialect.label?.name
        `class` = dialect.label?.dialectClass.rawValue
        depth = dialect.depth.rawValue
        vantage = dialect.vantage.rawValue
        state = dialect.state.rawValue
        shape = dialect.shape
        sightings = dialect.sightings
        networks = dialect.networks
        spam = Side(dialect.spam)
        honest = Side(dialect.honest)
        sources = dialect.sources.sorted { $0.key < $1.key }.map { Source(source: $0.key, networks: $0.value) }
        apart = dialect.distinctions.map(Distinction.init)
        self.proposals = proposals.map(Self.words)
    }

    static let header = ["DIALECT", "STATE", "DEPTH", "VANTAGE", "SEEN", "NETWORKS", "SPAM", "HONEST", "JUDGED BY"]

    static func cells(_ dialect: SiteDialect) -> [String] {
        let sources = dialect.sources.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        return [
            dialect.label.map { "\($0.name) (\($0.dialectClass.rawValue))" } ?? dialect.id, dialect.state.rawValue,
            dialect.depth.rawValue, dialect.vantage.rawValue, String(dialect.sightings), String(dialect.networks),
            text(dialect.spam), text(dialect.honest), sources.isEmpty ? "-" : sources.joined(separator: ", "),
        ]
    }

    /// Networks, organisations, days.
    private static func text(_ side: SiteDialect.Side) -> String {
        side.networks == 0 ? "-" : "\(side.networks)/\(side.organisations)/\(side.days)d"
    }

    /// What a dialect looks like, what tells its speakers apart, and what may be done.
    static func lines(_ dialect: SiteDialect, _ proposals: [SiteProposal]) -> [String] {
        var lines = ["\(dialect.name): \(dialect.shape)"]
        if !dialect.distinctions.isEmpty {
            let words = dialect.distinctions.map { "\($0.aspect) \($0.difference)" }
            lines.append("  its speakers differ by \(words.joined(separator: ", "))")
        } else if dialect.state == .mixed, dialect.honest.networks == 0 {
            lines.append("  nobody honest has spoken so here yet, but software that is known to does: no signal")
        } else if dialect.state == .mixed {
            lines.append("  nothing in HELO, names, headers or aim tells its speakers apart")
        }
        return lines + proposals.map { "  \(words($0))" }
    }

    private static func words(_ proposal: SiteProposal) -> String {
        switch proposal {
        case .name(let names): "known dialects speak so: \(names.joined(separator: ", "))"
        case .nameAnew: "no known dialect speaks so: give it a name"
        case .merge(let ids): "begins as \(ids.joined(separator: ", ")): perhaps one program, under one name"
        case .ask(let reply, let pairs, let all):
            "the reply \(reply) tells \(pairs) of \(all) pairs of a known bot and honest software that speak so apart "
                + "(argot dialects probe)"
        case .unaskable(let pairs):
            "no known reply tells \(pairs == 1 ? "the pair" : "any of \(pairs) pairs") of a known bot and honest software "
                + "that speak so apart: names, headers and recipients have to"
        case .beware(let names): "honest software is known to speak so: \(names.joined(separator: ", "))"
        }
    }

    static func summary(_ site: SiteDialects) -> String {
        let counts = SiteDialect.State.allCases.map { state in
            "\(site.dialects.count { $0.state == state }) \(state.rawValue)"
        }
        return "\(site.origin.sightings) sightings, \(site.origin.judged) of them judged or of honest clients: "
            + counts.joined(separator: ", ")
    }
}
