import Glibc

/// Who writes to each recipient domain, as decayed counts of senders: each sender's row weighs one in all, spread over
/// its domains by log(1 + mails), so no sender speaks louder by volume.
public struct DomainEvidence: Sendable {
    /// Weight of senders labelled spam, by domain number.
    public internal(set) var spam: [Double] = []

    /// Weight of the background: senders known as honest, and unlabelled ones at a lower weight.
    public internal(set) var background: [Double] = []

    /// Senders of any kind that reached the domain, each counted once a period: how popular it is.
    public internal(set) var senders: [Double] = []

    /// Weight of all spam senders.
    public internal(set) var spamTotal = 0.0

    /// Weight of all background senders.
    public internal(set) var backgroundTotal = 0.0

    /// The share of each side that behaves like the other, see `Contamination`.
    var contamination = 0.0

    /// Pseudo-counts of a domain before anything is known of it.
    public internal(set) var prior: (spam: Double, background: Double) = (0.5, 0.5)

    /// Nothing known.
    public init() {}

    /// Multiplies all weights by `factor`.
    mutating func decay(by factor: Double) {
        guard factor < 1 else { return }
        for number in spam.indices {
            spam[number] *= factor
            background[number] *= factor
            senders[number] *= factor
        }
        spamTotal *= factor
        backgroundTotal *= factor
    }

    mutating func reserve(through domain: UInt32) {
        let missing = Int(domain) + 1 - spam.count
        guard missing > 0 else { return }
        spam += [Double](repeating: 0, count: missing)
        background += [Double](repeating: 0, count: missing)
        senders += [Double](repeating: 0, count: missing)
    }

    /// Adds a sender's row. `backgroundWeight` is what the sender weighs in the background, 0 for spam senders.
    mutating func add(_ row: SenderRow, isSpam: Bool, backgroundWeight: Double, sensors: SensorTrust) {
        var sum = 0.0
        for (domain, count) in zip(row.domains, row.counts) where sensors.isTrusted(domain) {
            sum += log1p(Double(count))
        }
        guard sum > 0, let last = row.domains.last else { return }
        reserve(through: last)
        for (domain, count) in zip(row.domains, row.counts) where sensors.isTrusted(domain) {
            let share = log1p(Double(count)) / sum
            senders[Int(domain)] += 1
            if isSpam { spam[Int(domain)] += share } else { background[Int(domain)] += share * backgroundWeight }
        }
        if isSpam { spamTotal += 1 } else { backgroundTotal += backgroundWeight }
    }

    /// The weight of evidence of one mail to `domain`: log odds of spam among the domain's senders, less the log odds
    /// among all senders. 0 while one side is unknown altogether.
    ///
    /// `without` takes a row's own contribution out (spam and background weight), to judge the row by others only.
    func weight(of domain: UInt32, without own: (spam: Double, background: Double) = (0, 0)) -> Double {
        guard spamTotal > 0, backgroundTotal > 0 else { return 0 }
        let number = Int(domain)
        let spamHere = number < spam.count ? max(spam[number] - own.spam, 0) : 0
        let backgroundHere = number < spam.count ? max(background[number] - own.background, 0) : 0
        let ratio =
            log((spamHere + prior.spam) / (backgroundHere + prior.background)) - log(spamTotal / backgroundTotal)
        return Contamination.bounded(ratio, epsilon: contamination)
    }

    /// How much a domain counts in the average over a row: popular domains tell little, and cost a spammer nothing to
    /// add as camouflage (the column weight of FRAUDAR, 2016).
    func discount(of domain: UInt32) -> Double {
        let number = Int(domain)
        return 1 / log((number < senders.count ? senders[number] : 0) + 5)
    }

    /// Chooses the pseudo-counts by empirical Bayes: each domain's senders are draws from the domain's own share of
    /// spam, these shares follow one beta distribution, and the most likely one on a fixed grid is taken. So an unknown
    /// domain is judged as domains here usually are, and a domain with two senders not as if it were certain.
    mutating func fitPrior() {
        let known = spam.indices.filter { spam[$0] + background[$0] > 0 }
        guard known.count > 1, spamTotal > 0, backgroundTotal > 0 else {
            prior = (0.5, 0.5)
            return
        }
        var best = -Double.infinity
        for mean in [0.02, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98] {
            for strength in [0.1, 0.2, 0.5, 1, 2, 4, 8, 16] {
                let (a, b) = (mean * strength, (1 - mean) * strength)
                let constant = logGamma(strength) - logGamma(a) - logGamma(b)
                var likelihood = 0.0
                for number in known {
                    likelihood += logGamma(spam[number] + a) + logGamma(background[number] + b)
                    likelihood += constant - logGamma(spam[number] + background[number] + strength)
                }
                if likelihood > best {
                    best = likelihood
                    prior = (a, b)
                }
            }
        }
    }

    /// log Γ(x) for x > 0 by Stirling's series after shifting x above 8; about 1e-11. The C library's writes a global.
    private func logGamma(_ x: Double) -> Double {
        var (x, shift) = (x, 1.0)
        while x < 8 {
            shift *= x
            x += 1
        }
        let inverse = 1 / (x * x)
        let series = (1 / 12.0 - inverse * (1 / 360.0 - inverse * (1 / 1260.0 - inverse / 1680.0))) / x
        return (x - 0.5) * log(x) - x + 0.918_938_533_204_672_7 + series - log(shift)
    }
}
