import Glibc
public import SpamTracker

/// How well a site's recipient domains serve as sensors (SpamTracker, section 6.5): clusters need senders that reach
/// several domains, spread evenly.
public struct SensorPlacement: Sendable {
    /// One domain.
    public struct Sensor: Sendable {
        /// Its number.
        public let domain: UInt32

        /// Mails to it.
        public let mails: UInt64

        /// Senders that wrote to it.
        public let senders: Int

        /// The share of them that wrote to other domains too; without them the sensor joins nothing.
        public let multiDomainShare: Double
    }

    /// Domains with a mail.
    public let domainCount: Int

    /// Senders.
    public let senderCount: Int

    /// Entropy of the mails over domains, as a share of the largest possible: 1 when all domains get equally many.
    public let evenness: Double

    /// The fewest domains that together get 90 % of the mails; in the paper's data 84 of 115.
    public let domainsOfNineTenths: Int

    /// The share of senders that wrote to two or more domains; in the paper's data about 15 %.
    public let multiDomainShare: Double

    /// The domains, most mails first.
    public let sensors: [Sensor]

    /// Looks at one window's rows. O(entries).
    public init(_ rows: SenderRows) {
        var mails: [UInt32: UInt64] = [:]
        var senders: [UInt32: (all: Int, multi: Int)] = [:]
        var multi = 0
        for index in 0..<rows.count {
            let row = rows.row(index)
            let isMulti = row.domainCount > 1
            if isMulti { multi += 1 }
            for (domain, count) in zip(row.domains, row.counts) {
                mails[domain, default: 0] += UInt64(count)
                senders[domain, default: (0, 0)].all += 1
                if isMulti { senders[domain, default: (0, 0)].multi += 1 }
            }
        }
        sensors = mails.map { domain, mails in
            let (all, multi) = senders[domain]!
            return Sensor(
                domain: domain, mails: mails, senders: all, multiDomainShare: Double(multi) / Double(all))
        }.sorted { $0.mails != $1.mails ? $0.mails > $1.mails : $0.domain < $1.domain }
        domainCount = sensors.count
        senderCount = rows.count
        multiDomainShare = rows.count > 0 ? Double(multi) / Double(rows.count) : 0
        let total = Double(sensors.reduce(0) { $0 + $1.mails })
        let entropy = sensors.reduce(0.0) { $0 - Double($1.mails) / total * log2(Double($1.mails) / total) }
        evenness = sensors.count > 1 ? entropy / log2(Double(sensors.count)) : 0
        var sum = 0.0
        domainsOfNineTenths =
            sensors.prefix { sensor in
                defer { sum += Double(sensor.mails) }
                return sum < 0.9 * total
            }.count
    }
}
