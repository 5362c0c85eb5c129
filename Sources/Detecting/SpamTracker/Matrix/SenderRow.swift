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

    /// The row as cells: domain above, count below, ascending; so one array is walked, and no other is made.
    var cells: [UInt64] { cells(adding: []) }

    /// The cells of the row with one more mail to each of `recipients`. O((n + m) log (n + m)); short ones are put in
    /// their places one by one, which is quicker.
    func cells(adding recipients: [UInt32]) -> [UInt64] {
        var cells: [UInt64] = []
        cells.reserveCapacity(domains.count + recipients.count)
        // Slices of one row need not begin at the same place.
        for (domain, count) in zip(domains, counts) { cells.append(UInt64(domain) << 32 | UInt64(count)) }
        guard !recipients.isEmpty else { return cells }
        for recipient in recipients { cells.append(UInt64(recipient) << 32 | 1) }
        if cells.count <= 64 {
            var places = cells.mutableSpan
            for next in domains.count..<places.count {
                let cell = places[next]
                var place = next
                while place > 0, places[place - 1] > cell {
                    places[place] = places[place - 1]
                    place -= 1
                }
                places[place] = cell
            }
        } else {
            cells.sort()
        }
        return Self.merged(&cells)
    }

    /// Adds up the counts of equal domains, saturating.
    private static func merged(_ sorted: inout [UInt64]) -> [UInt64] {
        var count = 0
        var cells = sorted.mutableSpan
        for place in 1..<cells.count {
            let cell = cells[place]
            if cells[count] >> 32 == cell >> 32 {
                let sum = (cells[count] & 0xffff_ffff) + (cell & 0xffff_ffff)
                cells[count] = (cell & ~0xffff_ffff) | min(sum, 0xffff_ffff)
            } else {
                count += 1
                cells[count] = cell
            }
        }
        sorted.removeLast(sorted.count - count - 1)
        return sorted
    }
}
