internal import SenderExchange
internal import SpamTracker

/// The numbers of the sites' columns: those of trusted sites by the period in which they were first told of, then by site
/// and column; those of others, of which nothing is learned, behind the table. They depend on what was submitted and not on
/// the order in which it came.
struct GroupColumns {
    let table: DomainTable

    /// To which site each number of a trusted site belongs.
    let sites: [UInt32: Int]

    /// By site and submission, the numbers of the submission's columns; `.max` for what has no room.
    private let numbers: [[[UInt32]]]

    private static let capacity = 1 << 20

    /// Numbers the columns of what was counted from `start` until `end`. O(cells).
    init(_ sites: [GroupSite], from start: Int64, until end: Int64, period: Int64) {
        struct Column: Hashable {
            let site: Int
            let column: UInt64
        }
        var first: [Column: Int64] = [:]
        for (number, site) in sites.enumerated() {
            site.cells(from: start, until: end) { place, cell in
                let column = Column(site: number, column: site.submissions[place].submission.columns[Int(cell.column)])
                let period = cell.slot / period
                if let known = first[column], known <= period { return }
                first[column] = period
            }
        }
        let ordered = first.sorted {
            $0.value != $1.value
                ? $0.value < $1.value
                : $0.key.site != $1.key.site ? $0.key.site < $1.key.site : $0.key.column < $1.key.column
        }.map(\.key)
        let trusted = ordered.filter { sites[$0.site].isTrusted }.prefix(Self.capacity)
        table = DomainTable(
            names: trusted.map { SenderSnapshot.columnName(site: sites[$0.site].id, column: $0.column) },
            capacity: Self.capacity)
        var numbers: [Column: UInt32] = [:]
        var owners: [UInt32: Int] = [:]
        for (number, column) in trusted.enumerated() {
            numbers[column] = UInt32(number)
            owners[UInt32(number)] = column.site
        }
        let behind = UInt32(table.capacity + table.tailBuckets)
        for (number, column) in ordered.lazy.filter({ !sites[$0.site].isTrusted }).enumerated() {
            // Below 2³¹, as the matrix wants it.
            guard number < 1 << 28 else { break }
            numbers[column] = behind + UInt32(number)
        }
        self.sites = owners
        self.numbers = sites.enumerated().map { place, site in
            site.submissions.map { submission, _ in
                submission.columns.map { numbers[Column(site: place, column: $0)] ?? .max }
            }
        }
    }

    /// The number of a cell's column; `nil` without one.
    func number(site: Int, submission: Int, column: UInt32) -> UInt32? {
        let number = numbers[site][submission][Int(column)]
        return number == .max ? nil : number
    }
}
