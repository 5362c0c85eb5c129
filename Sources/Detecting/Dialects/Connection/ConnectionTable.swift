import SMTP

/// What a model knows at the vantages `tls` and `tcp`: hello or SYN and who speaks in, a finding out.
///
/// It is made where a tap tells of connections, and nowhere else.
public struct ConnectionTable: Sendable {
    /// Who has a hello or a SYN.
    private struct Owners: Sendable {
        var libraries: Set<String> = []
        var isHonest = false
        var isHostile = false

        mutating func add(_ dialect: Dialect) {
            if dialect.dialectClass.isHostile { isHostile = true } else { isHonest = true }
        }
    }

    /// By the hash of the suites.
    private var hellos: [Substring: Owners] = [:]
    private var shapes: [SYNPattern: Owners] = [:]
    /// By the dialect's name; of dialects that something is known of.
    private var traits: [String: ConnectionTraits] = [:]

    /// The table of a model. O(number of dialects and of what they have).
    public init(model: DialectModel) {
        for dialect in model.dialects where !dialect.connection.isEmpty {
            traits[dialect.name] = dialect.connection
            for hello in dialect.connection.hellos.keys where !hello.isEmpty {
                hellos[hello.suites, default: Owners()].add(dialect)
                if let library = dialect.connection.libraries.first {
                    hellos[hello.suites]?.libraries.insert(library)
                }
            }
            for shape in dialect.connection.shapes.keys { shapes[shape, default: Owners()].add(dialect) }
        }
    }

    /// How many dialects something is known of.
    public var count: Int { traits.count }

    /// The libraries that a hello can be of; empty for an unknown one. O(1).
    public func libraries(of hello: HelloPrint) -> [String] { hellos[hello.suites]?.libraries.sorted() ?? [] }

    /// What only honest, only hostile or both kinds of dialects have; `nil` for an unknown hello.
    public func owners(of hello: HelloPrint) -> (honest: Bool, hostile: Bool)? {
        hellos[hello.suites].map { ($0.isHonest, $0.isHostile) }
    }

    /// What a hello says of a client that speaks one of these dialects, all of those that it can speak. O(their number).
    public func finding(of hello: HelloPrint, speaking speakers: [DialectMatch.DialectName]) -> ConnectionFinding {
        guard let owners = hellos[hello.suites], !speakers.isEmpty else { return .unknown }
        let known = speakers.map { traits[$0.name] }
        let isOwn =
            !owners.isHonest
            && zip(speakers, known).allSatisfy { speaker, traits in
                speaker.dialectClass.isHostile && traits.map { Self.has(hello, $0) } == true
            }
        if isOwn { return .own }
        let agrees = known.contains { traits in
            guard let traits else { return false }
            return traits.hellos.keys.contains { $0.suites == hello.suites }
                || traits.libraries.contains(where: owners.libraries.contains)
        }
        if agrees { return .agrees }
        let isOther =
            !owners.libraries.isEmpty
            && zip(speakers, known).allSatisfy { speaker, traits in
                !speaker.dialectClass.isHostile && traits?.libraries.isEmpty == false
            }
        return isOther ? .other : .unknown
    }

    /// The same of a SYN.
    public func finding(of pattern: SYNPattern, speaking speakers: [DialectMatch.DialectName]) -> ConnectionFinding {
        guard !speakers.isEmpty else { return .unknown }
        let known = speakers.map { traits[$0.name] }
        if known.contains(where: { $0?.shapes[pattern] != nil }) {
            let isOwn =
                shapes[pattern]?.isHonest == false
                && zip(speakers, known).allSatisfy { $0.dialectClass.isHostile && $1?.shapes[pattern] != nil }
            return isOwn ? .own : .agrees
        }
        guard let system = ClientSystem(pattern) else { return .unknown }
        if known.contains(where: { $0?.systems.contains(system) == true }) { return .agrees }
        let isOther = zip(speakers, known).allSatisfy { speaker, traits in
            !speaker.dialectClass.isHostile && traits?.systems.isEmpty == false
        }
        return isOther ? .other : .unknown
    }

    /// Whether a dialect was seen with a hello, the server's name and ALPN aside.
    private static func has(_ hello: HelloPrint, _ traits: ConnectionTraits) -> Bool {
        traits.hellos.keys.contains { $0.suites == hello.suites && $0.extensions == hello.extensions }
    }
}

extension DialectPosterior {
    /// How likely the client must speak a known dialect for what shows beside it to be held against that: software that
    /// nobody knows may be built with anything, and is no bot for it.
    static let leastKnown = 2.0 / 3

    /// How much of the known dialects' probability those named must have: of a client that many dialects fit a little, the
    /// one that it speaks may be among the others.
    static let leastNamed = 0.97

    /// The dialects that the client can speak, if it likely speaks a known one and few come into question. Empty for a client
    /// that may be anybody.
    public var speakers: [DialectMatch.DialectName] {
        let known = 1 - unknownSoftware - unknownEngine
        let likely = best.filter { $0.probability >= 0.02 }
        let named = likely.reduce(0) { $0 + $1.probability }
        return known >= Self.leastKnown && named >= Self.leastNamed * known ? likely.map(\.name) : []
    }
}
