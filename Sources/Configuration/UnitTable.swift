/// The letters that may stand behind a number, and what they multiply it with.
struct UnitTable: Sendable {
    /// The letters and factors, smallest factor first.
    let factors: KeyValuePairs<Unicode.Scalar, Int64>

    /// What a value looks like, for messages.
    let advice: String

    /// Numbers that count nothing but themselves.
    static let none = UnitTable(factors: [:], advice: "a whole number, such as 5")

    /// Seconds.
    static let time = UnitTable(
        factors: ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800],
        advice: "a whole number with s, m, h, d or w, such as 60s")

    /// Bytes.
    static let size = UnitTable(
        factors: ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30], advice: "a whole number with k, m or g, such as 64k")

    /// The number that `text` gives, within `range`.
    func value(of text: String, as type: ConfigurationKey.ValueType, in range: ClosedRange<Int64>)
        throws(ValueFailure) -> Int64
    {
        var digits = Array(text.utf8)[...]
        var factor: Int64 = 1
        if let unit = factors.first(where: { UInt8(ascii: $0.key) == digits.last }) {
            factor = unit.value
            digits = digits.dropLast()
        }
        guard !digits.isEmpty, digits.allSatisfy({ 0x30...0x39 ~= $0 }) else {
            throw ValueFailure(problem: "\(QuotedText(text)) is not a \(type)", remedy: "write \(advice)")
        }
        let number = Int64(String(decoding: digits, as: UTF8.self)) ?? .max
        let (value, isTooLarge) = number.multipliedReportingOverflow(by: factor)
        guard !isTooLarge, range.contains(value) else {
            throw ValueFailure(
                code: .outOfRange, problem: "\(QuotedText.name(text)) is out of range",
                remedy: "use \(self.text(of: range))")
        }
        return value
    }

    /// `value` with the largest unit that leaves no rest; seconds and days are preferred to one minute and weeks.
    func text(of value: Int64) -> String {
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
