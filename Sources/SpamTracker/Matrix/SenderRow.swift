/// One sender's mails by recipient domain: parallel entries, domains ascending and distinct.
public struct SenderRow: Hashable, Sendable {
    /// The recipient domains' numbers, ascending.
    public let domains: ArraySlice<UInt32>

    /// Mails to each.
    public let counts: ArraySlice<UInt32>

    /// No mail.
    static let empty = SenderRow(domains: [], counts: [])

    init(domains: ArraySlice<UInt32>, counts: ArraySlice<UInt32>) {
        self.domains = domains
        self.counts = counts
    }

    /// A row from entries in any order; entries of one domain are added up.
    public init(_ entries: some Sequence<(domain: UInt32, count: UInt32)>) {
        var domains: [UInt32] = []
        var counts: [UInt32] = []
        for entry in entries.sorted(by: { $0.domain < $1.domain }) where entry.count > 0 {
            if domains.last == entry.domain {
                let (sum, overflow) = counts[counts.count - 1].addingReportingOverflow(entry.count)
                counts[counts.count - 1] = overflow ? .max : sum
            } else {
                domains.append(entry.domain)
                counts.append(entry.count)
            }
        }
        self.domains = domains[...]
        self.counts = counts[...]
    }

    /// The number of distinct domains.
    public var domainCount: Int { domains.count }

    /// The number of mails.
    public var mailCount: UInt64 { counts.reduce(0) { $0 + UInt64($1) } }

    /// The row with one more mail to each of `recipients`. O(entries + recipients · distinct recipients).
    public func adding(recipients: [UInt32]) -> SenderRow {
        guard !recipients.isEmpty else { return self }
        var domains = Array(domains)
        var counts = Array(counts)
        domains.reserveCapacity(domains.count + recipients.count)
        counts.reserveCapacity(counts.count + recipients.count)
        for recipient in recipients {
            // From the end: recipients are few, and often new.
            var place = domains.count
            while place > 0, domains[place - 1] > recipient { place -= 1 }
            if place > 0, domains[place - 1] == recipient {
                if counts[place - 1] < .max { counts[place - 1] += 1 }
            } else {
                domains.insert(recipient, at: place)
                counts.insert(1, at: place)
            }
        }
        return SenderRow(domains: domains[...], counts: counts[...])
    }
}
