/// The list of a spammer, and the truth about it.
struct GameWorld: Sendable {
    /// What an entry is.
    enum Kind: Sendable, Hashable {
        /// Somebody reads it.
        case live

        /// It does not exist.
        case unknown

        /// It exists to be written to by spammers.
        case trap

        /// It exists, and the spammer owns it.
        case planted
    }

    /// An address on the list.
    struct Entry: Sendable, Hashable {
        let site: Int
        let kind: Kind
    }

    let options: GameOptions
    let chance: Chance
    /// The list; what is planted comes last.
    private(set) var entries: [Entry] = []
    /// The lottery of each site.
    private(set) var lotteries: [LieLottery] = []

    init(_ options: GameOptions, seed: UInt64) {
        self.options = options
        chance = Chance(seed: seed)
        for site in 0..<options.sites {
            let shift = (2 * chance.unit(.unknownShare, site) - 1) * options.unknownSpread
            let unknown = min(1, max(0, options.unknownShare + shift))
            for number in 0..<options.addresses {
                let draw = chance.unit(.kind, site, number)
                let isTrap = draw >= unknown && draw < unknown + options.trapShare
                entries.append(Entry(site: site, kind: draw < unknown ? .unknown : isTrap ? .trap : .live))
            }
        }
        for site in 0..<options.sites where chance.unit(.seeds, site) < options.plantedShare {
            for _ in 0..<options.plants { entries.append(Entry(site: site, kind: .planted)) }
        }
        lotteries = (0..<options.sites).map { site in
            LieLottery(
                site: site, chance: chance, options: options,
                recipients: entries.indices.filter { entries[$0].site == site && lies(site) })
        }
    }

    /// Whether a site lies. Its share of unknown addresses does not depend on it.
    func lies(_ site: Int) -> Bool { Double(site) + 0.5 < Double(options.sites) * options.lyingShare }

    /// The network of the bot that sits in a slot on a day: another one after each life.
    func network(slot: Int, day: Int) -> Int {
        let life = max(1, options.botLife)
        let age = day + chance.below(life, .phase, slot)
        return (age / life) &* options.bots &+ slot
    }

    /// Whether sites judge the bots of a network certain: how it speaks, and what its host is, are the same everywhere.
    func isJudged(network: Int) -> Bool { chance.unit(.judged, network) < options.recall }
}
