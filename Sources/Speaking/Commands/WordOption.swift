import ArgumentParser
import Configuration

/// Options whose value is one of a few words.
enum WordOption {
    /// The value that a word stands for.
    static func value<Value: RawRepresentable<String> & CaseIterable>(_ word: String) throws -> Value {
        guard let value = Value(rawValue: word) else {
            throw ValidationError("\"\(word)\" is none of \(words(Value.self))")
        }
        return value
    }

    /// What a shell offers for it.
    static func completion<Value: RawRepresentable<String> & CaseIterable>(_ type: Value.Type) -> CompletionKind {
        .list(Value.allCases.map(\.rawValue))
    }

    /// What a shell offers for `--set`: every key, and its values where they are words.
    static var settings: CompletionKind {
        .list(
            ConfigurationKey.all.flatMap { key in
                key.choices.isEmpty ? [key.name + "="] : key.choices.map { "\(key.name)=\($0)" }
            })
    }

    /// The words, separated by commas.
    static func words<Value: RawRepresentable<String> & CaseIterable>(_ type: Value.Type) -> String {
        Value.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
