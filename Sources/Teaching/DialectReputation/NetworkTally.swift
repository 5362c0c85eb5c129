import Dialects
import SMTP

/// The networks of one side of a fingerprint, bounded: how new the newest sighting of each is, and whose they are.
struct NetworkTally {
    private struct Network {
        var newest: UnixTime
        var organisation: KeyedHash?
    }

    private var networks: [KeyedHash: Network] = [:]
    private var days: Set<Int64> = []
    private var sightings = 0

    var count: Int { networks.count }

    func contains(_ network: KeyedHash) -> Bool { networks[network] != nil }

    /// Adds a sighting; of a new network only while there is room.
    mutating func add(_ network: KeyedHash, of organisation: KeyedHash?, at time: UnixTime, most: Int) {
        sightings += 1
        if days.count < 400 { days.insert(time.seconds / 86_400) }
        if var known = networks[network] {
            known.newest = max(known.newest, time)
            known.organisation = known.organisation ?? organisation
            networks[network] = known
        } else if networks.count < most {
            networks[network] = Network(newest: time, organisation: organisation)
        }
    }

    /// The side as it is now, networks of `other` aside.
    func side(at now: UnixTime, halfLife: Int64, without other: NetworkTally? = nil) -> SiteDialect.Side {
        var organisations: Set<KeyedHash> = []
        var hasNameless = false
        var weight = 0.0
        var count = 0
        for (key, network) in networks where other?.contains(key) != true {
            count += 1
            if let organisation = network.organisation {
                organisations.insert(organisation)
            } else {
                hasNameless = true
            }
            weight += Self.weight(network.newest, at: now, halfLife: halfLife)
        }
        return SiteDialect.Side(
            networks: count, organisations: organisations.count + (hasNameless ? 1 : 0), sightings: sightings,
            days: days.count, weight: (weight * 1_000).rounded() / 1_000)
    }

    /// 1 for what is new, half of it after each half-life.
    static func weight(_ time: UnixTime, at now: UnixTime, halfLife: Int64) -> Double {
        var weight = 1.0
        var age = Double(time.age(at: now)) / Double(max(1, halfLife))
        // Without a power function: whole halvings, then a straight line between two of them.
        while age >= 1, weight > 1e-6 {
            weight /= 2
            age -= 1
        }
        return weight * (1 - min(age, 1) / 2)
    }
}
