import ArgumentParser
import FoundationEssentials
import Glibc
import LogLines
import SMTP

/// How times in logs are read where the lines leave something out.
struct LogTimeOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The year of the first line.", valueName: "year"))
    var year: Int?

    @Option(
        name: .customLong("time-zone"), parsing: .unconditional,
        help: ArgumentHelp(
            "The zone of times that do not say theirs: local for this machine's, UTC, +02:00, or a name such as "
                + "Europe/Berlin.", valueName: "zone"))
    var timeZone = "local"

    func validate() throws {
        if let year, !(1_970...2_200 ~= year) { throw ValidationError("--year goes from 1970 to 2200") }
        guard Self.isLocal(timeZone) || Self.offset(timeZone) != nil || Self.isNamed(timeZone) else {
            throw ValidationError("--time-zone is local, UTC, +HH:MM, -HH:MM or a name below /usr/share/zoneinfo")
        }
    }

    /// How the years of a file's dates are found: in what --year says, or before the file's last change.
    func years(of path: String) -> YearRule {
        year.map { .startingIn($0) } ?? .notAfter(Self.lastChange(of: path))
    }

    /// The offset from UTC at a local time, for the rest of this process: a named zone becomes that of the process.
    func zone() -> @Sendable (Int64) -> Int64 {
        if let offset = Self.offset(timeZone) { return { _ in offset } }
        if !Self.isLocal(timeZone) {
            // The commands that read logs have one thread, and show no local times.
            _ = unsafe setenv("TZ", timeZone, 1)
            tzset()
        }
        return Self.offset(atLocal:)
    }

    private static func isLocal(_ name: String) -> Bool { name == "local" }

    private static func isNamed(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("/") && !name.contains("..") && !name.hasSuffix("/")
            && FileManager.default.isReadableFile(atPath: "/usr/share/zoneinfo/" + name)
    }

    /// `UTC`, `Z`, `+02:00`, `-0530`.
    private static func offset(_ text: String) -> Int64? {
        if ["UTC", "GMT", "Z"].contains(text.uppercased()) { return 0 }
        guard let sign = text.first, sign == "+" || sign == "-" else { return nil }
        let digits = text.dropFirst().filter { $0 != ":" }
        guard digits.utf8.count == 2 || digits.utf8.count == 4, digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }),
            let hours = Int64(digits.prefix(2)), hours <= 14,
            let minutes = digits.utf8.count == 4 ? Int64(digits.suffix(2)) : 0, minutes < 60
        else { return nil }
        return (hours * 3_600 + minutes * 60) * (sign == "-" ? -1 : 1)
    }

    private static func lastChange(of path: String) -> UnixTime {
        let attributes = path == "-" ? nil : try? FileManager.default.attributesOfItem(atPath: path)
        let date = attributes?[.modificationDate] as? Date ?? Date()
        // A file's time may be anything: what is absurd is as of now.
        let seconds = date.timeIntervalSince1970
        return UnixTime(seconds: 0..<1e11 ~= seconds ? Int64(seconds) : Int64(Glibc.time(nil)))
    }

    /// The offset of the process's zone from UTC at a local time.
    private static func offset(atLocal seconds: Int64) -> Int64 {
        var parts = unsafe tm()
        var time = time_t(seconds)
        // Both values outlive the calls. Local time is read as if it were UTC, then as what it is.
        guard unsafe gmtime_r(&time, &parts) != nil else { return 0 }
        unsafe parts.tm_isdst = -1
        let real = unsafe mktime(&parts)
        return real == -1 ? 0 : seconds - Int64(real)
    }
}
