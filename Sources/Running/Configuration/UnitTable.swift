/// The letters that may stand behind a number, and what they multiply it with.
package struct UnitTable: Sendable {
    /// The letters and factors, smallest factor first.
    let factors: KeyValuePairs<Unicode.Scalar, Int64>

    /// What a value looks like, for messages.
    let advice: String

    /// Numbers that count nothing but themselves.
    static let none = UnitTable(factors: [:], advice: "a whole number, such as 5")

    /// Seconds.
    package static let time = UnitTable(
        factors: ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800],
        advice: "a whole number with s, m, h, d or w, such as 60s")

    /// Bytes.
    static let size = UnitTable(
        factors: ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30], advice: "a whole number with k, m or g, such as 64k")

    /// The number that `text` gives, `Int64.max` for all that are too large; `nil` where it gives none.
    package func value(of text: String) -> Int64? {
        var digits = Array(text.utf8)[...]
        var factor: Int64 = 1
        if let unit = factors.first(where: { UInt8(ascii: $0.key) == digits.last }) {
            factor = unit.value
            digits = digits.dropLast()
        }
        guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else { return nil }
        let number = Int64(String(decoding: digits, as: UTF8.self)) ?? .max
        let (value, isTooLarge) = number.multipliedReportingOverflow(by: factor)
        return isTooLarge ? .max : value
    }

    /// The number that `text` gives, within `range`.
    func value(of text: String, as type: ConfigurationKey.ValueType, in range: ClosedRange<Int64>)
        throws(ValueFailure) -> Int64
    {
        guard let value = value(of: text) else {
            throw ValueFailure(problem: "\(QuotedText(text)) is not a \(type)", remedy: "write \(advice)")
        }
        guard value < .max, range.contains(value) else {
            throw ValueFailure(
                code: .outOfRange, problem: "\(QuotedText.name(text)) is out of range",
                remedy: "use \(self.text(of: range))")
        }
        return value
    }

    /// `value` with the largest unit that leaves no rest; seconds and days are preferred to one minute and weeks.
    package func text(of value: Int64) -> String {
        let unit = factors.last { unit in
            unit.key != "w" && value.isMultiple(of: unit.value) && value >= unit.value
                && !(unit.key == "m" && value == 60)
        }
        if let unit { return "\(value / unit.value)\(unit.key)" }
        return value == 0 && factors.first?.key == "s" ? "0s" : "\(value)"
    }

    /// The limits as words.
    func text(of range: ClosedRange<Int64>) -> String {
        "\(text(of: range.lowerBound)) to \(text(of: range.upperBound))"
    }
}
