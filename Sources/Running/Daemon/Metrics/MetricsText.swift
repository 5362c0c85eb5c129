import SMTP

/// Metrics in Prometheus' text exposition format, version 0.0.4.
struct MetricsText {
    /// The kinds of metrics that are used.
    enum Kind: String {
        case counter, gauge, histogram
    }

    /// The text so far.
    private(set) var text = ""

    /// Begins a family of metrics; its samples follow.
    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    }

    /// One sample. Labels stand in the order given; their values are escaped.
    mutating func sample(
        _ name: String, _ labels: [(String, String)] = [], _ value: some Numeric & CustomStringConvertible
    ) {
        let list = labels.map { "\($0.0)=\"\(Self.escaped($0.1))\"" }.joined(separator: ",")
        text += name + (list.isEmpty ? "" : "{\(list)}") + " \(value)\n"
    }

    /// A metric of one sample.
    mutating func single(
        _ name: String, _ kind: Kind, _ help: String, _ value: some Numeric & CustomStringConvertible
    ) {
        family(name, kind, help)
        sample(name, [], value)
    }

    /// A histogram of seconds.
    mutating func histogram(_ name: String, _ labels: [(String, String)], _ histogram: LatencyHistogram) {
        let (buckets, total) = histogram.counts
        var below: UInt64 = 0
        for (index, count) in buckets.enumerated() {
            below += count
            let bound = index < LatencyHistogram.bounds.count ? Self.seconds(LatencyHistogram.bounds[index]) : "+Inf"
            sample("\(name)_bucket", labels + [("le", bound)], below)
        }
        let sum = Double(total) / 1e6
        sample("\(name)_sum", labels, sum)
        sample("\(name)_count", labels, below)
    }

    private static func seconds(_ microseconds: UInt64) -> String { "\(Double(microseconds) / 1e6)" }

    private static func escaped(_ text: String) -> String {
        PrintableText(text).description.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing(
            "\n", with: "\\n")
    }
}
