internal import Sockets

extension PostfixExamination {
    /// Argot's policy service among the restrictions of one server.
    private struct PolicyUse {
        var service: PostfixService
        var name: String
        var list: PostfixList
        /// Where `check_policy_service` stands; the service itself stands behind it.
        var index: Int

        var entry: PostfixList.Entry { list.entries[index + 1] }
    }

    /// The policy service, which tells HELO from EHLO.
    var policyService: [Finding] {
        let asking = policyUses
        guard let policy = settings.policySocket else {
            guard let use = asking.first else { return [] }
            let asked = socket(of: MilterEntry(use.entry.text[...]), in: use.service)
            return [
                Finding(
                    "postfix.policy-unanswered", .problem, at: place(of: use.entry.place),
                    "Postfix asks a policy service \(MilterEntry(use.entry.text[...]).endpoint), but policy_socket is "
                        + "not set: nobody answers",
                    remedy: asked.map { [settings.line("policy_socket = \($0)"), "systemctl restart argotd"] } ?? [])
            ]
        }
        guard !asking.isEmpty else { return [policyMissing(policy)] }
        return asking.flatMap { policyFaults($0, policy) }.reduce(into: []) { found, finding in
            if !found.contains(finding) { found.append(finding) }
        }
    }

    private func policyMissing(_ policy: SocketName) -> Finding {
        let service = postfix.servers.first(where: \.isPublic) ?? postfix.servers.first { !isForUsers($0) }
        var remedy: [String] = []
        if let service {
            let name = "smtpd_recipient_restrictions"
            let list = PostfixList(name, in: service, of: postfix)
            let words = "check_policy_service { \(endpoint(of: policy)), default_action=DUNNO }"
            remedy = postfix.commands([
                PostfixSetting(service: list.place.service, parameter: name, value: Self.inserting(words, list))
            ])
        }
        return Finding(
            "postfix.policy-missing", settings.isPolicyOffered ? .note : .warning, at: postfix.mainFile,
            settings.isPolicyOffered
                ? "Postfix does not ask argotd's policy service, which would tell HELO from EHLO and so distinguish more "
                    + "dialects"
                : "policy_socket is set, but Postfix does not ask the policy service: HELO and EHLO look alike",
            remedy: remedy)
    }

    /// Restrictions behind which nothing is asked any more.
    private static let ends: Set<String> = ["permit", "reject", "defer", "permit_auth_destination"]

    /// A list of restrictions with words before the first that ends it, or at its end.
    private static func inserting(_ words: String, _ list: PostfixList) -> String {
        let text = list.place.text
        guard let end = list.entries.first(where: { ends.contains($0.text) && $0.isExact && $0.place == list.place })
        else { return PostfixList.appending(words, to: text) }
        return text[..<end.range.lowerBound] + words + ", " + text[end.range.lowerBound...]
    }

    private func policyFaults(_ use: PolicyUse, _ policy: SocketName) -> [Finding] {
        let place = place(of: use.entry.place)
        let entry = MilterEntry(use.entry.text[...])
        let expected = socket(of: entry, in: use.service)
        var found: [Finding] = []
        var edit = EntryEdit()
        if !Self.isSame(expected, policy) {
            edit.endpoint = endpoint(of: policy)
            found.append(
                Finding(
                    "postfix.policy-socket", .problem, at: place,
                    "Postfix looks for the policy service at \(expected.map { "\($0)" } ?? entry.endpoint), but "
                        + "policy_socket is \(policy)"))
        }
        let own = entry.settings["default_action"]
        let action = own ?? postfix.value("smtpd_policy_service_default_action", in: use.service)
        if action.uppercased() != "DUNNO" {
            edit.settings = [EntryEdit.Setting(name: "default_action", value: "DUNNO")]
            found.append(
                Finding(
                    "postfix.policy-action", .problem, at: place,
                    "the default action of the policy service is \"\(action)\": mail is stopped whenever argotd is down"
                ))
        }
        let mended = use.entry.isExact ? edit.applied(to: use.entry.place.text[use.entry.range]) : nil
        if let order = orderFault(use) {
            let words = "check_policy_service \(mended ?? use.entry.text)"
            var finding = order
            finding.remedy = moving(use, words)
            // One command for all that is wrong with the entry.
            return found.map { fault in
                var fault = fault
                fault.remedy = finding.remedy
                return fault
            } + [finding]
        }
        guard let mended, !edit.isEmpty else { return found }
        let text = use.entry.place.text
        let setting = PostfixSetting(
            service: use.entry.place.service, parameter: use.entry.place.parameter,
            value: text[..<use.entry.range.lowerBound] + mended + text[use.entry.range.upperBound...])
        let remedy = postfix.commands([setting])
        return found.map { fault in
            var fault = fault
            fault.remedy = remedy
            return fault
        }
    }

