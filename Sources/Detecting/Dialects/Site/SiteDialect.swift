public import SMTP

/// What a site has learned of one way to speak, from what others have judged of who speaks so.
public struct SiteDialect: Sendable, Hashable {
    /// How much of a session makes the dialect.
    public enum Depth: String, Sendable, Hashable, CaseIterable {
        /// The commands up to the end of the message: ``DialectFingerprints/course``.
        case course

        /// The commands up to the first recipient: ``DialectFingerprints/speech``.
        case speech

        /// The greeting and the name that it gave, if that is not the host's own: ``DialectFingerprints/named``.
        case named
    }

    /// What the judgements amount to.
    public enum State: String, Sendable, Hashable, CaseIterable {
        /// Independent networks and organisations were judged spam, nobody who speaks so was ever honest, and no honest
        /// software is known that does.
        case hostile

        /// Both were, or honest software is known to speak so: by this alone nobody can tell.
        case mixed

        /// Somebody honest speaks so, and nobody was judged spam.
        case honest

        /// Too little is known. That says nothing against anybody.
        case unknown
    }

    /// Who was judged one way or the other.
    public struct Side: Sendable, Hashable {
        /// Distinct networks (/24, /64).
        public var networks: Int

        /// Distinct organisations; all clients without a verified name count as one.
        public var organisations: Int

        /// Sightings.
        public var sightings: Int

        /// Distinct days.
        public var days: Int

        /// The networks, each by the age of its newest sighting: half after each half-life.
        public var weight: Double

        /// A side from its parts.
        public init(networks: Int = 0, organisations: Int = 0, sightings: Int = 0, days: Int = 0, weight: Double = 0) {
            self.networks = networks
            self.organisations = organisations
            self.sightings = sightings
            self.days = days
            self.weight = weight
        }
    }

    /// What else tells the honest speakers of a mixed dialect from the others, and how well: the largest difference
    /// between their shares that any one answer makes, 0...1.
    public struct Distinction: Sendable, Hashable {
        /// What it looks at: `helo`, `names`, `headers`, `aim`.
        public var aspect: String

        /// How well it tells them apart.
        public var difference: Double

        /// A distinction from its parts.
        public init(aspect: String, difference: Double) {
            self.aspect = aspect
            self.difference = difference
        }
    }

    /// The name and class that the administrator gave.
    public struct Label: Sendable, Hashable {
        /// The name.
        public var name: String

        /// The class.
        public var dialectClass: DialectClass

        /// A label from its parts.
        public init(name: String, dialectClass: DialectClass) {
            self.name = name
            self.dialectClass = dialectClass
        }
    }

    /// How much of a session it is.
    public var depth: Depth

    /// The fingerprint at that depth.
    public var fingerprint: UInt64

    /// Where it was seen from.
    public var vantage: Vantage

    /// What the judgements amount to.
    public var state: State

    /// The commands; at the depth of ``Depth/speech`` those of one session that speaks so.
    public var shape: String

    /// The administrator's name for it, if any.
    public var label: Label?

    /// All sightings, judged or not.
    public var sightings: Int

    /// All networks, judged or not; at most what is remembered of one dialect.
    public var networks: Int

    /// Who was judged spam, networks with honest clients aside.
    public var spam: Side

    /// Who was honest.
    public var honest: Side

    /// How many networks each source has judged, by its word, both ways.
    public var sources: [String: Int]

    /// What would tell its speakers apart, if it is mixed; the best first.
    public var distinctions: [Distinction]

    /// A dialect from its parts.
    public init(
        depth: Depth, fingerprint: UInt64, vantage: Vantage, state: State, shape: String, label: Label? = nil,
        sightings: Int = 0, networks: Int = 0, spam: Side = Side(), honest: Side = Side(),
        sources: [String: Int] = [:], distinctions: [Distinction] = []
    ) {
        self.depth = depth
        self.fingerprint = fingerprint
        self.vantage = vantage
        self.state = state
        self.shape = shape
        self.label = label
        self.sightings = sightings
        self.networks = networks
        self.spam = spam
        self.honest = honest
        self.sources = sources
        self.distinctions = distinctions
    }

    /// What it is called where nobody has named it: `site-` and eight hexadecimal digits.
    public var id: String {
        let bits = depth == .course ? fingerprint : fingerprint >> 32
        return "site-" + UInt32(truncatingIfNeeded: bits).padded(to: 8, radix: 16)
    }

    /// The administrator's name, or what it is called without one.
    public var name: String { label?.name ?? id }

    /// Whether it counts against its speakers: the administrator's word says so, or judgements where there is none.
    public var isCalled: Bool { label?.dialectClass.isHostile ?? (state == .hostile) }
}
