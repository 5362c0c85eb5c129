/// The dividing half of divide-and-merge clustering: rows are cut in two along the second eigenvector of their
/// similarity matrix, again and again (Cheng, Kannan, Vempala, Wang, TODS 31(4) 2006).
public enum Divide {
    /// The tree of cuts of a matrix.
    ///
    /// Deterministic: the same matrix and options give the same tree, bit for bit, for any number of threads.
    /// Memory: a matrix that the caller gives away (`consume`) is divided where it lies, which takes less than as much
    /// again beside it and the tree; one that the caller keeps is copied first.
    ///
    /// - Parameters:
    ///   - matrix: non-negative; unit rows make similarity the cosine; fold it first.
    ///   - options: when to stop, and what may be used.
    ///   - isCancelled: asked between cuts, on any of the threads.
    /// - Throws: `SpectralError`: what is wrong with the matrix, or `.cancelled`.
    /// - Complexity: O(cells · products of the eigensolver) for each level of the tree.
    public static func tree(
        of matrix: consuming SparseMatrix, options: DivideOptions = DivideOptions(),
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) throws(SpectralError) -> ClusterTree {
        try matrix.validate()
        let columnCount = matrix.columnCount
        guard matrix.rowCount > 0 else { return ClusterTree(drafts: [], columnCount: columnCount) }
        // Threads are not worth their while for what takes less than a millisecond or so.
        let threads = matrix.nonzeroCount < 10_000 ? 1 : max(options.maximumThreads, 1)
        let crew = DivisionCrew(
            Division(Block(whole: consume matrix), maximumLeaves: options.maximumLeaves), options: options,
            isCancelled: isCancelled)
        return try crew.run(threads: threads).tree(columnCount: columnCount)
    }
}