    /// Whether the service is asked too early, too late or never.
    private func orderFault(_ use: PolicyUse) -> Finding? {
        let place = place(of: use.entry.place)
        if ["smtpd_data_restrictions", "smtpd_end_of_data_restrictions"].contains(use.name) {
            return Finding(
                "postfix.policy-late", .warning, at: place,
                "the policy service is asked in \(use.name), after every recipient has its verdict: HELO and EHLO look "
                    + "alike until then")
        }
        if use.name == "smtpd_client_restrictions", postfix.value("smtpd_delay_reject", in: use.service) == "no" {
            return Finding(
                "postfix.policy-early", .warning, at: place,
                "the policy service is asked in \(use.name) with smtpd_delay_reject = no, before the client has said HELO "
                    + "or EHLO")
        }
        guard let end = use.list.entries[..<use.index].first(where: { Self.ends.contains($0.text) }) else { return nil }
        return Finding(
            "postfix.policy-unreached", .warning, at: place,
            "the policy service comes after \(end.text) in \(use.name), which already lets strangers' mail pass: it is "
                + "never asked")
    }

    /// The commands that move the service to where it is asked in time.
    private func moving(_ use: PolicyUse, _ words: String) -> [String] {
        let entries = [use.list.entries[use.index], use.entry]
        guard entries.allSatisfy({ $0.isExact && $0.place == use.list.place }) else { return [] }
        let starts = Set(entries.map(\.range.lowerBound))
        let rest = PostfixList.removing({ starts.contains($0.lowerBound) }, from: use.list.place.text[...])
        let removal = PostfixSetting(service: use.list.place.service, parameter: use.name, value: rest)
        let without = postfix.applying([removal])
        let service = without.services.first { $0.label == use.service.label }
        let list = PostfixList("smtpd_recipient_restrictions", in: service, of: without)
        let addition = PostfixSetting(
            service: list.place.service, parameter: "smtpd_recipient_restrictions", value: Self.inserting(words, list))
        let isSame = addition.service == removal.service || addition.service?.label == removal.service?.label
        return postfix.commands(
            isSame && use.name == "smtpd_recipient_restrictions" ? [addition] : [removal, addition])
    }

    private static let restrictions = ["recipient", "relay", "data", "sender", "helo", "client", "end_of_data"].map {
        "smtpd_\($0)_restrictions"
    }

    /// The servers for strangers that ask Argot's policy service, and where.
    private var policyUses: [PolicyUse] {
        postfix.servers.flatMap { service -> [PolicyUse] in
            for name in Self.restrictions {
                let list = PostfixList(name, in: service, of: postfix)
                for index in list.entries.indices.dropLast() where list.entries[index].text == "check_policy_service" {
                    let entry = MilterEntry(list.entries[index + 1].text[...])
                    let isOurs = settings.policySocket.map { Self.isSame(socket(of: entry, in: service), $0) } ?? false
                    if isOurs || entry.isNamedArgot {
                        return [PolicyUse(service: service, name: name, list: list, index: index)]
                    }
                }
            }
            return []
        }
    }
}
