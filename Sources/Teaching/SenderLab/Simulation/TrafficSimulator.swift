import Glibc
import SMTP
import Spectral

/// Makes traffic with known truth: campaigns of bots and honest senders over the recipient domains of a site.
///
/// Deterministic: the same options and evasion give the same mails.
public struct TrafficSimulator: Sendable {
    private struct Bot {
        let address: ClientAddress
        let campaign: Int
        let born: Int
        var isMissed: Bool
    }

    private struct Honest {
        let address: ClientAddress
        let domains: [Int]
        let isRelay: Bool
    }

    private let options: SimulationOptions
    private let evasion: Evasion
    private var generator: SplitMix64
    /// Running sums of popularity.
    private var honestPopularity: [Double] = []
    /// The domains, those most popular with honest senders first.
    private(set) var popularWithHonest: [Int] = []
    private var campaignLists: [[Int]] = []
    private var campaignWeights: [[Double]] = []
    private var campaignSizes: [Double] = []

    /// A simulator. With an `evasion`, every second campaign practises it.
    public init(options: SimulationOptions = SimulationOptions(), evasion: Evasion = .none) {
        self.options = options
        self.evasion = evasion
        generator = SplitMix64(seed: options.seed)
        layOut()
    }

    /// The target lists of the campaigns.
    var lists: [Set<Int>] { campaignLists.map { Set($0) } }

    /// Whether a campaign's bots evade.
    public static func evades(_ campaign: Int) -> Bool { campaign % 2 == 1 }

    /// All mails in order of time.
    public mutating func mails(progress: (Int, Int) -> Void = { _, _ in }) -> [SimulatedMail] {
        let honest = makeHonest()
        var bots: [Bot] = []
        var mails: [SimulatedMail] = []
        for period in 0..<options.periods {
            bots.removeAll { _ in generator.chance(1 / max(options.botLife, 1)) }
            while bots.count < options.bots { bots.append(makeBot(period)) }
            for bot in bots { send(bot, period, &mails) }
            for sender in honest where generator.chance(options.honestActivity) { send(sender, period, &mails) }
            progress(period + 1, options.periods)
        }
        return mails.enumerated()
            .sorted { $0.element.time != $1.element.time ? $0.element.time < $1.element.time : $0.offset < $1.offset }
            .map(\.element)
    }

    private mutating func layOut() {
        let count = options.domains
        // Zipf 1.1 over a random order of the domains for honest mail; the spammers' favourites follow the same order
        // as far as the knob says.
        let honestOrder = generator.permutation(count)
        let spamOrder = generator.permutation(count)
        popularWithHonest = honestOrder
        func zipf(_ order: [Int]) -> [Double] {
            var weights = [Double](repeating: 0, count: count)
            for (rank, domain) in order.enumerated() { weights[domain] = pow(Double(rank + 1), -1.1) }
            return weights
        }
        let honest = zipf(honestOrder)
        let other = zipf(spamOrder)
        honestPopularity = Self.runningSums(honest)
        let mix = options.popularityCorrelation
        let favour = zip(honest, other).map { mix * $0 + (1 - mix) * $1 }
        let smallest = Double(min(options.smallestList, count))
        let largest = max(Double(count) * 0.9, smallest)
        for campaign in 0..<options.campaigns {
            let size = Int(exp(log(smallest) + generator.unit() * (log(largest) - log(smallest))))
            // Lists are drawn without return, favourites first by exponential races; flat enough that nine tenths of
            // the spam take most domains, as published.
            let race = (0..<count).map { ($0, -log(1 - generator.unit()) / pow(favour[$0], 0.3)) }
            let list = race.sorted { $0.1 != $1.1 ? $0.1 < $1.1 : $0.0 < $1.0 }.prefix(max(size, 1)).map(\.0).sorted()
            campaignLists.append(list)
            // Gamma(2) weights.
            let weights = list.map { _ in -log(1 - generator.unit()) - log(1 - generator.unit()) }
            campaignWeights.append(Self.runningSums(weights))
            campaignSizes.append(1 / Double(campaign + 1))
        }
        campaignSizes = Self.runningSums(campaignSizes)
    }

