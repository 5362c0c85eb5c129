internal import Sockets

extension PostfixExamination {
    /// What postscreen in front means for what Argot sees.
    var postscreen: [Finding] {
        guard postfix.hasPostscreen else { return [] }
        var found = [
            Finding(
                "postfix.postscreen", .note, at: postfix.masterFile,
                "postscreen is in front: clients that it turns away never meet Argot, which judges the rest; both work "
                    + "together")
        ]
        let deep = ["pipelining", "non_smtp_command", "bare_newline"].map { "postscreen_\($0)_enable" }
            .filter { postfix[$0] == "yes" }
        if !deep.isEmpty {
            found.append(
                Finding(
                    "postfix.postscreen-deep", .note, at: postfix.mainFile,
                    "postscreen's tests after the greeting are on (\(deep.joined(separator: ", "))): a new client "
                        + "speaks its first session with postscreen, and Argot sees it from the second on"))
        }
        return found
    }

    /// A proxy that clients come through, as far as Postfix knows of it.
    var proxy: [Finding] {
        var places: [(place: String, name: String)] = []
        for service in postfix.services where ["smtpd", "postscreen"].contains(service.command) {
            let name = "\(service.command)_upstream_proxy_protocol"
            let value = postfix.value(name, in: service)
            // What smtpd is passed by postscreen has its true client already.
            guard !value.isEmpty else { continue }
            places.append((place(of: name, in: service), "\(service.label) (\(value))"))
        }
        guard let first = places.first else { return [] }
        let services = places.map(\.name).joined(separator: ", ")
        return [
            Finding(
                "postfix.proxy", .note, at: first.place,
                "\(services) learn the clients' addresses from a proxy: who reaches these ports past the proxy can "
                    + "claim any address, so only the proxy may reach them")
        ]
    }

    /// The policy service, which tells HELO from EHLO.
    var policyService: [Finding] {
        let asking = postfix.servers.compactMap { service -> (service: PostfixService, entry: MilterEntry)? in
            policyEntry(of: service).map { (service, $0) }
        }
        guard let policy = settings.policySocket else {
            guard let use = asking.first else { return [] }
            return [
                Finding(
                    "postfix.policy-unanswered", .problem, at: place(of: use.entry, in: use.service),
                    "Postfix asks a policy service \(use.entry.endpoint), but policy_socket is not set: nobody answers",
                    remedy: [
                        "in argotd.conf: policy_socket = unix:\(postfix.queueDirectory)/argot/policy.sock",
                        "systemctl restart argotd",
                    ])
            ]
        }
        guard !asking.isEmpty else {
            return [
                Finding(
                    "postfix.policy-missing", settings.isPolicyOffered ? .note : .warning, at: postfix.mainFile,
                    settings.isPolicyOffered
                        ? "Postfix does not ask argotd's policy service, which would tell HELO from EHLO and so more "
                            + "dialects apart"
                        : "policy_socket is set, but Postfix does not ask the policy service: HELO and EHLO look alike",
                    remedy: [
                        "add to the end of smtpd_recipient_restrictions: check_policy_service \(endpoint(of: policy))",
                        setting("smtpd_policy_service_default_action = DUNNO"), "postfix \(postfix.option)reload",
                    ])
            ]
        }
        return asking.flatMap { policyFaults($0.entry, in: $0.service, policy) }.reduce(into: []) { found, finding in
            if !found.contains(finding) { found.append(finding) }
        }
    }

    private func policyFaults(_ entry: MilterEntry, in service: PostfixService, _ policy: SocketName) -> [Finding] {
        var found: [Finding] = []
        let place = place(of: entry, in: service)
        let expected = socket(of: entry, in: service)
        if !Self.isSame(expected, policy) {
            found.append(
                Finding(
                    "postfix.policy-socket", .problem, at: place,
                    "Postfix looks for the policy service at \(expected.map { "\($0)" } ?? entry.endpoint), but "
                        + "policy_socket is \(policy)",
                    remedy: ["write check_policy_service \(endpoint(of: policy))"]))
        }
        let own = entry.settings["default_action"]
        let action = own ?? postfix.value("smtpd_policy_service_default_action", in: service)
        if action.uppercased() != "DUNNO" {
            found.append(
                Finding(
                    "postfix.policy-action", .problem, at: place,
                    "smtpd_policy_service_default_action is \"\(action)\": mail is stopped whenever argotd is down",
                    remedy: [
                        setting("smtpd_policy_service_default_action = DUNNO"), "postfix \(postfix.option)reload",
                    ]))
        }
        return found
    }

    private static let restrictions = ["data", "recipient", "relay", "sender", "helo", "client", "end_of_data"].map {
        "smtpd_\($0)_restrictions"
    }

    /// The policy service of Argot among a server's restrictions.
    private func policyEntry(of service: PostfixService) -> MilterEntry? {
        for name in Self.restrictions {
            let words = MilterEntry.words(postfix.value(name, in: service))
            for (word, next) in zip(words, words.dropFirst()) where word == "check_policy_service" {
                guard let entry = MilterEntry.entries(String(next)).first else { continue }
                let isOurs = settings.policySocket.map { Self.isSame(socket(of: entry, in: service), $0) } ?? false
                if isOurs || entry.endpoint.contains("argot") { return entry }
            }
        }
        return nil
    }

    private func place(of entry: MilterEntry, in service: PostfixService) -> String {
        let isOwn = Self.restrictions.contains { service.overrides[$0]?.contains(entry.endpoint) ?? false }
        return isOwn ? "\(postfix.masterFile), \(service.label)" : postfix.mainFile
    }
}
