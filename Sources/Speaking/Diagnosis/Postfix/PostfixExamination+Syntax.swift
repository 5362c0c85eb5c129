extension PostfixExamination {
    /// Argot's entries in a form that Postfix can read.
    var syntaxRepairs: [PostfixSetting] {
        var found: [PostfixSetting] = []
        var lists = postfix.servers.filter { !hasNoFilters($0) }
            .map { ($0, PostfixList("smtpd_milters", in: $0, of: postfix)) }
        lists.append((Self.cleanup, PostfixList("non_smtpd_milters", in: nil, of: postfix)))
        for (service, list) in lists {
            guard let faulty = list.entries.first(where: { MilterEntry($0.text[...]).fault != nil }), faulty.isExact
            else { continue }
            let place = faulty.place
            let text = readable(place.text, in: service)
            let setting = PostfixSetting(service: place.service, parameter: place.parameter, value: text)
            if text != place.text, !found.contains(setting) { found.append(setting) }
        }
        return found
    }

    /// A text with Argot's entries mended.
    private func readable(_ text: String, in service: PostfixService) -> String {
        let words = MilterEntry.words(text[...])
        var result: [String] = []
        var strays: [Substring] = []
        // Settings behind an entry without braces belong into it.
        for word in words.reversed() {
            if !word.hasPrefix("{"), !word.contains(":"), word.contains("=") {
                strays.insert(word, at: 0)
                continue
            }
            let isOurs = isOurs(MilterEntry(postfix.expanded(word, in: service)[...]), in: service)
            if !strays.isEmpty, isOurs {
                var edit = EntryEdit()
                edit.settings = strays.compactMap { stray in
                    let (name, value) = MilterEntry.setting(stray)
                    return value.map { EntryEdit.Setting(name: name, value: $0) }
                }
                result.insert(mended(edit.applied(to: word)[...]), at: 0)
            } else if isOurs || word.dropFirst().dropLast().allSatisfy(\.isWhitespace) && word.hasPrefix("{") {
                let mended = mended(word)
                result.insert(contentsOf: (mended.isEmpty ? [] : [mended]) + strays.map(String.init), at: 0)
            } else {
                result.insert(contentsOf: [String(word)] + strays.map(String.init), at: 0)
            }
            strays = []
        }
        return (strays.map(String.init) + result).joined(separator: ", ")
    }

    /// Argot's entry in a form that can be read.
    private func mended(_ word: Substring) -> String {
        guard word.hasPrefix("{") else {
            if MilterEntry(word).fault == nil { return String(word) }
            return EntryEdit(endpoint: wantedEndpoint).applied(to: word)
        }
        var entry = String(word)
        var rest = ""
        if !word.hasSuffix("}") {
            // What follows a missing brace: settings belong to the entry, the first socket is the next filter.
            let parts = MilterEntry.words(word.dropFirst())
            let next = parts.dropFirst().first { $0.contains(":") && !$0.contains("=") || $0.hasPrefix("{ ") }
            let end = next?.startIndex ?? word.endIndex
            let last = word[..<end].lastIndex { !$0.isWhitespace && $0 != "," }
            entry = word[..<(last.map { word.index(after: $0) } ?? end)] + " }"
            rest = next == nil ? "" : ", " + word[end...]
        }
        let parts = MilterEntry.words(entry.dropFirst().dropLast())
        if parts.isEmpty { return "" }
        var edit = EntryEdit()
        if MilterEntry(entry[...]).fault != nil {
            for part in parts.dropFirst() {
                let (name, value) = MilterEntry.setting(part)
                let isTime = name.hasSuffix("_timeout")
                let isReadable = value.map { !isTime || Self.seconds($0) != nil } ?? false
                if !MilterEntry.isKnown(name) || !isReadable { edit.dropped.insert(name) }
            }
            if parts[0].hasPrefix("inet:") || !parts[0].contains(":") {
                edit.endpoint = MilterEntry("{\(parts[0])}"[...]).fault == nil ? nil : wantedEndpoint
            }
        }
        return edit.applied(to: entry[...]) + rest
    }
}
