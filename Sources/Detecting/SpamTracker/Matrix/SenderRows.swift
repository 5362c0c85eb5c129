public import SMTP

/// The matrix M'(sender, domain) of one window: rows sorted by sender, entries sorted by domain. Immutable.
public struct SenderRows: Sendable {
    /// The senders, ascending.
    public private(set) var senders: [SenderKey] = []

    /// What is known of each sender in this window. Every recipient domain has one vote, by the majority of its labelled
    /// mails, so that no single sensor can outvote another; a tie, of mails or votes, is honest. `nil` without labels.
    public private(set) var labels: [SenderLabel?] = []

    /// Recipient domains of all rows, one row after the other.
    public private(set) var domains: [UInt32] = []

    /// Mails, beside `domains`.
    public private(set) var counts: [UInt32] = []

    private var starts: [UInt32] = [0]

    /// No rows.
    public init() {}

    /// The number of senders.
    public var count: Int { senders.count }

    /// The places of row `index` in `domains` and `counts`.
    public func range(of index: Int) -> Range<Int> { Int(starts[index])..<Int(starts[index + 1]) }

    /// Row `index`.
    public func row(_ index: Int) -> SenderRow {
        SenderRow(domains: domains[range(of: index)], counts: counts[range(of: index)])
    }

    /// The place of `sender`, by binary search, or `nil`.
    public func index(of sender: SenderKey) -> Int? {
        var (low, high) = (0, senders.count)
        while low < high {
            let middle = (low + high) / 2
            if senders[middle] < sender { low = middle + 1 } else { high = middle }
        }
        return low < senders.count && senders[low] == sender ? low : nil
    }

    /// The rows at `chosen` places, in that order, which must be ascending.
    public func selecting(_ chosen: some Sequence<Int>) -> SenderRows {
        var result = SenderRows()
        for index in chosen {
            result.append(sender: senders[index], label: labels[index], row: row(index))
        }
        return result
    }

    /// The rows with the labels that `source` gives for the span of time that they are of.
    public func labelled(by source: some SenderLabelSource, from start: UnixTime, until end: UnixTime) -> SenderRows {
        var rows = self
        for index in rows.senders.indices {
            rows.labels[index] = source.label(
                of: senders[index], voted: labels[index], from: start, until: end)
        }
        return rows
    }

    /// A hash of everything in the rows: equal inputs give equal hashes over runs and machines.
    public var contentHash: UInt64 {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        func mix(_ value: UInt64) {
            hash = (hash ^ value) &* 0x9e37_79b9_7f4a_7c15
            hash ^= hash >> 32
        }
        for index in senders.indices {
            mix(senders[index].bits)
            mix(labels[index] == .spam ? 2 : labels[index] == .honest ? 1 : 0)
            for place in range(of: index) { mix(UInt64(domains[place]) << 32 | UInt64(counts[place])) }
        }
        return hash
    }

    /// Rows of mails in any order, without labels; mails of one sender to one domain are added up, saturating.
    /// O(n log n).
    ///
    /// - Parameter mails: senders with the numbers of domains, below 2³¹; those of no mail are left out.
    public init(of mails: some Sequence<(sender: SenderKey, domain: UInt32, count: UInt32)>) {
        self.init(
            cells: mails.lazy.filter { $0.count > 0 }.map {
                CellTable.Cell(sender: $0.sender.bits, column: $0.domain, count: $0.count)
            }, labels: [])
    }

    /// The same rows with other labels: one for each row, in order.
    public func labelled(_ labels: [SenderLabel?]) -> SenderRows {
        precondition(labels.count == count, "one label a row")
        var rows = self
        rows.labels = labels
        return rows
    }

    mutating func append(sender: SenderKey, label: SenderLabel?, row: SenderRow) {
        senders.append(sender)
        labels.append(label)
        domains += row.domains
        counts += row.counts
        starts.append(UInt32(clamping: domains.count))
    }

    init(cells: some Sequence<CellTable.Cell>, labels cellsOfLabels: [CellTable.Cell]) {
        func isBefore(_ lhs: CellTable.Cell, _ rhs: CellTable.Cell) -> Bool {
            lhs.sender != rhs.sender ? lhs.sender < rhs.sender : lhs.column < rhs.column
        }
        let sorted = cells.sorted(by: isBefore)
        let sortedLabels = cellsOfLabels.sorted(by: isBefore)
        var labelled = sortedLabels.startIndex
        for cell in sorted {
            if senders.last?.bits != cell.sender {
                if !senders.isEmpty { starts.append(UInt32(clamping: domains.count)) }
                senders.append(SenderKey(bits: cell.sender))
                while labelled < sortedLabels.count, sortedLabels[labelled].sender < cell.sender { labelled += 1 }
                var votes = LabelVotes()
                while labelled < sortedLabels.count, sortedLabels[labelled].sender == cell.sender {
                    votes.add(sortedLabels[labelled])
                    labelled += 1
                }
                labels.append(votes.outcome)
            } else if domains.last == cell.column {
                let (sum, overflow) = counts[counts.count - 1].addingReportingOverflow(cell.count)
                counts[counts.count - 1] = overflow ? .max : sum
                continue
            }
            domains.append(cell.column)
            counts.append(cell.count)
        }
        if !senders.isEmpty { starts.append(UInt32(clamping: domains.count)) }
    }
}

/// Counts the votes of recipient domains on one sender; cells come in the order of their columns.
private struct LabelVotes {
    private var spamVotes = 0
    private var honestVotes = 0
    private var domain: UInt32?
    private var spamMails: UInt64 = 0
    private var honestMails: UInt64 = 0

    mutating func add(_ cell: CellTable.Cell) {
        if domain != cell.column >> 1 { closeDomain() }
        domain = cell.column >> 1
        if cell.column & 1 == 0 { spamMails += UInt64(cell.count) } else { honestMails += UInt64(cell.count) }
    }

    var outcome: SenderLabel? {
        var votes = self
        votes.closeDomain()
        return votes.spamVotes + votes.honestVotes == 0 ? nil : votes.spamVotes > votes.honestVotes ? .spam : .honest
    }

    private mutating func closeDomain() {
        guard domain != nil else { return }
        if spamMails > honestMails { spamVotes += 1 } else { honestVotes += 1 }
        (spamMails, honestMails) = (0, 0)
    }
}
