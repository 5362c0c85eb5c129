internal import SMTP

extension ValueGrammar where Value == Int {
    /// A whole number.
    static func number(_ range: ClosedRange<Int>) -> Self {
        measure(.number, unit: nil, .none, range)
    }

    /// A number of bytes with an optional `k`, `m` or `g`.
    static func size(_ range: ClosedRange<Int>) -> Self {
        measure(.size, unit: "bytes", .size, range)
    }

    /// A time of whole days.
    static func days(_ range: ClosedRange<Int>) -> Self {
        let limits = Int64(range.lowerBound) * 86_400...Int64(range.upperBound) * 86_400
        return .scalar(
            .duration, unit: "seconds", range: UnitTable.time.text(of: limits),
            parse: { text throws(ValueFailure) in
                let seconds = try UnitTable.time.value(of: text, as: .duration, in: limits)
                guard seconds.isMultiple(of: 86_400) else {
                    throw ValueFailure(
                        code: .outOfRange, problem: "\(QuotedText(text)) is not a whole number of days",
                        remedy: "write it in days, such as \(seconds / 86_400)d")
                }
                return Int(seconds / 86_400)
            }, render: { "\($0)d" })
    }

    /// File permissions in octal.
    static var permissions: Self {
        .scalar(
            .permissions, range: "0000 to 0777",
            parse: { text throws(ValueFailure) in
                guard 3...4 ~= text.utf8.count, text.utf8.allSatisfy({ 0x30...0x37 ~= $0 }),
                    let mode = Int(text, radix: 8)
                else {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) is not a file mode",
                        remedy: "write three or four octal digits, such as 0660")
                }
                guard mode <= 0o777 else {
                    throw ValueFailure(
                        code: .outOfRange, problem: "\(text) is out of range", remedy: "use 0000 to 0777")
                }
                return mode
            },
            render: { $0.padded(to: 4, radix: 8) })
    }

    private static func measure(
        _ type: ConfigurationKey.ValueType, unit: String?, _ units: UnitTable, _ range: ClosedRange<Int>
    ) -> Self {
        let limits = Int64(range.lowerBound)...Int64(range.upperBound)
        return .scalar(
            type, unit: unit, range: units.text(of: limits),
            parse: { text throws(ValueFailure) in Int(try units.value(of: text, as: type, in: limits)) },
            render: { units.text(of: Int64($0)) })
    }
}

extension ValueGrammar where Value == Int64 {
    /// A time in seconds, with an optional `s`, `m`, `h`, `d` or `w`.
    static func duration(_ range: ClosedRange<Int64>) -> Self {
        .scalar(
            .duration, unit: "seconds", range: UnitTable.time.text(of: range),
            parse: { text throws(ValueFailure) in try UnitTable.time.value(of: text, as: .duration, in: range) },
            render: { UnitTable.time.text(of: $0) })
    }
}

extension ValueGrammar where Value == Double {
    /// A share of the whole: `0.25` or `25%`, in steps of a millionth.
    static var fraction: Self {
        .scalar(
            .fraction, range: "0 to 1",
            parse: { text throws(ValueFailure) in
                let isPercentage = text.utf8.last == UInt8(ascii: "%")
                let digits = Array(text.utf8.dropLast(isPercentage ? 1 : 0))
                guard let millionths = millionths(digits[...], decimals: isPercentage ? 4 : 6) else {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) is not a fraction",
                        remedy: "write a number such as 0.25 or 25%, with at most \(isPercentage ? 4 : 6) decimals")
                }
                guard millionths <= 1_000_000 else {
                    throw ValueFailure(
                        code: .outOfRange, problem: "\(text) is out of range", remedy: "use 0 to 1, or 0% to 100%")
                }
                return Double(millionths) / 1_000_000
            },
            render: { value in
                let millionths = Int((value * 1_000_000).rounded())
                var decimals = String(1_000_000 + millionths % 1_000_000).dropFirst()
                while decimals.last == "0" { decimals.removeLast() }
                return "\(millionths / 1_000_000)" + (decimals.isEmpty ? "" : ".\(decimals)")
            })
    }

    private static func millionths(_ text: ArraySlice<UInt8>, decimals: Int) -> Int? {
        let parts = text.split(separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first, 1...6 ~= whole.count else { return nil }
        let fraction = parts.count == 2 ? parts[1] : []
        guard parts.count == 1 || 1...decimals ~= fraction.count else { return nil }
        var value = 0
        for byte in whole + fraction {
            guard 0x30...0x39 ~= byte else { return nil }
            value = value * 10 + Int(byte - 0x30)
        }
        return (fraction.count..<decimals).reduce(value) { value, _ in value * 10 }
    }
}

extension ValueGrammar where Value == Bool {
    /// `yes` or `no`.
    static var boolean: Self {
        .scalar(
            .boolean, choices: ["yes", "no"],
            parse: { text throws(ValueFailure) in
                switch text {
                case "yes": return true
                case "no": return false
                default:
                    throw ValueFailure(problem: "\(QuotedText(text)) is neither yes nor no", remedy: "write yes or no")
                }
            }, render: { $0 ? "yes" : "no" })
    }
}
