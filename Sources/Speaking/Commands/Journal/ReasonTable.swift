import Explanations
import Policy

/// The table of reasons as the documents have it.
enum ReasonTable {
    /// Three tables: what counts against a client, what spares it, and how a verdict came about.
    static var markdown: String {
        let signals = Signal.all.map { signal in
            "| `\(signal.word)` | \(signal.detector) | \(VerdictExplanation.Because.weight(of: signal)) | \(signal.sentence) |"
        }
        let exemptions = Exemption.allCases.map { "| `\($0.rawValue)` | \($0.sentence) |" }
        let others = Reason.table.filter { reason in
            switch reason {
            case .signal, .exempt: false
            default: true
            }
        }
        return """
            | word | detector | weight | what it says of the client |
            | --- | --- | --- | --- |
            \(signals.joined(separator: "\n"))

            | word | what it says |
            | --- | --- |
            \(exemptions.joined(separator: "\n"))

            | word | what it says |
            | --- | --- |
            \(others.map { "| `\($0.word)` | \($0.sentence) |" }.joined(separator: "\n"))
            """
    }
}
