public import SMTP

/// What a site has learned of how its clients speak, made for looking up.
public struct SiteDialects: Sendable, Hashable {
    /// What it was learned from.
    public struct Origin: Sendable, Hashable {
        /// When.
        public var time: UnixTime

        /// How many sightings were read.
        public var sightings: Int

        /// How many of them somebody had judged, or came from an honest client.
        public var judged: Int

        /// An origin from its parts.
        public init(time: UnixTime = UnixTime(seconds: 0), sightings: Int = 0, judged: Int = 0) {
            self.time = time
            self.sightings = sightings
            self.judged = judged
        }
    }

    /// The most dialects that are kept.
    public static let most = 4_096

    /// What it was learned from.
    public let origin: Origin

    /// The dialects, in a fixed order: those that are called first, then by how many networks were judged.
    public let dialects: [SiteDialect]

    private let courses: [UInt64: Int]
    private let speeches: [UInt64: Int]
    private let names: [UInt64: Int]

    /// A table of dialects; of two with one fingerprint at one depth the first counts. Keeps the first ``most`` in order.
    public init(_ dialects: [SiteDialect], origin: Origin = Origin()) {
        self.origin = origin
        let sorted = dialects.sorted { Self.isBefore($0, $1) }.prefix(Self.most)
        self.dialects = Array(sorted)
        var courses: [UInt64: Int] = [:]
        var speeches: [UInt64: Int] = [:]
        var names: [UInt64: Int] = [:]
        for (index, dialect) in sorted.enumerated() {
            switch dialect.depth {
            case .course: if courses[dialect.fingerprint] == nil { courses[dialect.fingerprint] = index }
            case .speech: if speeches[dialect.fingerprint] == nil { speeches[dialect.fingerprint] = index }
            case .named: if names[dialect.fingerprint] == nil { names[dialect.fingerprint] = index }
            }
        }
        self.courses = courses
        self.speeches = speeches
        self.names = names
    }

    private static func isBefore(_ one: SiteDialect, _ other: SiteDialect) -> Bool {
        func rank(_ dialect: SiteDialect) -> (Int, Int, Int, UInt64) {
            let state = dialect.isCalled ? -1 : SiteDialect.State.allCases.firstIndex(of: dialect.state) ?? 0
            let depth = SiteDialect.Depth.allCases.firstIndex(of: dialect.depth) ?? 0
            return (state, -dialect.spam.networks - dialect.honest.networks, depth, dialect.fingerprint)
        }
        return rank(one) < rank(other)
    }

    /// Whether nobody is called.
    public var callsNobody: Bool { !dialects.contains(where: \.isCalled) }

    /// What is known of who has spoken so up to a recipient. O(1).
    public func dialect(speech: UInt64) -> SiteDialect? { speeches[speech].map { dialects[$0] } }

    /// What is known of who has spoken so up to the end of a message. O(1).
    public func dialect(course: UInt32) -> SiteDialect? { courses[UInt64(course)].map { dialects[$0] } }

    /// What is known of who greets with such a name. O(1).
    public func dialect(named: UInt64) -> SiteDialect? { names[named].map { dialects[$0] } }

    /// The hostile dialect that a session speaks, as far as a recipient tells. O(1).
    public func hostile(speech: UInt64, named: UInt64?) -> SiteDialect? {
        if let known = dialect(speech: speech), known.isCalled { return known }
        return named.flatMap { dialect(named: $0) }.flatMap { $0.isCalled ? $0 : nil }
    }

    /// The hostile dialect that a session speaks; see ``hostile(speech:named:)``. O(1).
    ///
    /// The finest depth, ``SiteDialect/Depth/course``, never calls anybody: what a program does on rare occasions, such as a
    /// refusal in the middle, may never have been seen of somebody honest. It is there to be looked at.
    public func hostile(by fingerprints: DialectFingerprints) -> SiteDialect? {
        hostile(speech: fingerprints.speech, named: fingerprints.named)
    }

    /// The state of a session: hostile where it is called, else that of its speech.
    public func state(of fingerprints: DialectFingerprints) -> SiteDialect.State {
        hostile(by: fingerprints) != nil ? .hostile : dialect(speech: fingerprints.speech)?.state ?? .unknown
    }

    /// The dialects that are called `name`: by the administrator, or by their ids.
    public func dialects(called name: String) -> [SiteDialect] { dialects.filter { $0.name == name || $0.id == name } }

    /// The same with a name and a class for every dialect that is called `old`.
    public func labelling(_ old: String, as label: SiteDialect.Label) -> SiteDialects {
        SiteDialects(
            dialects.map { dialect in
                guard dialect.name == old || dialect.id == old else { return dialect }
                var dialect = dialect
                dialect.label = label
                return dialect
            }, origin: origin)
    }

    /// The same with the names that `earlier` has for them.
    public func labelled(as earlier: SiteDialects) -> SiteDialects {
        SiteDialects(
            dialects.map { dialect in
                var dialect = dialect
                let known =
                    switch dialect.depth {
                    case .course: earlier.courses[dialect.fingerprint]
                    case .speech: earlier.speeches[dialect.fingerprint]
                    case .named: earlier.names[dialect.fingerprint]
                    }
                dialect.label = dialect.label ?? known.flatMap { earlier.dialects[$0].label }
                return dialect
            }, origin: origin)
    }
}
