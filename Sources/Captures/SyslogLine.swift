import SMTP

/// A line of a mail server's log: when, which process, and what it says.
struct SyslogLine {
    /// Microseconds since 1970. Without a zone in the line it is taken for UTC.
    var time: UInt64
    /// The program's name, `postfix/smtpd`.
    var program: ArraySlice<UInt8>
    /// The number of the process.
    var process: UInt32
    /// What it says, after the colon and a blank.
    var message: ArraySlice<UInt8>

    /// Reads a line as syslog writes it (`Nov 22 03:44:49 host program[1]: …`) or with a time of RFC 3339.
    ///
    /// - Parameter reference: seconds since 1970; a date without a year belongs to the last year before it.
    init?(_ line: ArraySlice<UInt8>, before reference: Int64) {
        var rest = line
        guard let first = rest.first else { return nil }
        let time = 0x30...0x39 ~= first ? Self.rfc3339(&rest) : Self.traditional(&rest, before: reference)
        guard let time, let host = rest.firstIndex(of: 0x20) else { return nil }
        rest = rest[(host + 1)...]
        guard let bracket = rest.firstIndex(of: UInt8(ascii: "[")),
            let close = rest[bracket...].firstIndex(of: UInt8(ascii: "]")), close - bracket <= 10
        else { return nil }
        let program = rest[..<bracket]
        guard !program.contains(0x20), rest[close...].starts(with: "]: ".utf8) else { return nil }
        guard let process = UInt32(String(decoding: rest[(bracket + 1)..<close], as: UTF8.self)) else { return nil }
        self.time = time
        self.program = program
        self.process = process
        message = rest[(close + 3)...]
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .map { Array($0.utf8) }

    /// `Nov 22 03:44:49 `
    private static func traditional(_ rest: inout ArraySlice<UInt8>, before reference: Int64) -> UInt64? {
        guard rest.count > 16 else { return nil }
        let start = rest.startIndex
        let name = Array(rest.prefix(3))
        guard let month = months.firstIndex(of: name), rest[start + 3] == 0x20, rest[start + 6] == 0x20,
            let day = number(rest[(start + 4)..<(start + 6)].drop { $0 == 0x20 }), 1...31 ~= day,
            let clock = clock(rest[(start + 7)..<(start + 15)]), rest[start + 15] == 0x20
        else { return nil }
        rest = rest[(start + 16)...]
        var year = reference / 31_556_952 + 1970 + 1
        while year > 1970 {
            let seconds = UnixTime(year: year, month: Int64(month + 1), day: day).seconds + clock
            if seconds <= reference { return seconds < 0 ? nil : UInt64(seconds) * 1_000_000 }
            year -= 1
        }
        return nil
    }

    /// `2026-11-22T03:44:49.123456+01:00 `
    private static func rfc3339(_ rest: inout ArraySlice<UInt8>) -> UInt64? {
        guard rest.count > 20 else { return nil }
        let start = rest.startIndex
        guard let year = number(rest[start..<(start + 4)]), let month = number(rest[(start + 5)..<(start + 7)]),
            let day = number(rest[(start + 8)..<(start + 10)]), 1...12 ~= month, 1...31 ~= day,
            rest[start + 4] == 0x2d, rest[start + 7] == 0x2d, rest[start + 10] == 0x54 || rest[start + 10] == 0x20,
            let clock = clock(rest[(start + 11)..<(start + 19)])
        else { return nil }
        rest = rest[(start + 19)...]
        var micros: Int64 = 0
        if rest.first == 0x2e || rest.first == 0x2c {
            var unit: Int64 = 100_000
            rest.removeFirst()
            while let digit = rest.first, 0x30...0x39 ~= digit {
                micros += Int64(digit - 0x30) * unit
                unit /= 10
                rest.removeFirst()
            }
        }
        var offset: Int64 = 0
        if rest.first == UInt8(ascii: "Z") {
            rest.removeFirst()
        } else if let sign = rest.first, sign == 0x2b || sign == 0x2d, rest.count > 6 {
            let zone = rest.startIndex
            guard let hours = number(rest[(zone + 1)..<(zone + 3)]) else { return nil }
            let minutes = rest[zone + 3] == 0x3a ? zone + 4 : zone + 3
            guard let part = number(rest[minutes..<(minutes + 2)]) else { return nil }
            offset = (hours * 3_600 + part * 60) * (sign == 0x2d ? -1 : 1)
            rest = rest[(minutes + 2)...]
        }
        guard rest.first == 0x20 else { return nil }
        rest.removeFirst()
        let seconds = UnixTime(year: year, month: month, day: day).seconds + clock - offset
        return seconds < 0 ? nil : UInt64(seconds * 1_000_000 + micros)
    }

    /// `03:44:49` as seconds.
    private static func clock(_ text: ArraySlice<UInt8>) -> Int64? {
        let parts = text.split(separator: 0x3a, omittingEmptySubsequences: false)
        guard parts.count == 3, let hours = number(parts[0]), let minutes = number(parts[1]),
            let seconds = number(parts[2]), hours < 24, minutes < 60, seconds <= 60
        else { return nil }
        return hours * 3_600 + minutes * 60 + seconds
    }

    private static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard 1...9 ~= digits.count, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }
}
