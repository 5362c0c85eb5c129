import Testing

@testable import Spectral

@Suite("Eigensolvers")
struct EigensolverTests {
    /// A matrix as a node of the division sees it: no empty rows, no empty columns, unit rows.
    private static func prepared(_ matrix: SparseMatrix) -> SparseMatrix {
        var result = matrix.withUnitRows()
        _ = result.compactColumns()
        return result
    }

    private static let cases: [(name: String, matrix: SparseMatrix)] = [
        ("dense small", prepared(RandomMatrix.counts(rows: 12, columns: 5, density: 0.6, seed: 1))),
        ("sparse", prepared(RandomMatrix.counts(rows: 300, columns: 60, density: 0.08, seed: 2))),
        ("wide", prepared(RandomMatrix.counts(rows: 150, columns: 200, density: 0.03, seed: 3))),
        (
            "wide enough for products with rows",
            prepared(
                RandomMatrix.counts(rows: 400, columns: 300, density: 0.01, seed: 4))
        ),
        (
            "second eigenvalue near 1",
            prepared(
                RandomMatrix.planted(groups: 2, rowsEach: 100, columnsEach: 40, inside: 0.2, noise: 0.0004, seed: 5))
        ),
        (
            "many eigenvalues near 1",
            prepared(
                RandomMatrix.planted(groups: 8, rowsEach: 40, columnsEach: 12, inside: 0.4, noise: 0.001, seed: 6))
        ),
    ]

    @Test("Spectra, the dense solver and ARPACK agree", arguments: cases.indices)
    func agreement(index: Int) throws {
        let matrix = Self.cases[index].matrix
        for formsTriangle in [false, true] {
            let columnOperator = ColumnOperator(matrix, formsTriangle: formsTriangle)
            let solvers: [any SecondEigensolver] = [
                SpectraSolver(tolerance: 1e-11, denseLimit: 3), DenseSolver(), ArpackSolver(),
            ]
            let pairs = try solvers.map { try $0.secondEigenpair(of: columnOperator) }
            for pair in pairs {
                #expect(abs(pair.value - pairs[1].value) < 1e-9)
                #expect(columnOperator.residual(of: pair) < 1e-9)
                let alongSums = zip(columnOperator.direction, pair.vector).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(abs(alongSums) < 1e-9)
                #expect(abs(pair.vector.reduce(0) { $0 + $1 * $1 } - 1) < 1e-12)
            }
        }
    }

    @Test("The default solver's eigenvalue is good to 1e-9", arguments: cases.indices)
    func defaultSolver(index: Int) throws {
        let columnOperator = ColumnOperator(Self.cases[index].matrix)
        let pair = try SpectraSolver().secondEigenpair(of: columnOperator)
        let reference = try DenseSolver().secondEigenpair(of: columnOperator)
        #expect(abs(pair.value - reference.value) < 1e-9)
        #expect(columnOperator.residual(of: pair) < 1e-7)
    }

    @Test("The eigenvalue is the second one of the sender side, by another method", arguments: 1...8)
    func senderSide(seed: UInt64) throws {
        let matrix = Self.prepared(RandomMatrix.counts(rows: 25, columns: 12, density: 0.25, seed: seed))
        let similarities = RandomMatrix.similarities(matrix)
        let masses = similarities.map { $0.reduce(0, +) }
        let normalised = similarities.indices.map { i in
            similarities.indices.map { j in similarities[i][j] / (masses[i] * masses[j]).squareRoot() }
        }
        let eigenvalues = JacobiEigensolver.eigenvalues(normalised)
        let pair = try SpectraSolver().secondEigenpair(of: ColumnOperator(matrix))
        #expect(abs(eigenvalues[eigenvalues.count - 1] - 1) < 1e-12)
        #expect(abs(eigenvalues[eigenvalues.count - 2] - pair.value) < 1e-10)
    }

    @Test("The column sums are the eigenvector of eigenvalue 1, in both forms", arguments: [false, true])
    func topEigenpair(formsTriangle: Bool) {
        for (_, matrix) in Self.cases {
            let columnOperator = ColumnOperator(matrix, formsTriangle: formsTriangle)
            let product = columnOperator.multiply(columnOperator.columnSums)
            for (left, right) in zip(product, columnOperator.columnSums) { #expect(abs(left - right) < 1e-9 * right) }
        }
    }

    @Test("Rank one: nothing is left across the column sums", arguments: [2, 5, 40])
    func rankOne(columns: Int) throws {
        let row = (0..<columns).map { (column: UInt32($0), value: Float($0 + 1)) }
        let matrix = SparseMatrix(columnCount: columns, rows: [row, row, row]).withUnitRows()
        for solver in [SpectraSolver(), SpectraSolver(denseLimit: 3), DenseSolver()] as [any SecondEigensolver] {
            let pair = try solver.secondEigenpair(of: ColumnOperator(matrix))
            #expect(abs(pair.value) < 1e-9)
            #expect(pair.vector.allSatisfy { $0.isFinite })
        }
    }

    @Test("Two columns")
    func twoColumns() throws {
        let matrix = SparseMatrix(
            columnCount: 2, rows: [[(0, 1)], [(1, 1)], [(0, 1), (1, 1)]], weights: [3, 2, 1]
        ).withUnitRows()
        let columnOperator = ColumnOperator(matrix)
        let pair = try SpectraSolver().secondEigenpair(of: columnOperator)
        // The trace is the sum of both eigenvalues, and one of them is 1.
        let first = columnOperator.multiply([1, 0])[0]
        let second = columnOperator.multiply([0, 1])[1]
        #expect(abs(pair.value - (first + second - 1)) < 1e-12)
    }

    @Test("The sign of a vector is settled by its largest entry")
    func sign() {
        #expect(Eigenpair(value: 1, vector: [1, -2, 0]).vector[1] > 0)
        #expect(Eigenpair(value: 1, vector: [-3, 3, 1]).vector[0] > 0)
        #expect(Eigenpair(value: 1, vector: [0, 0]).vector == [0, 0])
    }

    @Test("The same operator gives the same bits")
    func repeatable() throws {
        for (_, matrix) in Self.cases {
            let first = try SpectraSolver().secondEigenpair(of: ColumnOperator(matrix))
            let second = try SpectraSolver().secondEigenpair(of: ColumnOperator(matrix))
            #expect(first == second)
        }
    }
}
