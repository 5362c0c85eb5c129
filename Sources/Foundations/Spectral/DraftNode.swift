/// A node of a tree that is being built.
struct DraftNode: Sendable {
    /// The nodes it was cut into; more than two for connected components, the heaviest first.
    var parts: [Int] = []

    /// Whether the parts are connected components.
    var areComponents = false

    /// The rows of a node without parts, ascending.
    var rows: [UInt32]

    var lambda2: Double?
    var conductance: Double?
    private(set) var weight: Double
    private(set) var sum: SparseVector
    private(set) var squares: Double

    /// A node of one block.
    init(_ block: Block) {
        self.init(rows: block.rows, weight: block.weight, sum: block.sum, squares: block.squares)
    }

    /// A node of rows with their sums.
    init(rows: [UInt32], weight: Double, sum: SparseVector, squares: Double) {
        self.rows = rows
        self.weight = weight
        self.sum = sum
        self.squares = squares
    }

    /// A node of several blocks, of which only the weight is needed unless it stays; see `complete`.
    init(unionOf blocks: ArraySlice<Block>) {
        rows = []
        weight = blocks.reduce(0) { $0 + $1.weight }
        sum = SparseVector(columns: [], values: [])
        squares = 0
    }

    /// A node over two others.
    init(over left: DraftNode, _ right: DraftNode, parts: [Int]) {
        self.parts = parts
        rows = []
        lambda2 = 1
        conductance = 0
        weight = left.weight + right.weight
        sum = left.sum + right.sum
        squares = left.squares + right.squares
    }

    /// Fills a union of components in, which share no column.
    mutating func complete(from components: ArraySlice<Block>) {
        lambda2 = 1
        conductance = 0
        squares = components.reduce(0) { $0 + $1.squares }
        rows = components.flatMap { $0.rows }.sorted()
        let cells = components.flatMap { zip($0.columns, $0.sums) }.sorted { $0.0 < $1.0 }
        sum = SparseVector(columns: cells.map { $0.0 }, values: cells.map { $0.1 })
    }
}
