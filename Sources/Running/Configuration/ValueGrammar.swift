/// How the values of one type are read, checked and written.
struct ValueGrammar<Value: Sendable>: Sendable {
    /// The type.
    var type: ConfigurationKey.ValueType

    /// What a number without a unit counts; `nil` when there are no units.
    var unit: String?

    /// The limits, as text; `nil` when there are none.
    var range: String?

    /// The words to choose from; empty when there is no choice.
    var choices: [String] = []

    /// Whether an empty value means something.
    var allowsEmpty = false

    /// Reads a value without blanks at its ends.
    var parse: @Sendable (String) throws(ValueFailures) -> Value

    /// Writes a value the shortest way that ``parse`` reads.
    var render: @Sendable (Value) -> String
}

extension ValueGrammar {
    /// A grammar for one item: what is wrong with it is wrong at its start.
    static func scalar(
        _ type: ConfigurationKey.ValueType, unit: String? = nil, range: String? = nil, choices: [String] = [],
        allowsEmpty: Bool = false, parse: @escaping @Sendable (String) throws(ValueFailure) -> Value,
        render: @escaping @Sendable (Value) -> String
    ) -> Self {
        Self(
            type: type, unit: unit, range: range, choices: choices, allowsEmpty: allowsEmpty,
            parse: { text throws(ValueFailures) in
                do throws(ValueFailure) {
                    return try parse(text)
                } catch {
                    throw ValueFailures(error)
                }
            }, render: render)
    }
}

extension ValueGrammar where Value: Hashable {
    /// A grammar for a list of items; what is wrong is reported for each item, repeated items count once.
    static func list<Item: Hashable & Sendable>(
        _ type: ConfigurationKey.ValueType, choices: [String] = [],
        item parse: @escaping @Sendable (String) throws(ValueFailure) -> Item,
        collect: @escaping @Sendable ([Item]) -> Value, render: @escaping @Sendable (Value) -> [String]
    ) -> Self {
        Self(
            type: type, choices: choices, allowsEmpty: true,
            parse: { text throws(ValueFailures) in
                var items: [Item] = []
                var seen: Set<Item> = []
                var failures: [ValueFailure] = []
                for (word, offset) in words(of: text) {
                    do throws(ValueFailure) {
                        let item = try parse(word)
                        if seen.insert(item).inserted { items.append(item) }
                    } catch {
                        var failure = error
                        failure.offset = offset
                        failures.append(failure)
                    }
                }
                guard failures.isEmpty else { throw ValueFailures(failures) }
                return collect(items)
            }, render: { render($0).joined(separator: " ") })
    }

    /// The words of a list and where they start, in bytes.
    private static func words(of text: String) -> [(word: String, offset: Int)] {
        let isSeparator: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x09 || $0 == UInt8(ascii: ",") }
        return Array(text.utf8).split(whereSeparator: isSeparator).map {
            (String(decoding: $0, as: UTF8.self), $0.startIndex)
        }
    }
}
