/// Exact counts of (sender, column) cells: open addressing with linear probing, 16 bytes a place, load at most 4/5, growing by
/// a quarter: 20 to 25 bytes a cell.
///
/// The order of the cells depends on the order of arrival; whoever needs one order sorts.
struct CellTable: Sendable {
    struct Cell: Sendable {
        var sender: UInt64 = 0
        var column: UInt32 = 0
        /// 0 marks an empty place.
        var count: UInt32 = 0
    }

    private(set) var cells: [Cell] = []
    private(set) var count = 0

    /// Mixed into every hash, so that nobody can aim at one chain of places.
    private let seed: UInt64

    init(seed: UInt64) {
        self.seed = seed
    }

    var isEmpty: Bool { count == 0 }

    /// Adds `weight` to a cell, saturating. Returns `false` when the cell is new and `mayGrow` forbids new cells.
    @inline(__always)
    mutating func add(_ weight: UInt32, sender: UInt64, column: UInt32, mayGrow: Bool) -> Bool {
        if (count + 1) * 5 > cells.count * 4 { grow() }
        var place = start(sender, column)
        while cells[place].count != 0 {
            if cells[place].sender == sender, cells[place].column == column {
                let (sum, overflow) = cells[place].count.addingReportingOverflow(weight)
                cells[place].count = overflow ? .max : sum
                return true
            }
            place = place + 1 < cells.count ? place + 1 : 0
        }
        guard mayGrow else { return false }
        cells[place] = Cell(sender: sender, column: column, count: weight)
        count += 1
        return true
    }

    /// The place at which a cell is looked for first.
    @inline(__always)
    private func start(_ sender: UInt64, _ column: UInt32) -> Int {
        Int(truncatingIfNeeded: hash(sender, column).multipliedFullWidth(by: UInt64(cells.count)).high)
    }

    @inline(__always)
    private func hash(_ sender: UInt64, _ column: UInt32) -> UInt64 {
        var bits = (sender ^ seed) &* 0x9e37_79b9_7f4a_7c15
        bits ^= UInt64(column) &* 0xd6e8_feb8_6659_fd93
        bits = (bits ^ (bits >> 32)) &* 0xd6e8_feb8_6659_fd93
        return (bits ^ (bits >> 29)) &* 0x9e37_79b9_7f4a_7c15
    }

    private mutating func grow() {
        let old = cells
        cells = Array(repeating: Cell(), count: max(old.count + old.count / 4, 16))
        for cell in old where cell.count != 0 {
            var place = start(cell.sender, cell.column)
            while cells[place].count != 0 { place = place + 1 < cells.count ? place + 1 : 0 }
            cells[place] = cell
        }
    }
}
