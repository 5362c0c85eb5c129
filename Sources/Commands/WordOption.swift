import ArgumentParser

/// Options whose value is one of a few words.
enum WordOption {
    /// The value that a word stands for.
    static func value<Value: RawRepresentable<String> & CaseIterable>(_ word: String) throws -> Value {
        guard let value = Value(rawValue: word) else {
            throw ValidationError("\"\(word)\" is none of \(words(Value.self))")
        }
        return value
    }

    /// The words, separated by commas.
    static func words<Value: RawRepresentable<String> & CaseIterable>(_ type: Value.Type) -> String {
        Value.allCases.map(\.rawValue).joined(separator: ", ")
    }
}