    private static func runningSums(_ weights: [Double]) -> [Double] {
        var sum = 0.0
        return weights.map {
            sum += $0
            return sum
        }
    }

    /// Bots sit in 10.0 to 10.199, honest senders in 10.200 to 10.255, unless the knob puts them among the bots.
    private mutating func address(amongBots: Bool) -> ClientAddress {
        let second = amongBots ? generator.below(200) : 200 + generator.below(56)
        return ClientAddress(ipv4: 10 << 24 | UInt32(second) << 16 | UInt32(generator.below(1 << 16)))
    }

    private mutating func makeBot(_ period: Int) -> Bot {
        Bot(
            address: address(amongBots: true), campaign: generator.draw(campaignSizes), born: period,
            isMissed: generator.chance(options.blocklistMiss))
    }

    private mutating func makeHonest() -> [Honest] {
        let active = Double(options.bots) * options.honestShare / max(1 - options.honestShare, 0.01)
        let count = Int(active / max(options.honestActivity, 0.01))
        return (0..<count).map { _ in
            let isRelay = generator.chance(options.relayShare)
            let wanted =
                isRelay
                ? 5 + generator.below(56) : generator.chance(options.honestMultiShare) ? 2 + generator.below(3) : 1
            var domains: Set<Int> = []
            var tries = 0
            while domains.count < min(wanted, options.domains), tries < wanted * 20 {
                domains.insert(generator.draw(honestPopularity))
                tries += 1
            }
            let amongBots = generator.chance(options.sharedNetworks)
            return Honest(address: address(amongBots: amongBots), domains: domains.sorted(), isRelay: isRelay)
        }
    }

    private mutating func moment(_ period: Int) -> UnixTime {
        UnixTime(seconds: 1_175_000_000 + Int64(period) * options.periodSeconds)
            + Int64(generator.unit() * Double(options.periodSeconds))
    }

    private mutating func send(_ bot: Bot, _ period: Int, _ mails: inout [SimulatedMail]) {
        let isEvading = evasion != .none && Self.evades(bot.campaign)
        let list = campaignLists[bot.campaign]
        let isMulti = generator.chance(options.multiDomainShare)
        var wanted = isMulti ? 1 + generator.geometric(mean: options.domainsPerBot - 1) : 1
        if isEvading, evasion == .oneDomain || evasion == .oneMail { wanted = 1 }
        wanted = min(wanted, list.count)
        var targets: Set<Int> = []
        var tries = 0
        while targets.count < wanted, tries < wanted * 20 {
            tries += 1
            targets.insert(
                isEvading && evasion == .mimicry
                    ? generator.draw(honestPopularity) : list[generator.draw(campaignWeights[bot.campaign])])
        }
        let isListed = !bot.isMissed || bot.born < period
        func mail(_ domain: Int, _ time: UnixTime) -> SimulatedMail {
            SimulatedMail(
                time: time, sender: bot.address, domain: domain, campaign: bot.campaign, isListed: isListed)
        }
        for domain in targets.sorted() {
            var count = generator.geometric(mean: options.mailsPerDomain)
            if isEvading, evasion == .oneMail { count = 1 }
            if isEvading, evasion == .repetition { count *= 4 }
            for _ in 0..<count {
                mails.append(mail(domain, moment(period)))
                guard isEvading, evasion == .camouflage else { continue }
                for _ in 0..<3 { mails.append(mail(generator.draw(honestPopularity), moment(period))) }
            }
        }
    }

    private mutating func send(_ sender: Honest, _ period: Int, _ mails: inout [SimulatedMail]) {
        for domain in sender.domains {
            let count = sender.isRelay ? generator.geometric(mean: 8) : generator.geometric(mean: 2)
            for _ in 0..<count {
                mails.append(
                    SimulatedMail(
                        time: moment(period), sender: sender.address, domain: domain, campaign: nil, isListed: false))
            }
        }
    }
}
