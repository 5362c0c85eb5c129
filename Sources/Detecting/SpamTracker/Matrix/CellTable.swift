/// Exact counts of (sender, column) cells: open addressing with linear probing, 16 bytes a cell, load at most 3/4.
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
        if (count + 1) * 4 > cells.count * 3 { grow() }
        let mask = cells.count - 1
        var place = Int(truncatingIfNeeded: hash(sender, column)) & mask
        while cells[place].count != 0 {
            if cells[place].sender == sender, cells[place].column == column {
                let (sum, overflow) = cells[place].count.addingReportingOverflow(weight)
                cells[place].count = overflow ? .max : sum
                return true
            }
            place = (place + 1) & mask
        }
        guard mayGrow else { return false }
        cells[place] = Cell(sender: sender, column: column, count: weight)
        count += 1
        return true
    }

    @inline(__always)
    private func hash(_ sender: UInt64, _ column: UInt32) -> UInt64 {
        var bits = (sender ^ seed) &* 0x9e37_79b9_7f4a_7c15
        bits ^= UInt64(column) &* 0xd6e8_feb8_6659_fd93
        bits = (bits ^ (bits >> 32)) &* 0xd6e8_feb8_6659_fd93
        return bits ^ (bits >> 29)
    }

    private mutating func grow() {
        let old = cells
        cells = Array(repeating: Cell(), count: max(old.count * 2, 16))
        let mask = cells.count - 1
        for cell in old where cell.count != 0 {
            var place = Int(truncatingIfNeeded: hash(cell.sender, cell.column)) & mask
            while cells[place].count != 0 { place = (place + 1) & mask }
            cells[place] = cell
        }
    }
}
