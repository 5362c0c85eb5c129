/// One game: a spammer of some kind against sites that lie at some rate. The same options, kind, rate and seed give the
/// same game, and all games of a seed have the same list, bots and days.
public struct LieGame: Sendable {
    private let world: GameWorld
    private let rate: LieRate
    private var spammer: SimulatedSpammer
    private var sites: [SimulatedSite]
    private var wasLiedAbout: [Bool]
    private var wasDetected: [Bool]
    private var outcome = GameOutcome()

    init(_ kind: SpammerKind, rate: LieRate, world: GameWorld) {
        self.world = world
        self.rate = rate
        spammer = SimulatedSpammer(kind, world: world)
        sites = (0..<world.options.sites).map { site in
            SimulatedSite(
                isLying: world.lies(site), rate: rate, options: world.options, lottery: world.lotteries[site])
        }
        wasLiedAbout = Array(repeating: false, count: world.entries.count)
        wasDetected = wasLiedAbout
    }

    /// Plays a game to its end. O(days · list).
    public static func play(
        _ kind: SpammerKind, rate: LieRate, options: GameOptions, seed: UInt64
    ) -> GameOutcome {
        var game = LieGame(kind, rate: rate, world: GameWorld(options, seed: seed))
        return game.play()
    }

    /// Plays a game to its end.
    mutating func play() -> GameOutcome {
        for day in 0..<world.options.days {
            for entry in world.entries.indices where spammer.keeps(entry) {
                let isMailed = world.chance.unit(.mails, entry, day) < world.options.mailsPerDay
                guard isMailed || spammer.isDue(entry, on: day) else { continue }
                var attempt = 0
                while ask(for: entry, on: day, attempt: attempt) == .askAnother, attempt < 7 { attempt += 1 }
            }
            spammer.endOfDay()
        }
        settle()
        return outcome
    }

    private mutating func ask(for entry: Int, on day: Int, attempt: Int) -> SimulatedSpammer.Action {
        let chance = world.chance
        let options = world.options
        // Those who are asked at once are different bots at different servers.
        let slot = (chance.below(options.bots, .bot, entry, day) + attempt) % max(1, options.bots)
        let server = (chance.below(options.servers, .server, entry, day) + attempt) % max(1, options.servers)
        let network = world.network(slot: slot, day: day)
        let target = world.entries[entry]
        let isJudged = world.isJudged(network: network)
        let answer = sites[target.site].answer(
            SimulatedSite.Request(
                recipient: entry, kind: target.kind, network: network, server: server, isJudged: isJudged,
                isFlapping: chance.unit(.flapping, entry, day, attempt) < options.flapping, day: day))
        if world.lies(target.site) {
            outcome.requests += 1
            if target.kind == .unknown { outcome.wasted += 1 }
            if isJudged, target.kind == .live { wasDetected[entry] = true }
            switch answer {
            case .accepted where target.kind == .live:
                outcome.delivered += 1
                if day >= options.days - options.days / 3 { outcome.deliveredLate += 1 }
            case .unknown(isLie: true):
                outcome.lies += 1
                wasLiedAbout[entry] = true
            case .accepted, .deferred, .unknown: break
            }
        }
        return spammer.hear(isUnknown: answer.isUnknown, of: entry, on: day)
    }

    /// Counts what each side has when it is over.
    private mutating func settle() {
        for entry in world.entries.indices where world.lies(world.entries[entry].site) {
            let isDropped = world.entries[entry].kind != .planted && !spammer.keeps(entry)
            switch world.entries[entry].kind {
            case .live:
                outcome.live += 1
                if isDropped { outcome.liveDropped += 1 }
                if wasDetected[entry] { outcome.liveDetected += 1 }
            case .trap:
                outcome.traps += 1
                if isDropped { outcome.trapsDropped += 1 }
            case .unknown:
                outcome.unknown += 1
                if isDropped { outcome.unknownDropped += 1 }
            case .planted: break
            }
        }
        for entry in world.entries.indices {
            outcome.addressesFound.count(isTrue: wasLiedAbout[entry], isFound: spammer.suspects(entry))
        }
        for site in sites.indices {
            outcome.sitesFound.count(isTrue: sites[site].lies > 0, isFound: spammer.disbelieves(site))
        }
    }
}
