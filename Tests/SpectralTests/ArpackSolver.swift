import CARPACK
import Spectral
import Synchronization

/// ARPACK-NG as a second opinion. It keeps state between calls: one solve at a time.
struct ArpackSolver: SecondEigensolver {
    private static let lock = Mutex(())

    let tolerance = 1e-13

    func secondEigenpair(of columnOperator: ColumnOperator) throws(SpectralError) -> Eigenpair {
        guard let pair = Self.lock.withLock({ _ in solve(columnOperator) }) else {
            throw .solverFailed(columns: columnOperator.dimension)
        }
        return pair
    }

    private func solve(_ columnOperator: ColumnOperator) -> Eigenpair? {
        let n = columnOperator.dimension
        let basis = min(n, 30)
        var ido: Int32 = 0
        var info: Int32 = 1
        var residual = columnOperator.projected((0..<n).map { 1 + Double(($0 * 7919) % 101) / 101 })
        var vectors = [Double](repeating: 0, count: n * basis)
        var parameters = [Int32](repeating: 0, count: 11)
        parameters[0] = 1
        parameters[2] = 3_000
        parameters[6] = 1
        var pointers = [Int32](repeating: 0, count: 14)
        var work = [Double](repeating: 0, count: 3 * n)
        var inner = [Double](repeating: 0, count: basis * (basis + 8))
        var products = 0
        while true {
            dsaupd_c(
                &ido, "I", Int32(n), "LA", 1, tolerance, &residual, Int32(basis), &vectors, Int32(n), &parameters,
                &pointers, &work, &inner, Int32(inner.count), &info)
            guard ido == 1 || ido == -1 else { break }
            let (from, to) = (Int(pointers[0]) - 1, Int(pointers[1]) - 1)
            let product = columnOperator.multiplyDeflated(Array(work[from..<from + n]))
            work.replaceSubrange(to..<to + n, with: product)
            products += 1
        }
        guard info == 0, parameters[4] >= 1 else { return nil }
        let select = [Int32](repeating: 0, count: basis)
        var value = [0.0]
        var vector = [Double](repeating: 0, count: n)
        dseupd_c(
            1, "A", select, &value, &vector, Int32(n), 0, "I", Int32(n), "LA", 1, tolerance, &residual, Int32(basis),
            &vectors, Int32(n), &parameters, &pointers, &work, &inner, Int32(inner.count), &info)
        return info == 0 ? Eigenpair(value: value[0], vector: vector, products: products) : nil
    }
}
