/// An eigenvalue with its eigenvector.
public struct Eigenpair: Hashable, Sendable {
    /// The eigenvalue.
    public let value: Double

    /// The eigenvector, of length 1; its largest entry in absolute value, the first of equals, is positive.
    public let vector: [Double]

    /// How many products with the operator it took; 0 for a direct solver.
    public let products: Int

    /// A pair; the vector is scaled to length 1 and its sign is settled.
    public init(value: Double, vector: [Double], products: Int = 0) {
        var extreme = 0.0
        var square = 0.0
        for entry in vector {
            if abs(entry) > abs(extreme) { extreme = entry }
            square += entry * entry
        }
        let factor = (extreme < 0 ? -1 : 1) / (square > 0 ? square.squareRoot() : 1)
        self.value = value
        self.vector = vector.map { $0 * factor }
        self.products = products
    }
}
