import ClientLab
import Foundation

/// One line of argotd's JSON log about a client; unknown keys are ignored, missing ones are nil.
struct VerdictLine: Decodable {
    /// `verdict`, or `session` for a client that never came to a recipient.
    let event: String
    /// The client's address.
    let client: String
    /// What the policy decided.
    let action: String?
    /// What was done in the end.
    let applied: String?
    /// Why, as words separated by commas.
    let reason: String?
    /// The dialect that was recognised.
    let dialect: String?

    /// The same as `byClient(inLogAt:)`, after all `addresses` have lines or half a minute has passed: the daemon logs
    /// a session when it ends, a moment after its client has gone.
    static func byClient(inLogAt path: String, awaiting addresses: [String]) -> [String: VerdictLine] {
        _ = Poll.until(.after(.seconds(30))) {
            Set(addresses).isSubset(of: byClient(inLogAt: path).keys)
        }
        return byClient(inLogAt: path)
    }

    /// The most telling line per client address: the severest verdict, else its session.
    static func byClient(inLogAt path: String) -> [String: VerdictLine] {
        let text = (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
        let decoder = JSONDecoder()
        let lines = text.split(separator: "\n").compactMap { line in
            try? decoder.decode(VerdictLine.self, from: Data(line.utf8))
        }
        return Dictionary(
            lines.filter { $0.severity != nil }.map { ($0.client, $0) },
            uniquingKeysWith: { ($1.severity ?? 0) > ($0.severity ?? 0) ? $1 : $0 })
    }

    /// How much it says; nil for events that are no judgement.
    private var severity: Int? {
        switch (event, action) {
        case ("session", _): 0
        case ("verdict", "tempfail"): 2
        case ("verdict", "fakereject"): 3
        case ("verdict", "reject"): 4
        case ("verdict", _): 1
        default: nil
        }
    }
}
