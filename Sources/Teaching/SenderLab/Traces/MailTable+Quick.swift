import LogLines
import SMTP
import SpamTracker

extension MailTable {
    /// The columns that a row is read from.
    struct Columns {
        var time: Int
        var address: Int
        var recipient: Int
        var label: Int?
        var weight: Int?
        var width: Int
    }
}

extension MailRow {
    /// A row as programs write it: whole seconds, a plain IPv4 address, a recipient in lower case ASCII, a label in lower case,
    /// no quotes, no blanks; `nil` for any other, which has to be read with care. One pass, no copy but of the domain.
    init?(plain line: ArraySlice<UInt8>, separator: UInt8, columns: MailTable.Columns) {
        let text = line.span
        var (time, address, recipient, label, weight) = (0..<0, 0..<0, 0..<0, 0..<0, 0..<0)
        var (field, start) = (0, 0)
        for place in 0...text.count {
            if place < text.count, text[place] != separator {
                // A quote changes what separates fields.
                guard 0x21...0x7e ~= text[place], text[place] != UInt8(ascii: "\"") else { return nil }
                continue
            }
            let range = start..<place
            if field == columns.time { time = range }
            if field == columns.address { address = range }
            if field == columns.recipient { recipient = range }
            if field == columns.label { label = range }
            if field == columns.weight { weight = range }
            field += 1
            start = place + 1
        }
        guard field >= columns.width, let seconds = Self.number(text, time, digits: 11),
            let client = ClientAddress(plainIPv4: text.extracting(address)),
            let count = weight.isEmpty ? 1 : Self.number(text, weight, digits: 9), count > 0
        else { return nil }
        let known: SenderLabel?
        switch label.count {
        case 0: known = nil
        case 4 where Self.word(text, label) == 0x7370_616d: known = .spam
        case 3 where Self.word(text, label) == 0x68_616d: known = .honest
        default: return nil
        }
        var domain = recipient
        for place in recipient {
            switch text[place] {
            case UInt8(ascii: "@"): domain = place + 1..<recipient.upperBound
            case 0x41...0x5a, UInt8(ascii: "<"), UInt8(ascii: ">"): return nil
            default: break
            }
        }
        guard domain.count <= 255, domain.isEmpty || text[domain.upperBound - 1] != UInt8(ascii: ".") else {
            return nil
        }
        let first = line.startIndex
        self.init(
            time: UnixTime(seconds: seconds), client: client,
            domain: String(decoding: line[first + domain.lowerBound..<first + domain.upperBound], as: UTF8.self),
            label: known, weight: UInt32(clamping: count))
    }

    private static func number(_ text: borrowing Span<UInt8>, _ range: Range<Int>, digits: Int) -> Int64? {
        guard 1...digits ~= range.count else { return nil }
        var number: Int64 = 0
        for place in range {
            guard 0x30...0x39 ~= text[place] else { return nil }
            number = number * 10 + Int64(text[place] - 0x30)
        }
        return number
    }

    /// Up to four bytes as a number: `spam` is 0x7370616d, `ham` is 0x68616d.
    private static func word(_ text: borrowing Span<UInt8>, _ range: Range<Int>) -> UInt32 {
        var word: UInt32 = 0
        for place in range { word = word << 8 | UInt32(text[place]) }
        return word
    }
}
