/// What happened to one node: the pure function at the heart of the division.
enum Cut: Sendable {
    /// The node stays whole.
    case leaf(lambda2: Double?, conductance: Double?)

    /// The node falls in two.
    case parts(Block, Block, lambda2: Double, conductance: Double)

    /// The node was disconnected: its components, the heaviest first, equal weights by their first row.
    case components([Block])

    /// Cuts a block.
    ///
    /// - Parameters:
    ///   - block: the node.
    ///   - isConnected: whether it is known to be connected.
    static func of(
        _ block: inout Block, isConnected: Bool, options: DivideOptions
    ) throws(SpectralError) -> Cut {
        guard block.rows.count > 1, block.weight >= options.minimumWeight, !block.matrix.hasEqualRowsOnly() else {
            return .leaf(lambda2: nil, conductance: nil)
        }
        if !isConnected {
            // Cuts without any conductance need no eigenvector, which would be an arbitrary one among many.
            let (count, componentOfRow) = block.matrix.components()
            if count > 1 {
                let components = block.split(by: componentOfRow, groups: count)
                return .components(
                    components.sorted { ($1.weight, $0.rows[0]) < ($0.weight, $1.rows[0]) })
            }
        }
        guard block.matrix.columnCount > 1 else { return .leaf(lambda2: nil, conductance: nil) }

        let side: [UInt8]
        let lambda2: Double
        let conductance: Double
        do {
            var columnOperator = ColumnOperator(block.matrix, columnSums: block.sums)
            let pair = try options.solver.secondEigenpair(of: columnOperator)
            lambda2 = pair.value
            // Cheeger: no cut has less than (1 − λ₂)/2.
            guard (1 - lambda2) / 2 <= options.maximumConductance else {
                return .leaf(lambda2: lambda2, conductance: nil)
            }
            columnOperator.dropForm()
            guard
                let sweep = try PrefixSweep(columnOperator, along: pair.vector, minimumShare: options.minimumShare)
            else { return .leaf(lambda2: lambda2, conductance: nil) }
            conductance = sweep.conductance
            guard conductance <= options.maximumConductance else {
                return .leaf(lambda2: lambda2, conductance: conductance)
            }
            side = sweep.side
        }
        let parts = block.split(by: side.map { $0 == 1 ? 0 : 1 }, groups: 2)
        return .parts(parts[0], parts[1], lambda2: lambda2, conductance: conductance)
    }
}
