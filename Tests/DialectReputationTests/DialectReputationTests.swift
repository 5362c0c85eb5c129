import DialectReputation
import Dialects
import Envelopes
import Judgements
import Keeping
import SMTP
import Seeded
import Testing

/// Who makes a dialect hostile, mixed or honest, and who does not.
struct DialectReputationTests {
    private static let now = UnixTime(seconds: 1_893_456_000)

    /// A sighting of a client in network `network` that spoke as `course` in the manner of `speech`.
    private func sighting(
        _ network: Int, organisation: Int? = nil, course: UInt32 = 7, speech: UInt64 = 9, daysAgo: Int64 = 0,
        envelope: String = "", _ judgements: [(JudgementKind, JudgementSource)] = []
    ) -> Sighting {
        let time = Self.now + -daysAgo * 86_400
        return Sighting(
            id: "s.1", time: time, client: KeyedHash(bits: UInt128(network) << 8),
            network: KeyedHash(bits: UInt128(network)),
            organisation: organisation.map { KeyedHash(bits: UInt128($0) << 64) }, vantage: .wire,
            envelope: EnvelopeSummary(text: envelope) ?? .init(text: "")!,
            dialect: DialectFingerprints(
                trace: UInt64(course) << 32 | 1, speech: speech, greeting: 1, shape: "EHLO name"),
            judgements: judgements.map { MailJudgement($0.0, from: $0.1, at: time) })
    }

    private func spam(
        _ networks: Range<Int>, organisations: Int = 5, from source: JudgementSource = .blocklist, daysAgo: Int64 = 0,
        course: UInt32 = 7
    ) -> [Sighting] {
        networks.map {
            sighting($0, organisation: $0 % organisations, course: course, daysAgo: daysAgo, [(.spam, source)])
        }
    }

    private func site(_ sightings: [Sighting], honest: Set<Int> = []) -> SiteDialects {
        var reputation = DialectReputation(at: Self.now)
        // Somebody else, long ago: the site has been watched for a while.
        reputation.add(sighting(999_999, course: 999, speech: 999, daysAgo: 30), isHonestClient: false)
        for sighting in sightings {
            reputation.add(
                sighting, isHonestClient: honest.contains { KeyedHash(bits: UInt128($0)) == sighting.network })
        }
        return reputation.dialects()
    }

    private func state(_ sightings: [Sighting], honest: Set<Int> = []) -> SiteDialect.State? {
        site(sightings, honest: honest).dialect(speech: 9)?.state
    }

    @Test func severalNetworksAndOrganisationsMakeItHostile() {
        #expect(state(spam(0..<5)) == .hostile)
        #expect(state(spam(0..<4)) == .unknown)
        #expect(state(spam(0..<200, organisations: 2)) == .unknown)
        // Those without a name are one organisation.
        #expect(state((0..<200).map { sighting($0, [(.spam, .trap)]) }) == .unknown)
    }

    @Test func unjudgedSightingsSayNothing() {
        let many = (0..<500).map { sighting($0, organisation: $0) }
        #expect(state(many) == .unknown)
        #expect(state(many + spam(0..<4)) == .unknown)
        #expect(site(many).origin.judged == 0)
    }

    @Test("Ten thousand messages of one client are one witness", arguments: JudgementSource.allCases)
    func flood(source: JudgementSource) {
        let flood = (0..<10_000).map { _ in sighting(1, organisation: 1, [(.spam, source)]) }
        #expect(state(flood) == .unknown)
    }

    @Test func whatAClientBringsAboutItselfIsNeverEnough() {
        #expect(state(spam(0..<50, from: .unknownRecipients)) == .unknown)
        #expect(state(spam(0..<50, from: .unknownRecipients) + spam(50..<100, from: .policy)) == .unknown)
        #expect(state(spam(0..<50, from: .unknownRecipients) + spam(50..<51, from: .trap)) == .hostile)
    }

