/// A list of a Postfix configuration as a server sees it, each entry with the place that it is written at: the list
/// itself, or the text of another parameter that the list refers to.
struct PostfixList {
    /// Where a text is written.
    struct Place: Hashable {
        /// The parameter.
        var parameter: String

        /// The service in `master.cf`; `nil` for `main.cf`.
        var service: PostfixService?

        /// Its text.
        var text: String
    }

    /// An entry: what stands between separators, or in braces.
    struct Entry {
        /// The entry with other parameters filled in.
        var text: String

        /// The text that it is written in.
        var place: Place

        /// Where in that text.
        var range: Range<String.Index>

        /// Which word of the list it is or comes from, from 0.
        var word: Int

        /// Whether the entry is that piece of text: not where one reference stands for several, nor for a part of one.
        var isExact: Bool
    }

    /// Where the list is written.
    var place: Place

    /// The entries in order.
    var entries: [Entry] = []

    /// The list `name` of a service; of `main.cf` without one.
    init(_ name: String, in service: PostfixService?, of postfix: PostfixConfiguration) {
        let holder = service?.overrides[name] == nil ? nil : service
        place = Place(parameter: name, service: holder, text: postfix.written(name, in: service))
        for (index, word) in MilterEntry.words(place.text[...]).enumerated() {
            collect(word, at: place, word: index, in: service, of: postfix, depth: 0)
        }
    }

    private mutating func collect(
        _ word: Substring, at place: Place, word index: Int, in service: PostfixService?,
        of postfix: PostfixConfiguration, depth: Int
    ) {
        if depth < 16, let reference = Self.reference(word) {
            switch reference.body {
            case .value(let name):
                let holder = service?.overrides[String(name)] == nil ? nil : service
                let inner = Place(
                    parameter: String(name), service: holder, text: postfix.written(String(name), in: service))
                for word in MilterEntry.words(inner.text[...]) {
                    collect(word, at: inner, word: index, in: service, of: postfix, depth: depth + 1)
                }
            case .choice(let condition, let then, let otherwise):
                guard let branch = postfix.holds(condition, in: service) ? then : otherwise else { return }
                for word in MilterEntry.words(branch) {
                    collect(word, at: place, word: index, in: service, of: postfix, depth: depth + 1)
                }
            }
            return
        }
        let text = postfix.expanded(word, in: service)
        let words = MilterEntry.words(text[...])
        for entry in words {
            entries.append(
                Entry(
                    text: String(entry), place: place, range: word.startIndex..<word.endIndex, word: index,
                    isExact: words.count == 1))
        }
    }

    /// The reference that a word consists of; `nil` when it is something else.
    static func reference(_ word: Substring) -> PostfixReference? {
        guard word.first == "$", let reference = PostfixReference(at: word.startIndex, in: word),
            reference.end == word.endIndex
        else { return nil }
        return reference
    }

    /// A text with some of its words left out. What stands between the others stays as it is.
    static func removing(_ dropped: (Range<String.Index>) -> Bool, from text: Substring) -> String {
        rewriting(text) { dropped($0.startIndex..<$0.endIndex) ? nil : String($0) }
    }

    /// A text with each word replaced by what `change` makes of it, or left out where that is `nil`.
    static func rewriting(_ text: Substring, _ change: (Substring) -> String?) -> String {
        let words = MilterEntry.words(text)
        guard let first = words.first, let last = words.last else { return String(text) }
        var result = String(text[..<first.startIndex])
        var isEmpty = true
        var end = first.startIndex
        for word in words {
            let separator = text[end..<word.startIndex]
            end = word.endIndex
            guard let changed = change(word), !changed.isEmpty else { continue }
            if !isEmpty { result += separator.isEmpty ? ", " : separator }
            result += changed
            isEmpty = false
        }
        return isEmpty ? "" : result + text[last.endIndex...]
    }

    /// A text with a further word at its end.
    static func appending(_ word: String, to text: String) -> String {
        let list = text[...].trimmed
        if list.isEmpty { return word }
        return list.hasSuffix(",") ? "\(list) \(word)" : "\(list), \(word)"
    }
}
