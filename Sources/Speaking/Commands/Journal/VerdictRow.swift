import Keeping
import Policy
import Terminal

/// A verdict as JSON, by the names of ``Policy/VerdictField``.
struct VerdictRow: Encodable {
    private let values: [(field: VerdictField, value: VerdictValue)]

    /// A replayed verdict.
    init(_ record: VerdictRecord) { values = VerdictField.replayed.map { ($0, record[$0]) } }

    /// A verdict of the journal. Addresses are keyed hashes; those in clear are there only where the journal keeps them
    /// (`journal_addresses = clear`).
    init(_ entry: JournalEntry) {
        values = (VerdictField.journalled + VerdictField.shown).map { ($0, entry[$0]) }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ field: VerdictField) { stringValue = field.rawValue }
        init?(stringValue: String) { nil }
        init?(intValue: Int) { nil }
    }

    func encode(to encoder: any Encoder) throws {
        var fields = encoder.container(keyedBy: Key.self)
        for (field, value) in values {
            switch value {
            case .text(let text): try fields.encode(text, forKey: Key(field))
            case .words(let words): try fields.encode(words, forKey: Key(field))
            case .number(let number): try fields.encode(number, forKey: Key(field))
            case .time(let time): try fields.encode(Output.text(time), forKey: Key(field))
            case .absent: break
            }
        }
    }
}
