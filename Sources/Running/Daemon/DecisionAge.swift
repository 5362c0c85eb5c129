import Dialects
import FoundationEssentials
import KeyedHashing
import Policy
import SMTP

/// Since when the dialects and traps in force decide: remembered in a file of the data directory, so that a restart with
/// a new package is a change and a restart without one is none.
///
/// The file holds a keyed hash of them and a time, in one line. Losing it costs nothing but a day of probation.
struct DecisionAge {
    private let path: String
    private let key: HashingKey

    init(path: String, key: HashingKey) {
        self.path = path
        self.key = key
    }

    /// Since when `model` and the traps of `policy` decide; now, if they have not before. Remembers it.
    func since(_ model: DialectModel, _ policy: PolicyConfiguration, at now: UnixTime) -> UnixTime {
        let seen = digest(model, policy).description
        let words = (try? String(contentsOfFile: path, encoding: .utf8))?.split { $0 == " " || $0 == "\n" } ?? []
        if words.count == 2, words[0] == seen, let seconds = Int64(words[1]), seconds <= now.seconds {
            return UnixTime(seconds: seconds)
        }
        // What cannot be written is a change again at the next start.
        try? Data("\(seen) \(now.seconds)\n".utf8).write(to: URL(filePath: path), options: .atomic)
        return now
    }

    /// A hash of what decides: dialect by dialect, since the text of ten thousand takes as much memory as all else together.
    private func digest(_ model: DialectModel, _ policy: PolicyConfiguration) -> KeyedHash {
        let traps = [policy.trapAddresses.sorted(), policy.trapDomains.entries].map { $0.joined(separator: " ") }
        var hash = KeyedHash(bits: key.digest(domain: "decision", parts: traps.map(\.utf8)))
        for dialect in model.dialects {
            let parts = [hash.description, DialectDocument.text(for: DialectModel(dialects: [dialect]))]
            hash = KeyedHash(bits: key.digest(domain: "decision.dialect", parts: parts.map(\.utf8)))
        }
        return hash
    }
}
