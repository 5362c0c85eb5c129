/// How numbers and spans of time stand in tables.
package enum FigureText {
    /// `digits` digits after the point; `-` for what is not a finite number.
    package static func number(_ value: Double, digits: Int = 3) -> String {
        guard value.isFinite else { return "-" }
        var scale = 1.0
        for _ in 0..<digits { scale *= 10 }
        let rounded = (abs(value) * scale).rounded()
        let whole = Int(rounded / scale)
        let rest = String(Int(rounded) - whole * Int(scale))
        let sign = value < 0 && rounded > 0 ? "-" : ""
        return digits == 0
            ? "\(sign)\(whole)" : "\(sign)\(whole)." + String(repeating: "0", count: digits - rest.count) + rest
    }

    /// A number with its sign.
    package static func signed(_ value: Double) -> String { (value < 0 ? "" : "+") + number(value) }

    /// A share of one in per cent, one digit after the point.
    package static func percent(_ share: Double) -> String { number(share * 100, digits: 1) + " %" }

    /// A span of seconds in the largest fitting unit.
    package static func span(_ seconds: Int64) -> String {
        for (unit, length) in [("d", Int64(86_400)), ("h", 3_600), ("m", 60)] where seconds >= length {
            return number(Double(seconds) / Double(length), digits: seconds % length == 0 ? 0 : 1) + " " + unit
        }
        return "\(seconds) s"
    }

    /// A span of seconds in its two largest units.
    package static func age(_ seconds: Int64) -> String {
        switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min \(seconds % 60) s"
        case ..<86_400: "\(seconds / 3_600) h \(seconds % 3_600 / 60) min"
        default: "\(seconds / 86_400) d \(seconds % 86_400 / 3_600) h"
        }
    }
}
