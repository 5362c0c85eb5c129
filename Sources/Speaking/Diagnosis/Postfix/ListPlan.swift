internal import Sockets

/// What makes the lists of filters right: Argot's entries where they should be, all else as it is.
///
/// Each family of findings has settings of its own. Settings of the same text are made together, so that commands may be
/// pasted one after the other in any order.
struct ListPlan {
    /// What makes Argot's entries right where they stand.
    let repairs: [PostfixSetting]

    /// What adds Argot where it is missing.
    let additions: [PostfixSetting]

    /// What takes Argot away from servers for users.
    let removals: [PostfixSetting]

    /// What takes Argot away from local mail.
    let localRemovals: [PostfixSetting]

    /// Makes the plan for a configuration.
    init(_ examination: PostfixExamination) {
        var state = examination
        func step(_ make: (PostfixExamination) -> [PostfixSetting]) -> [PostfixSetting] {
            let settings = make(state)
            state = PostfixExamination(state.postfix.applying(settings), settings: state.settings)
            return settings
        }
        repairs = Self.merged(step(\.syntaxRepairs) + step(\.entryRepairs) + step(\.orderRepairs))
        additions = Self.merged(step(\.additions))
        removals = step(\.removals)
        localRemovals = step(\.localRemovals)
    }

    /// The settings, with what else the plan changes in the same line of a file.
    func completed(_ settings: [PostfixSetting]) -> [PostfixSetting] {
        let all = Self.merged(repairs + additions + removals + localRemovals)
        return all.filter { setting in
            settings.contains { chosen in
                setting.service == nil
                    ? chosen.service == nil && chosen.parameter == setting.parameter
                    : chosen.service?.label == setting.service?.label
            }
        }
    }

    /// One setting for each text, the last.
    private static func merged(_ settings: [PostfixSetting]) -> [PostfixSetting] {
        settings.enumerated().filter { index, setting in
            !settings[(index + 1)...].contains {
                $0.service?.label == setting.service?.label && $0.parameter == setting.parameter
            }
        }.map(\.element)
    }
}

extension PostfixExamination {
    /// What Argot's entry of one server needs.
    private func edit(of use: Use) -> EntryEdit {
        var edit = EntryEdit()
        if case .descriptor = settings.socket {
        } else if !Self.isSame(socket(of: use.entry, in: use.service), settings.socket) {
            edit.endpoint = wantedEndpoint
        }
        if socket(of: use.entry, in: use.service) == nil { edit.endpoint = wantedEndpoint }
        edit.settings = EntryCheck.faults(of: use.entry, in: use.service, of: postfix).map(\.setting)
        return edit
    }

    /// Socket and settings of Argot's entries.
    var entryRepairs: [PostfixSetting] {
        var changes: [(place: PostfixList.Place, range: Range<String.Index>, edit: EntryEdit)] = []
        for use in uses where use.list.entries[use.index].isExact {
            let entry = use.list.entries[use.index]
            let edit = edit(of: use)
            if edit.isEmpty { continue }
            if let index = changes.firstIndex(where: { $0.place == entry.place && $0.range == entry.range }) {
                changes[index].edit.endpoint = changes[index].edit.endpoint ?? edit.endpoint
                for setting in edit.settings where !changes[index].edit.settings.contains(setting) {
                    changes[index].edit.settings.append(setting)
                }
            } else {
                changes.append((entry.place, entry.range, edit))
            }
        }
        var places: [PostfixList.Place] = []
        for change in changes where !places.contains(change.place) { places.append(change.place) }
        return places.map { place in
            let own = changes.filter { $0.place == place }.sorted { $0.range.lowerBound < $1.range.lowerBound }
            var text = ""
            var end = place.text.startIndex
            for change in own {
                text += place.text[end..<change.range.lowerBound] + change.edit.applied(to: place.text[change.range])
                end = change.range.upperBound
            }
            return PostfixSetting(
                service: place.service, parameter: place.parameter, value: text + place.text[end...])
        }
    }

    /// Argot once, and last.
    var orderRepairs: [PostfixSetting] {
        var found: [PostfixSetting] = []
        for service in postfix.servers where !hasNoFilters(service) {
            let list = PostfixList("smtpd_milters", in: service, of: postfix)
            let entries = list.entries.map { MilterEntry($0.text[...]) }
            let ours = ours(entries, in: service)
            guard let last = ours.last, ours.count > 1 || last < entries.count - 1 else { continue }
            let words = Set(ours.map { list.entries[$0].word })
            // A word that stands for Argot and others cannot move alone.
            let isAlone = list.entries.indices.allSatisfy {
                !words.contains(list.entries[$0].word) || ours.contains($0)
            }
            let all = MilterEntry.words(list.place.text[...])
            guard isAlone, let kept = ours.last.map({ list.entries[$0].word }), all.indices.contains(kept) else {
                continue
            }
            let dropped = Set(words.map { all[$0].startIndex })
            let rest = PostfixList.removing({ dropped.contains($0.lowerBound) }, from: list.place.text[...])
            let setting = PostfixSetting(
                service: list.place.service, parameter: "smtpd_milters",
                value: PostfixList.appending(String(all[kept]), to: rest))
            if !found.contains(setting) { found.append(setting) }
        }
        return found
    }

