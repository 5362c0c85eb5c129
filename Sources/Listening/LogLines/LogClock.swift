import SMTP

/// Reads the times of log lines.
///
/// `Nov  2 03:04:05` (RFC 3164; the day padded or not, with a fraction or a year or not), `2026-11-22T03:44:49.123+01:00`
/// (RFC 3339, with a blank for the T, any zone or none), `Tue 2026-11-22 03:44:49 CET` (`journalctl -o short-full`),
/// `Tue Nov  2 03:04:05 2026`, and seconds since 1970 (`journalctl -o short-unix`).
struct LogClock: Sendable {
    var rule: YearRule
    let zone: @Sendable (Int64) -> Int64
    private var year: Int64?
    private var last = Int64.min
    /// The offset of an hour of local time, as looking it up is slow.
    private var hour: (number: Int64, offset: Int64)?

    init(rule: YearRule, zone: @escaping @Sendable (Int64) -> Int64) {
        self.rule = rule
        self.zone = zone
    }

    /// Takes the time and the blanks after it from the front of a text; takes nothing and gives `nil` when there is none.
    mutating func read(_ scanner: inout ByteScanner) -> LogTime? {
        let start = scanner.place
        if let time = time(&scanner), scanner.isAtEnd || scanner.blanks() { return time }
        scanner.place = start
        return nil
    }

    private mutating func time(_ scanner: inout ByteScanner) -> LogTime? {
        guard let first = scanner.next else { return nil }
        if 0x30...0x39 ~= first { return numeric(&scanner, isFull: false) }
        guard 0x41...0x5a ~= first else { return nil }
        let start = scanner.place
        guard let name = scanner.threeLetters() else { return nil }
        guard Self.days.contains(name) else {
            scanner.place = start
            return traditional(&scanner, isFull: false)
        }
        _ = scanner.take(UInt8(ascii: ","))
        guard scanner.blanks(), let next = scanner.next else { return nil }
        return 0x30...0x39 ~= next ? numeric(&scanner, isFull: true) : traditional(&scanner, isFull: true)
    }

    private static let days = names("Mon Tue Wed Thu Fri Sat Sun")
    private static let months = names("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec")

    /// Names of three letters, as ``ByteScanner/threeLetters()`` takes them.
    private static func names(_ words: String) -> [UInt32] {
        words.split(separator: " ").map { $0.utf8.reduce(0) { $0 << 8 | UInt32($1) } }
    }

    /// `Nov  2 03:04:05`; behind the name of a day the year may follow.
    private mutating func traditional(_ scanner: inout ByteScanner, isFull: Bool) -> LogTime? {
        guard let month = Self.month(&scanner), scanner.blanks(), let day = scanner.number(digits: 1...2),
            1...31 ~= day, scanner.blanks()
        else { return nil }
        var year: Int64?
        var start = scanner.place
        if let given = scanner.number(digits: 4...4), scanner.blanks() { year = given } else { scanner.place = start }
        guard let clock = Self.clock(&scanner), let micros = Self.fraction(&scanner) else { return nil }
        start = scanner.place
        if isFull, year == nil {
            if scanner.blanks(), let given = scanner.number(digits: 4...4) {
                year = given
            } else {
                scanner.place = start
            }
        }
        if let year {
            return Self.seconds(year, month, day, clock).flatMap { localTime($0, micros) }
        }
        return inferredYear(month, day, clock).flatMap { localTime($0, micros) }
    }

    /// Seconds of local time for a date without a year.
    private mutating func inferredYear(_ month: Int64, _ day: Int64, _ clock: Int64) -> Int64? {
        switch rule {
        case .notAfter(let reference):
            let latest = min(max(reference.seconds, 0), LogTime.latest - 86_400) + 86_400
            var year = latest / 31_556_952 + 1_971
            // 29 February exists every eight years at least.
            while year >= 1_970 {
                if let seconds = Self.seconds(year, month, day, clock), seconds <= latest { return seconds }
                year -= 1
            }
            return nil
        case .startingIn(let first):
            var year = self.year ?? Int64(first)
            guard var seconds = Self.seconds(year, month, day, clock, isStrict: false) else { return nil }
            if last != .min, seconds < last - 182 * 86_400 {
                year += 1
                guard let next = Self.seconds(year, month, day, clock, isStrict: false) else { return nil }
                seconds = next
            }
            self.year = year
            last = seconds
            return seconds
        }
    }

