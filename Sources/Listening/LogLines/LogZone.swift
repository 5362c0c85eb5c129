import FoundationEssentials
import Glibc
import SMTP

/// The zone of times in a log that do not say theirs.
public enum LogZone: Hashable, Sendable {
    /// This machine's.
    case local

    /// Always so many seconds ahead of UTC.
    case offset(Int64)

    /// A file below `/usr/share/zoneinfo`.
    case named(String)

    /// Reads `local`, `UTC`, `Z`, `+02:00`, `-0530`, or a name that this machine knows; `nil` for anything else.
    public init?(_ text: String) {
        if text == "local" {
            self = .local
        } else if let offset = Self.offset(text) {
            self = .offset(offset)
        } else if !text.isEmpty, !text.hasPrefix("/"), !text.contains(".."), !text.hasSuffix("/"),
            FileManager.default.isReadableFile(atPath: "/usr/share/zoneinfo/" + text)
        {
            self = .named(text)
        } else {
            return nil
        }
    }

    /// The offset from UTC, in seconds, at a local time, for the rest of this process: a named zone becomes that of the
    /// process, so only a process of one thread that shows no local times may ask for it.
    public func offsets() -> @Sendable (Int64) -> Int64 {
        switch self {
        case .offset(let offset): return { _ in offset }
        case .local: break
        case .named(let name):
            // The name is copied; no other thread reads the environment meanwhile.
            _ = unsafe setenv("TZ", name, 1)
            tzset()
        }
        return Self.offset(atLocal:)
    }

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

extension YearRule {
    /// How dates of a file without years are read: none of them lies after the file's last change.
    public init(lastChangeOf path: String) {
        let attributes = path == "-" ? nil : try? FileManager.default.attributesOfItem(atPath: path)
        let seconds = (attributes?[.modificationDate] as? Date ?? Date()).timeIntervalSince1970
        // A file's time may be anything: what is absurd is as of now.
        self = .notAfter(UnixTime(seconds: 0..<1e11 ~= seconds ? Int64(seconds) : Int64(Glibc.time(nil))))
    }
}
