import ArgumentParser

/// A time span such as `90s`, `15m`, `36h`, `7d`.
struct TimeSpan: ExpressibleByArgument {
    let seconds: Int64

    /// A hundred years: no span is longer.
    private static let longest: Int64 = 36_525 * 86_400

    init(seconds: Int64) { self.seconds = seconds }

    init?(argument: String) {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        let unit = argument.last.flatMap { units[$0] }
        let digits = unit == nil ? argument[...] : argument.dropLast()
        guard let number = Int64(digits), number >= 0 else { return nil }
        let (seconds, isTooLarge) = number.multipliedReportingOverflow(by: unit ?? 1)
        guard !isTooLarge, seconds <= Self.longest else { return nil }
        self.seconds = seconds
    }

    /// The span as help texts show it, in the largest unit that needs no fraction.
    var defaultValueDescription: String {
        for (unit, length) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60)] where seconds % length == 0 {
            return "\(seconds / length)\(unit)"
        }
        return "\(seconds)s"
    }
}
