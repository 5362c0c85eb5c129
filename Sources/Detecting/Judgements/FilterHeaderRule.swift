/// A header field by which a filter before Argot says what it thinks of a message.
public struct FilterHeaderRule: Sendable, Hashable {
    /// The field's name, in lower case.
    public let name: String

    /// What its value looks like: letter case does not matter, `*` stands for anything.
    public let pattern: String

    /// What it says then.
    public let kind: JudgementKind

    let nameBytes: [UInt8]
    private let pieces: [[UInt8]]

    /// A rule; `nil` for a name that no field can have, or an empty pattern.
    public init?(name: String, pattern: String, kind: JudgementKind) {
        let name = name.lowercased()
        guard 1...76 ~= name.utf8.count, name.utf8.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: ":") }),
            1...200 ~= pattern.utf8.count
        else { return nil }
        self.name = name
        self.pattern = pattern
        self.kind = kind
        nameBytes = Array(name.utf8)
        pieces = pattern.lowercased().utf8.split(separator: UInt8(ascii: "*"), omittingEmptySubsequences: false)
            .map(Array.init)
    }

    /// Whether a value, unfolded, without blanks at its ends and in lower case, looks like that. O(length × pieces).
    func matches(_ value: [UInt8]) -> Bool {
        guard let first = pieces.first, let last = pieces.last else { return false }
        guard pieces.count > 1 else { return value == first }
        guard value.count >= first.count + last.count, value.starts(with: first),
            value.suffix(last.count).elementsEqual(last)
        else { return false }
        var rest = value[first.count..<(value.count - last.count)]
        for piece in pieces.dropFirst().dropLast() where !piece.isEmpty {
            guard let range = rest.firstRange(of: piece) else { return false }
            rest = rest[range.upperBound...]
        }
        return true
    }
}

extension FilterHeaderRule {
    /// The fields that well-known filters add.
    public enum Filter: String, Sendable, Hashable, CaseIterable {
        /// rspamd's milter: `X-Spam`, `X-Spamd-Result`, `X-Spam-Status`.
        case rspamd

        /// SpamAssassin, as spamass-milter and others add its fields.
        case spamassassin

        /// amavis.
        case amavis

        /// Their rules.
        public var rules: [FilterHeaderRule] {
            let table: [(name: String, pattern: String, kind: JudgementKind)] =
                switch self {
                case .rspamd:
                    [
                        ("X-Spam", "yes", .spam), ("X-Spamd-Result", "default: true*", .spam),
                        ("X-Spamd-Result", "default: false*", .honest), ("X-Spam-Status", "yes,*", .spam),
                        ("X-Spam-Status", "no,*", .honest),
                    ]
                case .spamassassin:
                    [
                        ("X-Spam-Flag", "yes", .spam), ("X-Spam-Status", "yes,*", .spam),
                        ("X-Spam-Status", "no,*", .honest),
                    ]
                case .amavis:
                    [
                        ("X-Spam-Flag", "yes", .spam), ("X-Spam-Flag", "no", .honest),
                        ("X-Spam-Status", "yes,*", .spam), ("X-Spam-Status", "no,*", .honest),
                    ]
                }
            return table.compactMap { FilterHeaderRule(name: $0.name, pattern: $0.pattern, kind: $0.kind) }
        }
    }

    /// Which of several fields of one name is the filter's.
    public enum Occurrence: String, Sendable, Hashable, CaseIterable {
        /// None, unless there is only one: two filters, or a client that knows the name.
        case only

        /// The first: the filter inserts its field at the top.
        case first

        /// The last: the filter adds its field behind the others.
        case last
    }
}