    @Test func oneHonestSpeakerEndsIt() {
        let judged = sighting(900, organisation: 900, [(.honest, .correspondent)])
        #expect(state(spam(0..<200) + [judged]) == .mixed)
        #expect(state(spam(0..<200) + [sighting(901, organisation: 901)], honest: [901]) == .mixed)
        #expect(state([judged]) == .honest)
    }

    @Test func networksWithHonestClientsAreNoWitnesses() {
        let site = site(spam(0..<6) + (0..<3).map { sighting($0, organisation: $0) }, honest: [0, 1, 2])
        let dialect = site.dialect(speech: 9)
        #expect(dialect?.spam.networks == 3 && dialect?.honest.networks == 3)
    }

    @Test func theBetterRankHolds() {
        let corrected = (0..<9).map {
            sighting($0, organisation: $0, [(.spam, .blocklist), (.honest, .person), (.spam, .policy)])
        }
        #expect(state(corrected) == .honest)
        let undecided = (0..<9).map { sighting($0, organisation: $0, [(.spam, .blocklist), (.honest, .filterHeader)]) }
        #expect(state(undecided) == .unknown)
    }

    @Test func weightsHalveWithTime() {
        #expect(state(spam(0..<5, daysAgo: 1)) == .hostile)
        #expect(state(spam(0..<5, daysAgo: 14)) == .unknown)
        #expect(state(spam(0..<8, daysAgo: 14)) == .hostile)
        let old = sighting(900, organisation: 1, daysAgo: 41, [(.honest, .person)])
        #expect(state(spam(0..<5) + [old]) == .mixed)
        let weight = site(spam(0..<8, daysAgo: 14)).dialect(speech: 9)?.spam.weight ?? 0
        #expect(abs(weight - 4) < 1e-9)
        // A clock that was set back, and times that no clock shows.
        #expect(state(spam(0..<5, daysAgo: -400)) == .hostile)
    }

    @Test func theFinestDepthIsThereToBeLookedAt() {
        let honest = sighting(900, organisation: 900, course: 8, [(.honest, .person)])
        let site = site(spam(0..<9) + [honest])
        #expect(site.dialect(speech: 9)?.state == .mixed)
        #expect(site.dialect(course: 7)?.state == .hostile)
        #expect(site.hostile(by: DialectFingerprints(trace: 7 << 32, speech: 9, greeting: 1)) == nil)
        #expect(site.hostile(speech: 9, named: nil) == nil)
    }

    @Test func inACrowdThatNeverComesBackThreeAreEnough() {
        func crowd(_ networks: Int, organisations: Int, days: Int = 3) -> [Sighting] {
            (100..<(100 + networks)).map {
                sighting($0, organisation: 1_000 + $0 % organisations, daysAgo: Int64($0 % days))
            }
        }
        #expect(state(spam(0..<3) + crowd(60, organisations: 20)) == .hostile)
        #expect(state(spam(0..<2) + crowd(60, organisations: 20)) == .unknown)
        #expect(state(spam(0..<3) + crowd(40, organisations: 20)) == .unknown)
        #expect(state(spam(0..<3) + crowd(60, organisations: 2)) == .unknown)
        #expect(state(spam(0..<3) + crowd(60, organisations: 20, days: 1)) == .unknown)
        #expect(state(spam(0..<3) + crowd(60, organisations: 20), honest: [130]) == .mixed)
    }

    @Test func aYoungSiteCallsNobody() {
        var reputation = DialectReputation(at: Self.now)
        for one in spam(0..<50, daysAgo: 3) { reputation.add(one, isHonestClient: false) }
        #expect(reputation.dialects().dialect(speech: 9)?.state == .unknown)
        reputation.add(sighting(1, course: 1, speech: 1, daysAgo: 4), isHonestClient: false)
        #expect(reputation.dialects().dialect(speech: 9)?.state == .hostile)
    }

