/// How much of the past the matrix holds, and how many cells at most.
public struct MatrixLimits: Hashable, Sendable {
    /// Length of a time slot in seconds, at least 1.
    public let slotSeconds: Int64

    /// Number of slots in the ring, at least 1.
    public let slotCount: Int

    /// Cells of all slots together, at least 16; a cell costs 20 to 25 bytes.
    public let maximumCells: Int

    /// Limits, clamped to their ranges. The defaults hold seven days in quarters of an hour and 4 million cells.
    public init(slotSeconds: Int64 = 900, slotCount: Int = 672, maximumCells: Int = 4_000_000) {
        self.slotSeconds = max(slotSeconds, 1)
        self.slotCount = max(slotCount, 1)
        self.maximumCells = max(maximumCells, 16)
    }
}
