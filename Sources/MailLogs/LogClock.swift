public import SMTP

/// How dates without a year are read.
public enum YearRule: Hashable, Sendable {
    /// A date belongs to the last year in which it is no more than a day after this time: that of the file's last
    /// change. Across a New Year the dates of December belong to the old year.
    case notAfter(UnixTime)

    /// The first date is in this year; a date that lies half a year or more before the one before it begins the next.
    case startingIn(Int)
}

/// Reads the times at the head of log lines.
struct LogClock: Sendable {
    var rule: YearRule
    let zone: @Sendable (Int64) -> Int64
    private var year: Int?
    private var last = Int64.min
    /// The offset of an hour of local time, as looking it up is slow.
    private var hour: (number: Int64, offset: Int64)?

    init(rule: YearRule, zone: @escaping @Sendable (Int64) -> Int64) {
        self.rule = rule
        self.zone = zone
    }

    /// Takes the time and the blank after it from the front of a line.
    mutating func read(_ rest: inout ArraySlice<UInt8>) -> UnixTime? {
        guard let first = rest.first else { return nil }
        return 0x30...0x39 ~= first ? rfc3339(&rest) : traditional(&rest)
    }

    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        .map { Array($0.utf8) }

    /// `Nov  2 03:04:05 `
    private mutating func traditional(_ rest: inout ArraySlice<UInt8>) -> UnixTime? {
        guard rest.count > 16 else { return nil }
        let start = rest.startIndex
        guard let month = Self.months.firstIndex(where: { rest.starts(with: $0) }), rest[start + 3] == 0x20,
            rest[start + 6] == 0x20, let day = Self.number(rest[(start + 4)..<(start + 6)].drop { $0 == 0x20 }),
            1...31 ~= day, let clock = Self.clock(rest[(start + 7)..<(start + 15)]), rest[start + 15] == 0x20
        else { return nil }
        rest = rest[(start + 16)...]
        func seconds(_ year: Int64) -> Int64 {
            UnixTime(year: year, month: Int64(month + 1), day: day).seconds + clock
        }
        let local: Int64
        switch rule {
        case .notAfter(let reference):
            let latest = reference.seconds + 86_400
            var year = latest / 31_556_952 + 1_971
            // 29 February exists every eight years at least.
            while seconds(year) > latest || !Self.exists(year: year, month: month + 1, day: day) {
                year -= 1
                if year < 1_970 { return nil }
            }
            local = seconds(year)
        case .startingIn(let first):
            var year = Int64(self.year ?? first)
            if last != .min, seconds(year) < last - 182 * 86_400 { year += 1 }
            self.year = Int(year)
            last = seconds(year)
            local = last
        }
        return UnixTime(seconds: local - offset(at: local))
    }

    private mutating func offset(at local: Int64) -> Int64 {
        let number = local / 3_600
        if let hour, hour.number == number { return hour.offset }
        let offset = zone(local)
        hour = (number, offset)
        return offset
    }

    /// `2026-11-22T03:44:49.123456+01:00 `
    private func rfc3339(_ rest: inout ArraySlice<UInt8>) -> UnixTime? {
        guard rest.count > 20 else { return nil }
        let start = rest.startIndex
        guard let year = Self.number(rest[start..<(start + 4)]),
            let month = Self.number(rest[(start + 5)..<(start + 7)]),
            let day = Self.number(rest[(start + 8)..<(start + 10)]), 1...12 ~= month, 1...31 ~= day,
            rest[start + 4] == 0x2d, rest[start + 7] == 0x2d, rest[start + 10] == 0x54 || rest[start + 10] == 0x20,
            let clock = Self.clock(rest[(start + 11)..<(start + 19)])
        else { return nil }
        var text = rest[(start + 19)...]
        if text.first == 0x2e || text.first == 0x2c { text = text.dropFirst().drop { 0x30...0x39 ~= $0 } }
        var seconds = UnixTime(year: year, month: month, day: day).seconds + clock
        if text.first == UInt8(ascii: "Z") {
            text = text.dropFirst()
        } else if let sign = text.first, sign == 0x2b || sign == 0x2d, text.count > 6 {
            let place = text.startIndex
            let minutes = text[place + 3] == 0x3a ? place + 4 : place + 3
            guard let hours = Self.number(text[(place + 1)..<(place + 3)]),
                let part = Self.number(text[minutes..<(minutes + 2)])
            else { return nil }
            seconds -= (hours * 3_600 + part * 60) * (sign == 0x2d ? -1 : 1)
            text = text[(minutes + 2)...]
        } else {
            seconds -= zone(seconds)
        }
        guard text.first == 0x20 else { return nil }
        rest = text.dropFirst()
        return UnixTime(seconds: seconds)
    }

    private static func clock(_ text: ArraySlice<UInt8>) -> Int64? {
        let start = text.startIndex
        guard text.count == 8, text[start + 2] == 0x3a, text[start + 5] == 0x3a,
            let hours = number(text[start..<(start + 2)]), let minutes = number(text[(start + 3)..<(start + 5)]),
            let seconds = number(text[(start + 6)...]), hours < 24, minutes < 60, seconds <= 60
        else { return nil }
        return hours * 3_600 + minutes * 60 + seconds
    }

    static func number(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard 1...18 ~= digits.count, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 0x30) }
    }

    private static func exists(year: Int64, month: Int, day: Int64) -> Bool {
        guard month == 2, day == 29 else { return true }
        return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
    }
}