    @Test func aNameThatABotBringsAlongIsRecognisedInWhateverSpeech() {
        func named(_ name: UInt64, _ network: Int, _ judgements: [(JudgementKind, JudgementSource)]) -> Sighting {
            var one = sighting(
                network, organisation: network, course: UInt32(network % 2), speech: UInt64(network % 2), judgements)
            one.dialect?.named = name
            return one
        }
        let honest = (900..<910).map { named(UInt64($0), $0, [(.honest, .person)]) }
        let site = site((0..<6).map { named(42, $0, [(.spam, .blocklist)]) } + honest)
        #expect(site.hostile(speech: 0, named: 42)?.depth == .named)
        #expect(site.hostile(speech: 0, named: 900) == nil && site.hostile(speech: 0, named: nil) == nil)
        let prints = DialectFingerprints(trace: 0, speech: 0, greeting: 1, named: 42)
        #expect(site.hostile(by: prints)?.depth == .named && site.state(of: prints) == .hostile)
    }

    @Test func itDoesNotDependOnTheOrder() {
        var generator = SeededGenerator(seed: 8)
        let all =
            spam(0..<9) + spam(3..<12, from: .trap, daysAgo: 3)
            + (0..<30).map { sighting($0 + 100, organisation: $0, course: UInt32($0 % 3), daysAgo: Int64($0 % 5)) }
        let expected = site(all, honest: [100, 104])
        for _ in 0..<5 { #expect(site(all.shuffled(using: &generator), honest: [100, 104]) == expected) }
    }

    @Test func inventedDialectsPushOutNobodyElses() {
        var rules = ReputationRules()
        rules.mostFingerprints = 50
        var reputation = DialectReputation(at: Self.now, rules: rules)
        reputation.add(sighting(999_999, course: 999, speech: 999, daysAgo: 30), isHonestClient: false)
        for one in spam(0..<9) { reputation.add(one, isHonestClient: false) }
        for number in 0..<5_000 {
            reputation.add(
                sighting(1, organisation: 1, course: UInt32(number + 100), speech: UInt64(number + 100)),
                isHonestClient: false)
        }
        let site = reputation.dialects()
        #expect(site.dialect(speech: 9)?.state == .hostile)
        #expect(site.dialects.count <= 3 * rules.mostFingerprints + 2)
    }

    @Test func whatTellsMixedDialectsApartIsTold() throws {
        let bots = (0..<9).map {
            sighting($0, organisation: $0, envelope: "helo.form single\nname.state missing", [(.spam, .blocklist)])
        }
        let people = (100..<109).map {
            sighting($0, organisation: $0, envelope: "helo.form fqdn\nname.state missing", [(.honest, .person)])
        }
        let store = FixedSightings(sightings: bots + people)
        let site = try DialectReputation.dialects(
            of: store, since: UnixTime(seconds: 0), at: Self.now, knowing: DialectModel(dialects: [])
        ) { _ in
            false
        }
        let dialect = try #require(site.dialect(speech: 9))
        #expect(dialect.state == .mixed)
        #expect(dialect.distinctions == [SiteDialect.Distinction(aspect: "helo", difference: 1)])
    }

    /// Sightings that nobody adds to.
    private struct FixedSightings: Sightings {
        let sightings: [Sighting]

        func sightings(since: UnixTime, _ take: (Sighting) -> Void) throws(StoreError) -> Int {
            for sighting in sightings where sighting.time >= since { take(sighting) }
            return 0
        }

        func judge(_ name: MessageName, _ judgement: MailJudgement) throws(StoreError) -> Int { 0 }

        func sightingsLeftOut(since: UnixTime) throws(StoreError) -> Int { 0 }

        func judgementReport(since: UnixTime) throws(StoreError) -> JudgementReport { JudgementReport() }

        func unreadReplies(limit: Int) throws(StoreError) -> [UnreadReply] { [] }
    }
}
