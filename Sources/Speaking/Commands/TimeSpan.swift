import ArgumentParser
import Configuration

/// A time span such as `90s`, `15m`, `36h`, `7d`, as the configuration has them.
struct TimeSpan: ExpressibleByArgument {
    let seconds: Int64

    /// A hundred years: no span is longer.
    private static let longest: Int64 = 36_525 * 86_400

    init(seconds: Int64) { self.seconds = seconds }

    init?(argument: String) {
        guard let seconds = UnitTable.time.value(of: argument), seconds <= Self.longest else { return nil }
        self.seconds = seconds
    }

    /// The span as help texts show it.
    var defaultValueDescription: String { UnitTable.time.text(of: seconds) }
}
