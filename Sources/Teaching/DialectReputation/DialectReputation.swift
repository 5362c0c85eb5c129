public import Dialects
public import Keeping
public import SMTP

/// What a site's sightings say of how its clients speak: sightings in, ``SiteDialects`` out.
///
/// A pure function of what it was given, in any order as long as its bounds are not met. Every fingerprint is judged by
/// networks and organisations, never by messages: ten thousand messages of one client are one witness.
///
/// A message that nobody judged teaches nothing, unless its client is honest by its own standing. A fingerprint that
/// nobody honest speaks and that was judged spam by ``ReputationRules`` is hostile; one unknown to all says nothing.
/// What a model knows of honest software counts as well: a site that has not met such software yet may meet it tomorrow, so
/// a fingerprint that it could leave is mixed, whoever has left it here.
public struct DialectReputation {
    private struct Key: Hashable {
        let depth: SiteDialect.Depth
        let fingerprint: UInt64
    }

    private let rules: ReputationRules
    private let now: UnixTime
    private var evidence: [Key: FingerprintEvidence] = [:]
    private var count = 0
    private var judged = 0
    private var oldest = UnixTime(seconds: .max)

    /// A reputation of nothing yet, as of `now`.
    public init(at now: UnixTime, rules: ReputationRules = ReputationRules()) {
        self.now = now
        self.rules = rules
    }

    /// Adds a sighting; one without fingerprints adds nothing. O(length of the shape), now and then O(fingerprints).
    ///
    /// - Parameter isHonestClient: whether its client has earned a standing of its own, by coming back on several days:
    ///   who it is says the caller's learner.
    public mutating func add(_ sighting: Sighting, isHonestClient: Bool) {
        guard let prints = sighting.dialect else { return }
        count += 1
        let witness = Witness(sighting, isHonestClient: isHonestClient)
        if witness.kind != nil { judged += 1 }
        oldest = min(oldest, sighting.time)
        var keys = [
            Key(depth: .course, fingerprint: UInt64(prints.course)), Key(depth: .speech, fingerprint: prints.speech),
        ]
        if let named = prints.named { keys.append(Key(depth: .named, fingerprint: named)) }
        for key in keys {
            evidence[key, default: FingerprintEvidence(vantage: sighting.vantage, shape: prints.shape)]
                .add(witness, rules: rules)
        }
        if evidence.count > rules.mostFingerprints * 3 { forget() }
    }

    /// Leaves out half of the fingerprints: those with the fewest judged networks. A stranger who invents dialects pushes
    /// out what nobody has judged, and himself.
    private mutating func forget() {
        let order = evidence.sorted {
            ($1.value.judged, $0.key.fingerprint) < ($0.value.judged, $1.key.fingerprint)
        }
        evidence = Dictionary(
            uniqueKeysWithValues: order.prefix(rules.mostFingerprints).map { ($0.key, $0.value) })
    }

    /// The dialects, with the names that the administrator gave to `earlier` ones.
    ///
    /// - Parameters:
    ///   - software: how honest software is known to speak; without it only what was met here counts.
    ///   - study: what would tell the speakers of mixed dialects apart; see ``MixedDialectStudy``.
    public func dialects(
        named earlier: SiteDialects = SiteDialects([]), software: DialectVoices? = nil, study: MixedDialectStudy? = nil
    ) -> SiteDialects {
        let isMature = now - oldest >= rules.leastAge
        let all = evidence.map { key, evidence in
            var dialect = evidence.dialect(key.depth, key.fingerprint, at: now, rules: rules)
            if dialect.state == .hostile, !isMature { dialect.state = .unknown }
            if dialect.state == .hostile, let software, !software.names(like: dialect).isEmpty {
                dialect.state = .mixed
            }
            if dialect.state == .mixed, let study {
                dialect.distinctions = study.distinctions(key.depth, key.fingerprint)
            }
            return dialect
        }
        return SiteDialects(all, origin: SiteDialects.Origin(time: now, sightings: count, judged: judged))
            .labelled(as: earlier)
    }

    /// What a store's sightings say, read twice: once to judge, once to study what is mixed.
    ///
    /// - Parameters:
    ///   - model: the dialects whose honest ones nobody is called for.
    ///   - isHonest: whether the client of a sighting has earned a standing of its own.
    public static func dialects(
        of store: some Sightings, since: UnixTime, at now: UnixTime, named earlier: SiteDialects = SiteDialects([]),
        knowing model: DialectModel, rules: ReputationRules = ReputationRules(), isHonest: (Sighting) -> Bool
    ) throws(StoreError) -> SiteDialects {
        var reputation = DialectReputation(at: now, rules: rules)
        try store.sightings(since: since) { reputation.add($0, isHonestClient: isHonest($0)) }
        let hostile = reputation.dialects().dialects.filter { $0.state == .hostile }
        let software = DialectVoices(ofHonestSoftwareIn: model, at: Set(hostile.map(\.vantage)))
        let mixed = reputation.dialects(software: software).dialects.filter { $0.state == .mixed }
        guard !mixed.isEmpty else { return reputation.dialects(named: earlier, software: software) }
        var study = MixedDialectStudy(of: mixed)
        try store.sightings(since: since) { study.add($0, isHonestClient: isHonest($0)) }
        return reputation.dialects(named: earlier, software: software, study: study)
    }
}

extension DialectReputation {
    /// The same, where nobody says who is honest: clients that come back are (``ReturningClients``).
    public static func dialects(
        of store: some Sightings, since: UnixTime, at now: UnixTime, named earlier: SiteDialects = SiteDialects([]),
        knowing model: DialectModel, rules: ReputationRules = ReputationRules()
    ) throws(StoreError) -> SiteDialects {
        var clients = ReturningClients()
        try store.sightings(since: since) { clients.add($0) }
        return try dialects(of: store, since: since, at: now, named: earlier, knowing: model, rules: rules) {
            clients.isHonest($0)
        }
    }
}
