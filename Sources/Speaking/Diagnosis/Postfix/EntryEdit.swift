/// Changes of one entry of a list, `SOCKET` or `{ SOCKET, name=value, … }`, that leave the rest of its text as it is.
struct EntryEdit: Hashable {
    /// The socket to write; `nil` for the one that is there.
    var endpoint: String?

    /// Settings to write, in the order in which they are added where they are missing.
    var settings: [Setting] = []

    /// Names of settings to leave out.
    var dropped: Set<String> = []

    /// A setting of an entry.
    struct Setting: Hashable {
        /// Its name.
        var name: String
        /// Its value.
        var value: String
    }

    /// Whether there is nothing to change.
    var isEmpty: Bool { endpoint == nil && settings.isEmpty && dropped.isEmpty }

    /// The entry with the changes.
    func applied(to word: Substring) -> String {
        if isEmpty { return String(word) }
        guard word.hasPrefix("{") else {
            let parts = [endpoint ?? String(word)] + settings.map { "\($0.name)=\($0.value)" }
            return parts.count == 1 ? parts[0] : "{ \(parts.joined(separator: ", ")) }"
        }
        let inner = word.dropFirst().dropLast(word.hasSuffix("}") ? 1 : 0)
        var isFirst = true
        var missing = settings
        let changed = PostfixList.rewriting(inner) { part in
            if isFirst {
                isFirst = false
                return endpoint ?? String(part)
            }
            let name = MilterEntry.setting(part).name
            if dropped.contains(name) { return nil }
            guard let setting = settings.first(where: { $0.name == name }) else { return String(part) }
            // A name that stands there twice is written once.
            guard let index = missing.firstIndex(of: setting) else { return nil }
            missing.remove(at: index)
            return "\(name)=\(setting.value)"
        }
        let last = changed.lastIndex { !$0.isWhitespace && $0 != "," }
        let end = last.map { changed.index(after: $0) } ?? changed.startIndex
        let tail = changed[end...].filter { $0 != "," }
        let added = missing.map { ", \($0.name)=\($0.value)" }.joined()
        return "{" + changed[..<end] + added + tail + "}"
    }
}
