/// A key of the configuration: everything that is known about it. ``all`` is the one place where keys exist; parsing,
/// checking, the shipped file and the manual follow from it.
public struct ConfigurationKey: Sendable {
    /// The types of values.
    public enum ValueType: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
        /// `yes` or `no`.
        case boolean = "yes or no"

        /// A whole number.
        case number

        /// `0.25` or `25%`.
        case fraction

        /// A number of seconds, or a number with `s`, `m`, `h`, `d` or `w`.
        case duration

        /// A number of bytes, or a number with `k`, `m` or `g`.
        case size

        /// File permissions in octal.
        case permissions = "file mode"

        /// One word of a choice.
        case word

        /// Several words of a choice.
        case words = "list of words"

        /// A path from the root.
        case path

        /// Where a socket is.
        case socket

        /// A name.
        case text = "name"

        /// Addresses and networks.
        case networks = "list of addresses and networks"

        /// Domains.
        case domains = "list of domains"

        /// Numbers of ports.
        case ports = "list of ports"

        /// Local parts of mail addresses.
        case localParts = "list of local parts"

        /// Texts.
        case texts = "list of texts"

        /// Header fields, and what their values mean.
        case filterHeaders = "list of header fields"

        /// Keys that signatures are checked with.
        case publicKeys = "list of public keys"

        /// Recipients: words, mail addresses, domains.
        case recipients = "list of recipients"

        /// Mail addresses.
        case mailAddresses = "list of mail addresses"

        /// The type's name.
        public var description: String { rawValue }
    }

    /// The key's name.
    public let name: String

    /// The type of its values.
    public let type: ValueType

    /// What a number without a unit counts; `nil` when there are no units.
    public let unit: String?

    /// The limits of the value, as text; `nil` when there are none.
    public let range: String?

    /// The words to choose from; empty when there is no choice.
    public let choices: [String]

    /// Whether an empty value means something.
    public let allowsEmpty: Bool

    /// The value without any setting, as one would write it.
    public let defaultText: String

    /// What the key is for, in one sentence.
    public let summary: String

    /// Whether a new value takes effect at a reload; otherwise it waits for a restart.
    public let isReloadable: Bool

    /// Reads a value into the configuration; returns it the way it is best written.
    let store: @Sendable (String, inout Configuration) throws(ValueFailures) -> String

    /// Whether two configurations have the same value.
    let isSame: @Sendable (Configuration, Configuration) -> Bool

    /// Takes the value over from the first configuration into the second.
    let carry: @Sendable (Configuration, inout Configuration) -> Void

    /// A key whose values are stored as they are read.
    init<Value: Hashable & Sendable>(
        _ name: String, _ grammar: ValueGrammar<Value>, _ path: any WritableKeyPath<Configuration, Value> & Sendable,
        reload isReloadable: Bool = true, _ summary: String
    ) {
        self.init(
            name, grammar, path, as: { $0 }, default: Configuration()[keyPath: path], reload: isReloadable, summary)
    }

    /// A key whose values are stored in another type.
    init<Value: Hashable & Sendable, Field: Hashable & Sendable>(
        _ name: String, _ grammar: ValueGrammar<Value>, _ path: any WritableKeyPath<Configuration, Field> & Sendable,
        as field: @escaping @Sendable (Value) -> Field, default standard: Value, reload isReloadable: Bool = true,
        _ summary: String
    ) {
        self.name = name
        type = grammar.type
        unit = grammar.unit
        range = grammar.range
        choices = grammar.choices
        allowsEmpty = grammar.allowsEmpty
        defaultText = grammar.render(standard)
        self.summary = summary
        self.isReloadable = isReloadable
        store = { text, configuration throws(ValueFailures) in
            let value = try grammar.parse(text)
            configuration[keyPath: path] = field(value)
            return grammar.render(value)
        }
        isSame = { $0[keyPath: path] == $1[keyPath: path] }
        carry = { $1[keyPath: path] = $0[keyPath: path] }
    }
}

extension ConfigurationKey {
    /// Every key there is, in the order of the shipped file.
    public static let all: [ConfigurationKey] = ConfigurationSection.all.flatMap(\.keys)

    /// The key of that name; `nil` when there is none.
    public static func named(_ name: String) -> ConfigurationKey? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The type, the limits or choices, and the default, in one line: `duration, 1s to 1d, default 60s`.
    public var synopsis: String {
        var parts = [type.description]
        if let range { parts.append(range) }
        if !choices.isEmpty, type != .boolean { parts.append(choices.joined(separator: " | ")) }
        parts.append(defaultText.isEmpty ? "default empty" : "default \(defaultText)")
        if !isReloadable { parts.append("needs a restart") }
        return parts.joined(separator: ", ")
    }
}
