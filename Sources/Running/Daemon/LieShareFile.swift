import FoundationEssentials
import Memory

/// What was learned of the share of recipients that do not exist, in a file of the data directory: three numbers in one line,
/// the day since 1970, how many were asked for and how many of these were unknown. Losing it costs a day of learning.
struct LieShareFile {
    private let path: String

    init(path: String) { self.path = path }

    /// The most requests that are believed.
    private static let most = 1e12

    /// What was learned before; `nil` for a file that is not there or holds anything else.
    func read() -> RequestShares.Learning? {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8), text.utf8.count < 200 else { return nil }
        let words = text.split { $0 == " " || $0 == "\n" }
        guard words.count == 3, let day = Int64(words[0]), let asked = Double(words[1]), let unknown = Double(words[2]),
            0...100_000_000 ~= day, 0...Self.most ~= asked, 0...asked ~= unknown
        else { return nil }
        return RequestShares.Learning(day: day, asked: asked, unknown: unknown)
    }

    /// Keeps what was learned. What cannot be written is learned again.
    func write(_ learning: RequestShares.Learning?) {
        guard let learning else { return }
        let text = "\(learning.day) \(learning.asked) \(learning.unknown)\n"
        try? Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    }
}