    /// `2026-11-22T03:44:49.123456+01:00`, `2026/11/22 03:44:49`, `2026 Nov  2 03:04:05`, `1795319089.123456`.
    private mutating func numeric(_ scanner: inout ByteScanner, isFull: Bool) -> LogTime? {
        if let seconds = scanner.number(digits: 9...11) {
            guard let micros = Self.fraction(&scanner) else { return nil }
            return LogTime(seconds: seconds, microseconds: micros, isZoned: true)
        }
        guard let year = scanner.number(digits: 4...4) else { return nil }
        if scanner.next == 0x20 {
            scanner.blanks()
            guard let month = Self.month(&scanner), scanner.blanks(), let day = scanner.number(digits: 1...2),
                scanner.blanks(), let clock = Self.clock(&scanner), let micros = Self.fraction(&scanner)
            else { return nil }
            return Self.seconds(year, month, day, clock).flatMap { localTime($0, micros) }
        }
        guard let separator = scanner.next, separator == 0x2d || separator == 0x2f, scanner.take(separator),
            let month = scanner.digits(2), scanner.take(separator), let day = scanner.digits(2)
        else { return nil }
        let isSpaced = !(scanner.take(UInt8(ascii: "T")) || scanner.take(UInt8(ascii: "t")))
        guard !isSpaced || scanner.blanks(), let clock = Self.clock(&scanner),
            let micros = Self.fraction(&scanner), let seconds = Self.seconds(year, month, day, clock)
        else { return nil }
        guard let offset = Self.offset(&scanner, mayBeNamed: isSpaced || isFull) else {
            return localTime(seconds, micros)
        }
        return LogTime(seconds: seconds - offset, microseconds: micros, isZoned: true)
    }

    /// A time of the zone assumed.
    private mutating func localTime(_ local: Int64, _ micros: Int64) -> LogTime? {
        let number = local / 3_600
        let offset: Int64
        if let hour, hour.number == number {
            offset = hour.offset
        } else {
            offset = min(max(zone(local), -86_400), 86_400)
            hour = (number, offset)
        }
        return LogTime(seconds: max(0, local - offset), microseconds: micros, isZoned: false)
    }

    private static func month(_ scanner: inout ByteScanner) -> Int64? {
        scanner.threeLetters().flatMap { months.firstIndex(of: $0) }.map { Int64($0 + 1) }
    }

    /// `03:44:49`; a leap second is the sixtieth.
    private static func clock(_ scanner: inout ByteScanner) -> Int64? {
        guard let hours = scanner.digits(2), scanner.take(0x3a), let minutes = scanner.digits(2), scanner.take(0x3a),
            let seconds = scanner.digits(2), hours < 24, minutes < 60, seconds <= 60
        else { return nil }
        return hours * 3_600 + minutes * 60 + seconds
    }

    /// `.123456789` or `,123` in microseconds; 0 without one, `nil` for a point without digits.
    private static func fraction(_ scanner: inout ByteScanner) -> Int64? {
        guard scanner.take(0x2e) || scanner.take(0x2c) else { return 0 }
        var micros: Int64 = 0
        var unit: Int64 = 100_000
        guard scanner.isNext(0x30...0x39) else { return nil }
        while let digit = scanner.next, 0x30...0x39 ~= digit {
            micros += Int64(digit - 0x30) * unit
            unit /= 10
            _ = scanner.take(digit)
        }
        return micros
    }

    /// `Z`, `+01:00`, `+0100`, `+01`; behind a blank as well, and there abbreviations that mean one offset only.
    private static func offset(_ scanner: inout ByteScanner, mayBeNamed: Bool) -> Int64? {
        if scanner.take(UInt8(ascii: "Z")) || scanner.take(UInt8(ascii: "z")) { return 0 }
        let start = scanner.place
        let isBehindBlank = mayBeNamed && scanner.blanks()
        if let sign = scanner.next, sign == 0x2b || sign == 0x2d, scanner.take(sign) {
            if let hours = scanner.digits(2), hours <= 24 {
                let end = scanner.place
                _ = scanner.take(0x3a)
                var minutes: Int64 = 0
                if let given = scanner.digits(2), given < 60 { minutes = given } else { scanner.place = end }
                return (hours * 3_600 + minutes * 60) * (sign == 0x2d ? -1 : 1)
            }
        } else if isBehindBlank {
            let word = scanner.word()
            if let hours = abbreviations.first(where: { word.elementsEqual($0.name.utf8) })?.hours {
                return hours * 3_600
            }
        }
        scanner.place = start
        return nil
    }

    private static let abbreviations: [(name: String, hours: Int64)] = [
        ("UTC", 0), ("GMT", 0), ("WET", 0), ("WEST", 1), ("CET", 1), ("CEST", 2), ("EET", 2), ("EEST", 3), ("MSK", 3),
        ("EST", -5), ("EDT", -4), ("CDT", -5), ("MST", -7), ("MDT", -6), ("PST", -8), ("PDT", -7), ("JST", 9),
        ("AEST", 10), ("AEDT", 11), ("NZST", 12), ("NZDT", 13),
    ]

    private static func seconds(
        _ year: Int64, _ month: Int64, _ day: Int64, _ clock: Int64, isStrict: Bool = true
    ) -> Int64? {
        guard 1_970...9_999 ~= year, 1...12 ~= month, 1...31 ~= day else { return nil }
        if isStrict, month == 2, day > 28 {
            guard day == 29, year % 4 == 0, year % 100 != 0 || year % 400 == 0 else { return nil }
        }
        return UnixTime(year: year, month: month, day: day).seconds + clock
    }
}
