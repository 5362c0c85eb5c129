/// A spammer: what his bots are told in, whom he mails and what he asks again out.
struct SimulatedSpammer: Sendable {
    /// What he does next about an address.
    enum Action: Sendable, Hashable {
        /// Nothing special.
        case goOn

        /// Has another bot ask another server, now.
        case askAnother
    }

    /// What is known of an address.
    private struct AddressMemory: Sendable {
        /// The last answers, the newest in the lowest bit; set where it was called unknown.
        var recent: UInt8 = 0
        var answers = 0
        var wasUnknown = false
        var isContradicted = false
        var isDropped = false
        /// When it is asked for again; -1 as always.
        var dueOn = -1
    }

    /// What is known of a site.
    private struct SiteMemory: Sendable {
        var addressesAsked = 0
        var addressesUnknown = 0
        var answers = 0
        var contradictions = 0
        var plantsDenied = 0
        var isDisbelieved = false
    }

    let kind: SpammerKind
    private let options: GameOptions
    private let entries: [GameWorld.Entry]
    private var addresses: [AddressMemory]
    private var sites: [SiteMemory]

    init(_ kind: SpammerKind, world: GameWorld) {
        self.kind = kind
        options = world.options
        entries = world.entries
        addresses = Array(repeating: AddressMemory(), count: entries.count)
        sites = Array(repeating: SiteMemory(), count: options.sites)
    }

    /// Whether an address is on his list still.
    func keeps(_ entry: Int) -> Bool {
        !addresses[entry].isDropped && (entries[entry].kind != .planted || kind.plants)
    }

    /// Whether he has it asked for again on a day, besides all other mail.
    func isDue(_ entry: Int, on day: Int) -> Bool { addresses[entry].dueOn == day }

    /// Whether he knows that a site has lied about an address: it was called unknown, and then it was not.
    func suspects(_ entry: Int) -> Bool { addresses[entry].isContradicted }

    /// Whether he takes a site for a liar.
    func disbelieves(_ site: Int) -> Bool { sites[site].isDisbelieved }

    /// Takes what a bot was told.
    mutating func hear(isUnknown: Bool, of entry: Int, on day: Int) -> Action {
        guard kind.heeds else { return .goOn }
        let site = entries[entry].site
        if entries[entry].kind == .planted {
            // One refusal may be a fault of the site.
            if isUnknown { sites[site].plantsDenied += 1 }
            if sites[site].plantsDenied > 1 { disbelieve(site) }
            return .goOn
        }
        note(isUnknown: isUnknown, of: entry, at: site)
        addresses[entry].dueOn = -1
        guard isUnknown, !sites[site].isDisbelieved else { return .goOn }
        let mask = UInt8(truncatingIfNeeded: (1 << kind.window) - 1)
        if (addresses[entry].recent & mask).nonzeroBitCount >= kind.answers {
            addresses[entry].isDropped = true
            return .goOn
        }
        switch kind.repetition {
        case .never: return .goOn
        case .after(let days):
            addresses[entry].dueOn = day + days
            return .goOn
        case .atOnce: return .askAnother
        }
    }

    /// Draws conclusions from what was seen of the sites.
    mutating func endOfDay() {
        guard kind.heeds else { return }
        for site in sites.indices where !sites[site].isDisbelieved {
            let seen = sites[site]
            // What sites contradict by their own faults, with room for chance.
            let faults = Double(seen.answers) * options.flapping
            let isContradictory =
                kind.answers > 1 && Double(seen.contradictions) > faults + 3 * faults.squareRoot() + 2
            if isContradictory || kind.measuresShare && isImplausible(seen) { disbelieve(site) }
        }
    }

    /// Whether more is unknown than two standard deviations above the mean of all sites, which spammers know from the time
    /// before lies.
    private func isImplausible(_ seen: SiteMemory) -> Bool {
        guard seen.addressesAsked >= 30 else { return false }
        let count = Double(seen.addressesAsked)
        let mean = options.unknownShare
        let variance = options.unknownSpread * options.unknownSpread / 3 + mean * (1 - mean) / count
        return Double(seen.addressesUnknown) / count > mean + 2 * variance.squareRoot()
    }

    private mutating func note(isUnknown: Bool, of entry: Int, at site: Int) {
        if addresses[entry].answers == 0 { sites[site].addressesAsked += 1 }
        addresses[entry].answers += 1
        sites[site].answers += 1
        if isUnknown {
            addresses[entry].recent = addresses[entry].recent << 1 | 1
            if !addresses[entry].wasUnknown { sites[site].addressesUnknown += 1 }
            addresses[entry].wasUnknown = true
        } else {
            addresses[entry].recent <<= 1
            if addresses[entry].wasUnknown, !addresses[entry].isContradicted {
                addresses[entry].isContradicted = true
                sites[site].contradictions += 1
                // Somebody was told that it exists: it is not one of the unknown any more.
                sites[site].addressesUnknown -= 1
            }
        }
    }

    /// What a liar has said is forgotten: the addresses are on the list again.
    private mutating func disbelieve(_ site: Int) {
        sites[site].isDisbelieved = true
        for entry in entries.indices where entries[entry].site == site {
            addresses[entry].isDropped = false
            addresses[entry].dueOn = -1
        }
    }
}
