public import SMTP

extension UnixTime {
    private static let months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

    /// North American zones in hours, as RFC 5322 section 4.3 has them.
    private static let zones: [String: Int64] = [
        "ut": 0, "gmt": 0, "utc": 0, "z": 0, "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6,
        "pst": -8, "pdt": -7,
    ]

    /// Reads the date of a header field: `Sun, 22 Nov 2026 03:44:49 +0100 (CET)`; `nil` for anything else, and outside
    /// of the years 1970 to 9999. A zone that is not known is that of Greenwich (RFC 5322 section 4.3). O(length).
    public init?(mailDate text: some StringProtocol) {
        let plain = text.prefix { $0 != "(" }
        var words = plain.split { $0 == " " || $0 == "\t" || $0 == "," }[...]
        if let first = words.first?.unicodeScalars.first, !("0"..."9" ~= first) { words = words.dropFirst() }
        guard words.count >= 4, let day = Int64(words[words.startIndex]), 1...31 ~= day,
            let month = Self.months.firstIndex(of: words[words.startIndex + 1].prefix(3).lowercased()),
            var year = Int64(words[words.startIndex + 2])
        else { return nil }
        if year < 50 { year += 2_000 } else if year < 1_000 { year += 1_900 }
        let clock = words[words.startIndex + 3].split(separator: ":").map { Int64($0) }
        guard 1_970...9_999 ~= year, 2...3 ~= clock.count, let hour = clock[0], 0...23 ~= hour,
            let minute = clock[1], 0...59 ~= minute, let second = clock.count == 3 ? clock[2] : 0, 0...60 ~= second
        else { return nil }
        let zone = words.count > 4 ? Self.offset(words[words.startIndex + 4]) : 0
        let midnight = UnixTime(year: year, month: Int64(month) + 1, day: day)
        self = midnight + (hour * 3_600 + minute * 60 + second - zone)
        guard seconds >= 0 else { return nil }
    }

    /// A zone's offset from UTC in seconds.
    private static func offset(_ zone: some StringProtocol) -> Int64 {
        guard let sign = zone.first, sign == "+" || sign == "-" else { return (zones[zone.lowercased()] ?? 0) * 3_600 }
        let digits = zone.dropFirst()
        guard digits.utf8.count == 4, let number = Int64(digits), 0...1_459 ~= number else { return 0 }
        return (number / 100 * 3_600 + number % 100 * 60) * (sign == "-" ? -1 : 1)
    }
}
