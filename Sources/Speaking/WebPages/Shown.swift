package import Policy
package import SMTP

/// How pages write things. What strangers have shaped goes through ``text(_:)``; the templates escape markup.
package enum Shown {
    /// Text in which nothing hides.
    package static func text(_ text: String) -> String { PrintableText(text).description }

    /// Text of any length, cut.
    package static func text(_ text: String, most count: Int) -> String {
        let shown = PrintableText(String(text.unicodeScalars.prefix(count))).description
        return text.unicodeScalars.count > count ? shown + "…" : shown
    }

    /// A time in UTC: `2026-11-30 08:15:00`.
    package static func time(_ time: UnixTime) -> String {
        let (days, second) = (Int64(floorDiv: time.seconds, by: 86_400), modulo(time.seconds, 86_400))
        let (year, month, day) = date(ofDay: days)
        return "\(year)-\(two(month))-\(two(day)) \(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))"
    }

    /// A length of time in its largest unit, or two of them.
    package static func span(_ seconds: Int64) -> String {
        switch seconds {
        case ..<120: "\(seconds) s"
        case ..<7_200: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h \(seconds / 60 % 60) min"
        default: "\(seconds / 86_400) d \(seconds / 3_600 % 24) h"
        }
    }

    /// A number with its thousands apart.
    package static func number(_ number: some BinaryInteger) -> String {
        let digits = Array(String(number))
        return digits.indices.map { index in
            let left = digits.count - index
            return left % 3 == 0 && index > 0 && digits[index - 1] != "-"
                ? "\u{2009}\(digits[index])" : String(digits[index])
        }.joined()
    }

    /// Microseconds.
    package static func micros(_ micros: UInt64) -> String {
        micros < 1_000 ? "\(micros) µs" : "\(micros / 1_000) ms"
    }

    /// The colour of a verdict.
    package static func tone(_ verdict: Verdict) -> String {
        switch verdict {
        case .accept: "good"
        case .tempfail: "warn"
        case .reject, .fakeReject: "bad"
        }
    }

    /// A part of a path or a value of a query, percent-encoded.
    package static func encoded(_ text: String) -> String {
        text.utf8.reduce(into: "") { result, byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e:
                result.unicodeScalars.append(Unicode.Scalar(byte))
            default: result += "%" + byte.padded(to: 2, radix: 16).uppercased()
            }
        }
    }

    private static func two(_ number: Int64) -> String { (number < 10 ? "0" : "") + String(number) }

    private static func modulo(_ number: Int64, _ divisor: Int64) -> Int64 {
        let rest = number % divisor
        return rest < 0 ? rest + divisor : rest
    }

    /// The date of the Gregorian calendar, days being counted from 1970-01-01. Years begin in March inside.
    private static func date(ofDay day: Int64) -> (year: Int64, month: Int64, day: Int64) {
        let shifted = day + 719_468
        let era = Int64(floorDiv: shifted, by: 146_097)
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let month = (5 * dayOfYear + 2) / 153
        let year = yearOfEra + era * 400
        return (month < 10 ? year : year + 1, month < 10 ? month + 3 : month - 9, dayOfYear - (153 * month + 2) / 5 + 1)
    }
}

extension Int64 {
    /// The quotient, rounded down. Far from the ends of the range: times of files are cut to what a date can say.
    fileprivate init(floorDiv number: Int64, by divisor: Int64) {
        let bounded = Swift.min(Swift.max(number, -1 << 40), 1 << 40)
        self = bounded / divisor - (bounded % divisor < 0 ? 1 : 0)
    }
}
