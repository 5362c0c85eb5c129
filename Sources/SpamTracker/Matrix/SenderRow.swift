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

    /// The row with one more mail to each of `recipients`. O(n log n).
    public func adding(recipients: [UInt32]) -> SenderRow {
        guard !recipients.isEmpty else { return self }
        // Domain above, count below: sorting moves one array, and equal domains come to stand together.
        var cells: [UInt64] = []
        cells.reserveCapacity(self.domains.count + recipients.count)
        for (domain, count) in zip(self.domains, self.counts) { cells.append(UInt64(domain) << 32 | UInt64(count)) }
        for recipient in recipients { cells.append(UInt64(recipient) << 32 | 1) }
        cells.sort()
        var domains: [UInt32] = []
        var counts: [UInt32] = []
        domains.reserveCapacity(cells.count)
        counts.reserveCapacity(cells.count)
        for cell in cells {
            let (domain, count) = (UInt32(cell >> 32), UInt32(truncatingIfNeeded: cell))
            if domains.last == domain {
                let (sum, overflow) = counts[counts.count - 1].addingReportingOverflow(count)
                counts[counts.count - 1] = overflow ? .max : sum
            } else {
                domains.append(domain)
                counts.append(count)
            }
        }
        return SenderRow(domains: domains[...], counts: counts[...])
    }
}
