import FoundationEssentials
import SenderLab
import SpamTracker

/// A line of JSON about messages: `t`, `ip` and `recipient`, and `label` and `weight` if they are there. Numbers may stand
/// in quotes; `recipient` may be a list.
struct JSONMailLine: Decodable {
    private enum CodingKeys: String, CodingKey { case t, ip, recipient, label, weight }

    private let time: String
    private let address: String
    private let recipients: [String]
    private let label: String
    private let weight: String

    /// More recipients of one message no mail server takes (Postfix: 1,000).
    private static let mostRecipients = 1_000

    init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: CodingKeys.self)
        func text(_ key: CodingKeys) -> String? {
            if let text = try? fields.decodeIfPresent(String.self, forKey: key) { return text }
            if let number = try? fields.decodeIfPresent(Int64.self, forKey: key) { return "\(number)" }
            return (try? fields.decodeIfPresent(Double.self, forKey: key)).map { "\($0)" }
        }
        time = text(.t) ?? ""
        address = try fields.decode(String.self, forKey: .ip)
        recipients =
            try (try? fields.decode([String].self, forKey: .recipient))
            ?? [fields.decode(String.self, forKey: .recipient)]
        label = text(.label) ?? ""
        weight = text(.weight) ?? ""
    }

    /// The messages of a line.
    static func rows(of line: ArraySlice<UInt8>) throws(MailRow.Fault) -> [MailRow] {
        guard let object = try? JSONDecoder().decode(Self.self, from: Data(line)) else {
            throw MailRow.Fault(problem: "not a JSON object with t, ip and recipient")
        }
        guard 1...mostRecipients ~= object.recipients.count else {
            throw MailRow.Fault(problem: "\(object.recipients.count) recipients: must be 1 to \(mostRecipients)")
        }
        var rows: [MailRow] = []
        for recipient in object.recipients {
            let row = try MailRow(
                time: object.time, address: object.address, recipient: recipient, label: object.label,
                weight: object.weight)
            guard !row.domain.isEmpty else { throw MailRow.Fault(problem: "there is no recipient") }
            rows.append(row)
        }
        return rows
    }
}
