extension ValueGrammar where Value: RawRepresentable<String> & CaseIterable & Hashable {
    /// One word of a choice.
    static var word: Self {
        let choices = Value.allCases.map(\.rawValue)
        return .scalar(
            .word, choices: choices,
            parse: { text throws(ValueFailure) in try chosen(Value.self, from: choices, by: text) },
            render: { $0.rawValue })
    }
}

extension ValueGrammar {
    /// Several words of a choice; all cases but those of `excluded` are offered.
    static func words<Word: RawRepresentable<String> & CaseIterable & Hashable & Sendable>(
        except excluded: Word
    ) -> Self where Value == Set<Word> {
        .words(in: Word.allCases.filter { $0 != excluded })
    }

    /// Several words of a choice.
    static func words<Word: RawRepresentable<String> & Hashable & Sendable>(
        in offered: [Word]
    ) -> Self where Value == Set<Word> {
        let choices = offered.map(\.rawValue)
        return .list(
            .words, choices: choices,
            item: { text throws(ValueFailure) in try chosen(Word.self, from: choices, by: text) },
            collect: { Set($0) }, render: { value in offered.filter { value.contains($0) }.map(\.rawValue) })
    }
}

/// The case that `text` names, if it is among the `choices`.
private func chosen<Word: RawRepresentable<String>>(
    _: Word.Type, from choices: [String], by text: String
) throws(ValueFailure) -> Word {
    if choices.contains(text), let word = Word(rawValue: text) { return word }
    let list = choices.dropLast().joined(separator: ", ") + " or " + (choices.last ?? "")
    let nearest = EditDistance.nearest(to: text, in: choices)
    throw ValueFailure(
        problem: "\(QuotedText(text)) is not a choice",
        remedy: nearest.map { "did you mean \($0)? Write \(list)" } ?? "write \(list)")
}
