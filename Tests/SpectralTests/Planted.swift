import Spectral

/// The planted matrix of the fixtures, with what the numpy/scipy reference makes of it.
struct Planted {
    /// 0/1 cells, not unit.
    let counts: SparseMatrix
    let leafOfRow: [Int]
    let correlationClusterOfRow: [Int]
    let twoMeansClusterOfRow: [Int]
    let fourMeansClusterOfRow: [Int]

    init() {
        var rows: [[(column: UInt32, value: Float)]] = []
        var labels: [[Int]] = []
        for line in Self.lines(of: PackageResources.planted_txt) {
            let halves = line.split(separator: ":")
            labels.append(halves[0].split(separator: " ").compactMap { Int($0) })
            rows.append(halves[1].split(separator: " ").compactMap { UInt32($0) }.map { ($0, 1) })
        }
        counts = SparseMatrix(columnCount: 60, rows: rows)
        leafOfRow = labels.map { $0[0] }
        correlationClusterOfRow = labels.map { $0[1] }
        twoMeansClusterOfRow = labels.map { $0[2] }
        fourMeansClusterOfRow = labels.map { $0[3] }
    }

    /// The second matrix of the reference's checks: 295 rows over 40 columns without any structure.
    static func bipartite() -> SparseMatrix {
        SparseMatrix(
            columnCount: 40,
            rows: lines(of: PackageResources.bipartite_txt).map { line in
                line.split(separator: " ").compactMap { UInt32($0) }.map { ($0, 1) }
            })
    }

    private static func lines(of bytes: [UInt8]) -> [Substring] {
        String(decoding: bytes, as: UTF8.self).split(separator: "\n").filter { !$0.hasPrefix("#") }
    }
}
