import ArgumentParser
import LogLines

/// How times in logs are read where the lines leave something out.
struct LogTimeOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The year of the first line.", valueName: "year"))
    var year: Int?

    @Option(
        name: .customLong("time-zone"), parsing: .unconditional,
        help: ArgumentHelp(
            "The zone of times without one: local for this machine's, UTC, +02:00, or a name such as Europe/Berlin.",
            valueName: "zone"))
    var timeZone = "local"

    func validate() throws {
        if let year, !(1_970...2_200 ~= year) { throw ValidationError("--year must be from 1970 to 2200") }
        guard LogZone(timeZone) != nil else {
            throw ValidationError("--time-zone must be local, UTC, +HH:MM, -HH:MM or a name below /usr/share/zoneinfo")
        }
    }

    /// How the years of a file's dates are found: in what --year says, or before the file's last change.
    func years(of path: String) -> YearRule { year.map { .startingIn($0) } ?? YearRule(lastChangeOf: path) }

    /// The offset from UTC at a local time.
    func zone() -> @Sendable (Int64) -> Int64 { (LogZone(timeZone) ?? .local).offsets() }
}
