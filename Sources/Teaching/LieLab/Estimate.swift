/// A mean over games, and how sure it is.
public struct Estimate: Sendable, Hashable {
    /// The mean; 0 of nothing.
    public let mean: Double

    /// Half of the interval that holds the true mean in 95 of 100 cases, by Student's distribution; 0 of fewer than two.
    public let margin: Double

    /// The mean of values. O(count).
    public init(_ values: [Double]) {
        let count = Double(values.count)
        let mean = values.isEmpty ? 0 : values.reduce(0, +) / count
        self.mean = mean
        guard values.count > 1 else {
            margin = 0
            return
        }
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        margin = Self.student(values.count - 1) * (squares / (count - 1) / count).squareRoot()
    }

    /// The 97.5 % point of Student's distribution, by degrees of freedom: a table, and beyond it two terms of the
    /// expansion in 1/n.
    private static func student(_ freedom: Int) -> Double {
        let table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228]
        if freedom <= table.count { return table[freedom - 1] }
        let normal = 1.959_964
        let one = (normal * normal * normal + normal) / 4
        return normal + one / Double(freedom) + 2.822_5 / Double(freedom * freedom)
    }
}
