public import Judgements

/// What an entry of `filter_headers` names.
public enum FilterHeaderEntry: Sendable, Hashable {
    /// The fields of a well-known filter.
    case filter(FilterHeaderRule.Filter)

    /// A field of its own.
    case rule(FilterHeaderRule)

    /// The rules.
    public var rules: [FilterHeaderRule] {
        switch self {
        case .filter(let filter): filter.rules
        case .rule(let rule): [rule]
        }
    }
}

extension ValueGrammar where Value == String {
    /// The name of who writes `Authentication-Results`: a host name, mostly.
    static var authservID: Self {
        .scalar(
            .text, allowsEmpty: true,
            parse: { text throws(ValueFailure) in
                guard text.utf8.count <= 255, text.utf8.allSatisfy({ 0x21...0x7e ~= $0 && $0 != UInt8(ascii: ";") })
                else {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) is not an authserv-id",
                        remedy: "write the first word of your Authentication-Results fields")
                }
                return text
            }, render: { $0 })
    }
}

extension ValueGrammar where Value == [String] {
    /// Texts that may hold blanks and commas.
    static var texts: Self {
        .pieces(
            .texts,
            item: { text throws(ValueFailure) in
                guard text.utf8.count >= 3 else {
                    throw ValueFailure(
                        problem: "\(QuotedText(text)) occurs in too many texts",
                        remedy: "write three characters or more")
                }
                return text
            }, render: { $0 })
    }
}

extension ValueGrammar where Value == [FilterHeaderEntry] {
    /// Filters, and header fields with what their values mean.
    static var filterHeaders: Self {
        .pieces(.filterHeaders, item: { text throws(ValueFailure) in try entry(text) }, render: { render($0) })
    }

    private static func entry(_ text: String) throws(ValueFailure) -> FilterHeaderEntry {
        if let filter = FilterHeaderRule.Filter(rawValue: text.lowercased()) { return .filter(filter) }
        let problem = "\(QuotedText(text)) is not a header field"
        let remedy = "write rspamd, spamassassin, amavis, or NAME: VALUE = spam, or NAME: VALUE = honest"
        guard let colon = text.firstIndex(of: ":"), let equals = text.lastIndex(of: "="), colon < equals else {
            throw ValueFailure(problem: problem, remedy: remedy)
        }
        let name = trimmed(text[..<colon])
        let pattern = trimmed(text[text.index(after: colon)..<equals])
        let word = trimmed(text[text.index(after: equals)...])
        guard let kind = JudgementKind(rawValue: word) else {
            throw ValueFailure(problem: "\(QuotedText(word)) is not a judgement", remedy: "write spam or honest")
        }
        guard let rule = FilterHeaderRule(name: name, pattern: pattern, kind: kind) else {
            throw ValueFailure(problem: problem, remedy: remedy)
        }
        return .rule(rule)
    }

    private static func render(_ entry: FilterHeaderEntry) -> String {
        switch entry {
        case .filter(let filter): filter.rawValue
        case .rule(let rule): "\(rule.name): \(rule.pattern) = \(rule.kind.rawValue)"
        }
    }
}

extension ValueGrammar {
    /// A list of items that may hold blanks, separated by semicolons; repeated ones count once.
    fileprivate static func pieces<Item: Hashable & Sendable>(
        _ type: ConfigurationKey.ValueType, item parse: @escaping @Sendable (String) throws(ValueFailure) -> Item,
        render: @escaping @Sendable (Item) -> String
    ) -> Self where Value == [Item] {
        Self(
            type: type, allowsEmpty: true,
            parse: { text throws(ValueFailures) in
                var items: [Item] = []
                var failures: [ValueFailure] = []
                for piece in Array(text.utf8).split(separator: UInt8(ascii: ";")) {
                    let word = trimmed(Substring(decoding: piece, as: UTF8.self))
                    guard !word.isEmpty else { continue }
                    do throws(ValueFailure) {
                        let item = try parse(word)
                        if !items.contains(item) { items.append(item) }
                    } catch {
                        var failure = error
                        failure.offset = piece.startIndex
                        failures.append(failure)
                    }
                }
                guard failures.isEmpty else { throw ValueFailures(failures) }
                return items
            }, render: { $0.map(render).joined(separator: "; ") })
    }

    fileprivate static func trimmed(_ text: Substring) -> String {
        var text = text
        while let first = text.utf8.first, first == 0x20 || first == 0x09 { text = text.dropFirst() }
        while let last = text.utf8.last, last == 0x20 || last == 0x09 { text = text.dropLast() }
        return String(text)
    }
}
