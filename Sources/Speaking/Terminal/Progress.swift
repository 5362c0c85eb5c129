import Glibc
import SMTP
import SystemPackage

/// A progress bar on standard error for long work: share, rate, time left. Silent unless that is a terminal.
package struct Progress {
    /// What is counted.
    package enum Unit {
        /// Bytes of a file.
        case bytes
        /// Things of a name, like `sessions`.
        case things(String)
    }

    private static let width = 24
    /// How often the bar is drawn again.
    private static let interval = Duration.milliseconds(100)

    private let label: String
    private let total: Int64?
    private let unit: Unit
    private let isShown: Bool
    private let began = ContinuousClock.now
    private var drawn: ContinuousClock.Instant?
    private var done: Int64 = 0

    /// A bar for work that is about to begin.
    ///
    /// - Parameters:
    ///   - label: what is being done, in a word or two: a file's name.
    ///   - total: how much there is to do, if that is known; without it only amount and rate are shown.
    package init(_ label: String, total: Int64?, unit: Unit) {
        // Names of files are whatever somebody has called them.
        self.label = PrintableText(label).description
        self.total = total
        self.unit = unit
        isShown = isatty(STDERR_FILENO) == 1
    }

    /// Says how much is done by now. Cheap: the bar is drawn ten times a second at most.
    package mutating func update(_ done: Int64) {
        self.done = done
        guard isShown else { return }
        let now = ContinuousClock.now
        if let drawn, now - drawn < Self.interval { return }
        drawn = now
        write("\r\u{1b}[K" + Self.text(label: label, done: done, total: total, unit: unit, after: now - began))
    }

    /// Takes the bar away, so that a line can be printed or the work is at its end.
    package mutating func clear() {
        guard isShown, drawn != nil else { return }
        drawn = nil
        write("\r\u{1b}[K")
    }

    /// The bar as text, at most 100 columns for a label of 20.
    static func text(label: String, done: Int64, total: Int64?, unit: Unit, after elapsed: Duration) -> String {
        let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        let rate = seconds > 0 ? Double(done) / seconds : 0
        let name = label.count > 20 ? "…" + label.suffix(19) : label
        let speed = amount(rate, unit) + "/s"
        guard let total, total > 0 else { return "\(name) \(amount(Double(done), unit)) \(speed)" }
        let share = min(1, max(0, Double(done) / Double(total)))
        let filled = Int(share * Double(width))
        let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: width - filled)
        let left = rate > 0 ? duration((Double(total - min(done, total)) / rate).rounded(.up)) : "-:--"
        return "\(name) [\(bar)] \(Int(share * 100)) % \(amount(Double(done), unit)) \(speed) \(left) left"
    }

    private static func amount(_ number: Double, _ unit: Unit) -> String {
        switch unit {
        case .things(let name): return "\(Int(min(number, 1e15))) \(name)"
        case .bytes:
            var number = number
            var prefix = 0
            while number >= 1_000, prefix < 4 {
                number /= 1_000
                prefix += 1
            }
            let digits = prefix == 0 || number >= 100 ? "\(Int(number))" : "\(Double(Int(number * 10)) / 10)"
            return digits + [" B", " kB", " MB", " GB", " TB"][prefix]
        }
    }

    private static func duration(_ seconds: Double) -> String {
        let whole = Int(min(seconds, 359_999))
        let parts = [whole / 3_600, whole / 60 % 60, whole % 60]
        let two = parts.map { $0 < 10 ? "0\($0)" : "\($0)" }
        return parts[0] > 0 ? "\(parts[0]):\(two[1]):\(two[2])" : "\(parts[1]):\(two[2])"
    }

    private func write(_ text: String) {
        // A bar that cannot be drawn is no reason to stop.
        _ = try? FileDescriptor.standardError.writeAll(Array(text.utf8))
    }
}