    /// Argot added to the lists of servers that should ask it.
    var additions: [PostfixSetting] {
        guard unreadable.isEmpty else { return [] }
        var found: [PostfixSetting] = []
        let uncovered = uncovered
        for service in uncovered {
            var isAsked = false
            var service = service
            if hasNoFilters(service) {
                let text = postfix.written("receive_override_options", in: service)
                let rest = PostfixList.rewriting(text[...]) { $0 == "no_milters" ? nil : String($0) }
                let setting = postfix.setting("receive_override_options", rest, in: service)
                if !found.contains(setting) { found.append(setting) }
                let freed = PostfixExamination(postfix.applying([setting]), settings: settings)
                isAsked = freed.uses.contains { $0.service.label == service.label }
                service = freed.postfix.services.first { $0.label == service.label } ?? service
            }
            if isAsked { continue }
            let list = PostfixList.appending(documentedEntry, to: postfix.written("smtpd_milters", in: service))
            let heirs = postfix.servers.filter { $0.overrides["smtpd_milters"] == nil }
            let isShared =
                service.overrides["smtpd_milters"] == nil
                && heirs.allSatisfy { heir in
                    !isForUsers(heir) && uncovered.contains { $0.label == heir.label } || hasNoFilters(heir)
                }
            let setting = PostfixSetting(
                service: isShared || postfix.servers.allSatisfy({ !$0.isPublic }) && heirs.contains(service)
                    ? nil : service, parameter: "smtpd_milters", value: list)
            if !found.contains(setting) { found.append(setting) }
        }
        if found.isEmpty, uses.isEmpty {
            let list = PostfixList.appending(documentedEntry, to: postfix.written("smtpd_milters", in: nil))
            found.append(PostfixSetting(service: nil, parameter: "smtpd_milters", value: list))
        }
        return found
    }

    /// Argot taken out of the lists of servers for users, which have lists of their own then.
    var removals: [PostfixSetting] {
        postfix.servers.filter { service in isForUsers(service) && uses.contains { $0.service.label == service.label } }
            .map { service in
                let list = PostfixList("smtpd_milters", in: service, of: postfix)
                return PostfixSetting(
                    service: service, parameter: "smtpd_milters", value: without(ours(of: list, in: service), list))
            }
    }

    /// Argot taken out of the list for local mail.
    var localRemovals: [PostfixSetting] {
        let list = PostfixList("non_smtpd_milters", in: nil, of: postfix)
        let ours = ours(of: list, in: Self.cleanup)
        return ours.isEmpty
            ? [] : [PostfixSetting(service: nil, parameter: "non_smtpd_milters", value: without(ours, list))]
    }

    /// The program that asks filters about local mail.
    static let cleanup = PostfixService(name: "cleanup", type: "unix", chroot: nil, command: "cleanup")

    /// The entries of a list that are Argot's.
    func ours(of list: PostfixList, in service: PostfixService) -> Set<String> {
        let entries = list.entries.map { MilterEntry($0.text[...]) }
        return Set(ours(entries, in: service).map { list.entries[$0].text })
    }

    /// A list without some of its entries; what it refers to stays a reference where none of them is in there.
    private func without(_ dropped: Set<String>, _ list: PostfixList) -> String {
        without(dropped, list.place.text[...], in: list.place.service, depth: 0)
    }

    private func without(_ dropped: Set<String>, _ text: Substring, in service: PostfixService?, depth: Int) -> String {
        PostfixList.rewriting(text) { word in
            guard depth < 16, let reference = PostfixList.reference(word) else {
                return dropped.contains(postfix.expanded(word, in: service)) ? nil : String(word)
            }
            switch reference.body {
            case .value(let name):
                let inner = postfix.written(String(name), in: service)
                let rest = without(dropped, inner[...], in: service, depth: depth + 1)
                return rest == inner ? String(word) : rest
            case .choice(let condition, let then, let otherwise):
                guard let branch = postfix.holds(condition, in: service) ? then : otherwise else { return String(word) }
                let rest = without(dropped, branch, in: service, depth: depth + 1)
                return word[..<branch.startIndex] + rest + word[branch.endIndex...]
            }
        }
    }
}
