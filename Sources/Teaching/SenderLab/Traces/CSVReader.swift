/// Reads records of separated values line by line (RFC 4180): fields in quotes may hold separators, doubled quotes and
/// line ends.
///
/// A quote that is not closed within `mostLines` lines, or before the next record could begin, spoils its own line only:
/// the lines after it are read again as records of their own.
public struct CSVReader: Sendable {
    /// What happened to lines.
    public enum Outcome: Hashable, Sendable {
        /// A record that began on this line.
        case record([String], line: Int)
        /// A line that is not a record, and why.
        case fault(String, line: Int)
    }

    /// The separator of fields: a comma, a semicolon or a tab.
    public let separator: UInt8

    /// A record in quotes holds no more lines, nor more bytes.
    private static let mostLines = 16
    private static let mostBytes = 1 << 16

    /// Lines of a record whose quote is open.
    private var pending: [(bytes: [UInt8], number: Int)] = []

    /// Whether a record's quote is open, so that the next line belongs to it.
    var isOpen: Bool { !pending.isEmpty }

    /// A reader of records with this separator.
    public init(separator: UInt8 = UInt8(ascii: ",")) { self.separator = separator }

    /// Takes the next line, without its end. Amortised O(length), at most `mostLines` times that for spoiled quotes.
    public mutating func take(_ line: ArraySlice<UInt8>, number: Int) -> [Outcome] {
        pending.append((Array(line), number))
        return settle(isEnd: false)
    }

    /// Settles what is open at the end of the file.
    public mutating func finish() -> [Outcome] { settle(isEnd: true) }

    private mutating func settle(isEnd: Bool) -> [Outcome] {
        var outcomes: [Outcome] = []
        // Whether a later line must still be tried for the first record's end.
        var count = isEnd ? 1 : pending.count
        while !pending.isEmpty {
            let first = pending[0].number
            var bytes: [UInt8] = []
            for (place, line) in pending[..<count].enumerated() {
                if place > 0 { bytes.append(0x0a) }
                bytes += line.bytes
            }
            switch Self.parse(bytes, separator) {
            case .record(let fields):
                outcomes.append(.record(fields, line: first))
                pending.removeFirst(count)
            case .damaged(let problem):
                // With more lines than one it is the first quote that was never closed.
                outcomes.append(.fault(count > 1 ? Self.open : problem, line: first))
                pending.removeFirst()
            case .open:
                if count < pending.count {
                    count += 1
                    continue
                }
                guard isEnd || pending.count >= Self.mostLines || bytes.count > Self.mostBytes else { return outcomes }
                outcomes.append(.fault(Self.open, line: first))
                pending.removeFirst()
            }
            count = min(1, pending.count)
        }
        return outcomes
    }

    private static let open = "a quote is not closed"

    private enum Parsed {
        case record([String])
        case open
        case damaged(String)
    }

    private static func parse(_ bytes: [UInt8], _ separator: UInt8) -> Parsed {
        var fields: [String] = []
        var field: [UInt8] = []
        var isQuoted = false
        var wasQuoted = false
        var place = 0
        while place < bytes.count {
            let byte = bytes[place]
            place += 1
            switch byte {
            case UInt8(ascii: "\"") where isQuoted:
                if place < bytes.count, bytes[place] == byte {
                    field.append(byte)
                    place += 1
                } else {
                    isQuoted = false
                }
            case UInt8(ascii: "\""):
                guard field.isEmpty, !wasQuoted else { return .damaged("there is a quote in the middle of a field") }
                isQuoted = true
                wasQuoted = true
            case separator where !isQuoted:
                fields.append(String(decoding: field, as: UTF8.self))
                field = []
                wasQuoted = false
            default:
                guard isQuoted || !wasQuoted else { return .damaged("text follows a closing quote") }
                field.append(byte)
            }
        }
        guard !isQuoted else { return .open }
        return .record(fields + [String(decoding: field, as: UTF8.self)])
    }
}
