import Campaigns
import KeyedHashing
import SMTP
import Seeded

/// A message as a mail server hands it over, and what a reader makes of it.
struct Message {
    var headers: [(name: String, value: String)]
    var body: String

    static let key = try! HashingKey(bytes: Array(0..<32))

    /// A message with usual headers and a plain text.
    init(_ body: String, type: String? = nil, encoding: String? = nil, subject: String = "Hello there") {
        headers = [
            ("From", "a@example.net"), ("To", "b@example.org"), ("Subject", subject),
            ("Message-ID", "<4f1a@example.net>"), ("Date", "Sun, 22 Nov 2026 03:44:50 +0000"),
        ]
        if let type { headers.append(("Content-Type", type)) }
        if let encoding { headers.append(("Content-Transfer-Encoding", encoding)) }
        self.body = body.replacing("\n", with: "\r\n")
    }

    /// Reads it, the body cut where `cuts` says.
    func shape(cuts: (Int) -> Int = { $0 }, limits: CampaignReader.Limits = .init(), key: HashingKey = key)
        -> MessageShape
    {
        var reader = CampaignReader(key: key, limits: limits)
        for header in headers { reader.take(.header, Array("\(header.name)\0 \(header.value)".utf8).span) }
        reader.take(.eoh, [UInt8]().span)
        var rest = Array(body.utf8)[...]
        while !rest.isEmpty {
            let count = max(1, min(rest.count, cuts(rest.count)))
            reader.take(.body, Array(rest.prefix(count)).span)
            rest = rest.dropFirst(count)
        }
        return reader.finish()
    }

    /// The same read in drawn pieces.
    func shape(drawing seed: UInt64) -> MessageShape {
        var generator = SeededGenerator(seed: seed)
        return shape(cuts: { Int.random(in: 1...min(80, $0), using: &generator) })
    }
}

extension MessageShape {
    /// The hashes of its sites.
    var sites: Set<UInt64> { Set(templates.filter { $0.kind == .site }.map(\.key)) }
}
