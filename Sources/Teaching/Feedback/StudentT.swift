/// Student's distribution.
struct StudentT {
    private let degrees: Double

    /// That of a number of degrees of freedom, which need not be whole; above 0.
    init(degrees: Double) {
        self.degrees = degrees
    }

    /// The value t that -t...t holds 95 % of.
    var bound95: Double {
        // x = degrees / (degrees + t²) has a beta distribution, of which 5 % lie below where |t| is larger.
        let x = Beta(degrees / 2, 0.5).quantile(0.05)
        guard x > 0 else { return .infinity }
        return (degrees * (1 - x) / x).squareRoot()
    }
}
