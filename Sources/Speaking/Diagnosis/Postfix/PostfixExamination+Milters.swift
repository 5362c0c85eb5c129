internal import Sockets

extension PostfixExamination {
    /// Whether servers ask Argot, where, and what happens when it is away.
    var milters: [Finding] {
        // A list that cannot be read says nothing else.
        let unreadable = unreadable
        if !unreadable.isEmpty { return remedied(unreadable, by: ListPlan(self).repairs, in: \.unreadable) }
        let plan = ListPlan(self)
        return remedied(absences, by: plan.additions, in: \.absences) + remedied(faults, by: plan.repairs, in: \.faults)
    }

    /// The findings with the commands that these settings take, where they are gone afterwards and every other filter is
    /// still asked.
    func remedied(
        _ findings: [Finding], by settings: [PostfixSetting], in family: (PostfixExamination) -> [Finding]
    ) -> [Finding] {
        guard !findings.isEmpty else { return [] }
        let after = PostfixExamination(
            postfix.applying(settings), settings: isOutOfSight ? self.settings.moved(to: postfix) : self.settings)
        let left = Set(family(after).map(\.id))
        let commands = keepsOthers(after) ? postfix.commands(ListPlan(self).completed(settings)) : []
        return findings.map { finding in
            var finding = finding
            if !left.contains(finding.id), !commands.isEmpty { finding.remedy = moving + commands }
            return finding
        }
    }

    /// Whether every server still asks the other filters that it asked, with their settings and in their order.
    private func keepsOthers(_ after: PostfixExamination) -> Bool {
        if !unreadable.isEmpty { return true }
        return postfix.servers.allSatisfy { service in
            guard let changed = after.postfix.services.first(where: { $0.label == service.label }) else { return false }
            return others(of: service) == after.others(of: changed)
                || hasNoFilters(service) && others(of: service).isEmpty
        }
    }

    private func others(of service: PostfixService) -> [String] {
        if hasNoFilters(service) { return [] }
        let list = PostfixList("smtpd_milters", in: service, of: postfix)
        let entries = list.entries.map { MilterEntry($0.text[...]) }
        let ours = Set(ours(entries, in: service))
        return list.entries.indices.filter { !ours.contains($0) }.map { list.entries[$0].text }
    }

    /// Lists of filters that Postfix cannot read.
    var unreadable: [Finding] {
        var found: [Finding] = []
        func look(_ list: PostfixList, _ name: String) {
            guard let entry = list.entries.first(where: { MilterEntry($0.text[...]).fault != nil }),
                let fault = MilterEntry(entry.text[...]).fault
            else { return }
            let finding = Finding(
                "postfix.milter-syntax", .problem, at: place(of: entry.place),
                "\(name): \(fault); until this is fixed, no mail is accepted")
            if !found.contains(finding) { found.append(finding) }
        }
        for service in postfix.servers where !hasNoFilters(service) {
            look(PostfixList("smtpd_milters", in: service, of: postfix), "smtpd_milters")
        }
        look(PostfixList("non_smtpd_milters", in: nil, of: postfix), "non_smtpd_milters")
        return found
    }

    /// Servers that should ask Argot and do not: those for mail of strangers, or any where there is none of them.
    var uncovered: [PostfixService] {
        let asking = Set(uses.map(\.service.label))
        let strangers = postfix.servers.filter(\.isPublic)
        if strangers.isEmpty, !asking.isEmpty { return [] }
        let wanted =
            strangers.isEmpty
            ? postfix.servers.filter { !isForUsers($0) && $0.overrides["smtpd_milters"] == nil } : strangers
        return wanted.filter { !asking.contains($0.label) }
    }

    /// Servers that do not ask Argot.
    var absences: [Finding] {
        let uncovered = uncovered
        let isNowhere = uses.isEmpty
        if isNowhere,
            uncovered.allSatisfy({ $0.overrides["smtpd_milters"] == nil && !hasNoFilters($0) })
                || uncovered.isEmpty && isNowhere || isNowhere && !postfix.servers.contains(where: \.isPublic)
        {
            let isOff = uncovered.contains { hasNoFilters($0) }
            return [
                Finding(
                    "postfix.milter-missing", .problem, at: postfix.mainFile,
                    "Postfix does not ask Argot"
                        + (isOff ? ": receive_override_options has no_milters, which keeps all filters away" : ""))
            ]
        }
        return uncovered.map { service in
            Finding(
                "postfix.milter-missing", .problem, at: "\(postfix.masterFile), \(service.label)",
                hasNoFilters(service)
                    ? "this server asks no filter: receive_override_options has no_milters"
                    : "this server does not ask Argot\(isNowhere ? "" : ", though others do")")
        }
    }

    /// What is wrong with Argot's entries; servers that share a list share its faults, and each is said once.
    var faults: [Finding] {
        var found: [Finding] = []
        for use in uses { for finding in faults(of: use) where !found.contains(finding) { found.append(finding) } }
        return found
    }

    private func faults(of use: Use) -> [Finding] {
        let place = place(of: use.list.entries[use.index].place)
        var found: [Finding] = []
        let ours = ours(use.entries, in: use.service)
        if ours.count > 1 {
            found.append(
                Finding(
                    "postfix.listed-twice", .warning, at: place,
                    "Argot is in the list \(ours.count) times: every session is judged that many times"))
        } else if use.index < use.entries.count - 1 {
            found.append(
                Finding(
                    "postfix.order", .warning, at: place,
                    "a filter comes after Argot: if it refuses DATA and the client continues, the session waits for "
                        + "command_timeout, and Argot judges what a later filter would refuse anyway"))
        }
        return found + socketFault(of: use, at: place) + settingFaults(of: use)
    }

    private func socketFault(of use: Use, at place: String) -> [Finding] {
        let isInherited = if case .descriptor = settings.socket { true } else { false }
        guard let expected = socket(of: use.entry, in: use.service) else {
            return [
                Finding(
                    "postfix.socket", .problem, at: place,
                    "\"\(use.entry.endpoint)\" is not a socket that Postfix knows: it is unix:PATH or inet:HOST:PORT")
            ]
        }
        guard !isInherited, !Self.isSame(expected, settings.socket) else { return [] }
        let isConfined = postfix.isConfined(use.service)
        let why =
            isConfined && use.entry.endpoint.contains(":/")
            ? "this server is confined (chroot) to \(postfix.queueDirectory) and so looks for \(expected)"
            : "Postfix looks for \(expected)"
        return [
            Finding(
                "postfix.socket", .problem, at: place, "\(why), but argotd listens on \(settings.socketText)")
        ]
    }

    private func settingFaults(of use: Use) -> [Finding] {
        func place(_ name: String, _ isOwn: Bool) -> String {
            isOwn ? self.place(of: use.list.entries[use.index].place) : self.place(of: name, in: use.service)
        }
        return EntryCheck.faults(of: use.entry, in: use.service, of: postfix).map { fault in
            Finding(fault.id, fault.severity, at: place(fault.parameter, fault.isOwn), fault.text)
        }
    }

    /// A time of Postfix in seconds: a number with `s`, `m`, `h`, `d` or `w`, seconds without.
    static func seconds(_ text: String) -> Double? {
        let units: [Character: Double] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400, "w": 604_800]
        guard let last = text.last else { return nil }
        if let unit = units[last] { return Double(text.dropLast()).map { $0 * unit } }
        return Double(text)
    }
}
