internal import Sockets

extension PostfixExamination {
    /// Whether servers ask Argot, where, and what happens when it is away.
    var milters: [Finding] {
        // A list that cannot be read says nothing else.
        if !unreadable.isEmpty { return unreadable }
        let uses = uses
        guard !uses.isEmpty else { return [missing] }
        var found: [Finding] = []
        let uncovered = postfix.servers.filter { service in
            service.isPublic && !uses.contains { $0.service.label == service.label }
        }
        for service in uncovered {
            let isOff = postfix.value("receive_override_options", in: service).contains("no_milters")
            found.append(
                Finding(
                    "postfix.milter-missing", .problem, at: "\(postfix.masterFile), \(service.label)",
                    isOff
                        ? "this server asks no filter: receive_override_options has no_milters"
                        : "this server does not ask Argot, though others do",
                    remedy: [
                        isOff
                            ? "postconf \(postfix.option)-PX '\(service.label)/receive_override_options'"
                            : "postconf \(postfix.option)-PX '\(service.label)/smtpd_milters'",
                        "postfix \(postfix.option)reload",
                    ]))
        }
        // Servers that share a list share its faults: each is said once.
        for use in uses {
            for finding in faults(of: use) where !found.contains(finding) { found.append(finding) }
        }
        return found
    }

    /// Lists of filters that Postfix cannot read.
    private var unreadable: [Finding] {
        var lists = postfix.servers.map { (place(of: "smtpd_milters", in: $0), "smtpd_milters", filters(of: $0)) }
        lists.append((postfix.mainFile, "non_smtpd_milters", postfix["non_smtpd_milters"]))
        var found: [Finding] = []
        for (place, name, list) in lists {
            guard let fault = MilterEntry.entries(list).lazy.compactMap(\.fault).first else { continue }
            let finding = Finding(
                "postfix.milter-syntax", .problem, at: place, "\(name): \(fault); until then no mail is taken",
                remedy: name == "smtpd_milters" ? [setting(line), "postfix \(postfix.option)reload"] : [])
            if !found.contains(finding) { found.append(finding) }
        }
        return found
    }

    private var missing: Finding {
        let isOff =
            postfix.servers.contains {
                postfix.value("receive_override_options", in: $0).contains("no_milters")
                    && MilterEntry.entries(postfix.value("smtpd_milters", in: $0)).contains {
                        $0.endpoint.contains("argot")
                    }
            }
        let reason = isOff ? ": receive_override_options has no_milters" : ""
        return Finding(
            "postfix.milter-missing", .problem, at: postfix.mainFile, "Postfix does not ask Argot\(reason)",
            remedy: isOff
                ? ["take no_milters out of receive_override_options", "postfix \(postfix.option)reload"]
                : asking)
    }

    private func faults(of use: Use) -> [Finding] {
        let place = place(of: "smtpd_milters", in: use.service)
        var found: [Finding] = []
        let ours = use.entries.indices.filter { isOurs(use.entries[$0], in: use.service) }
        if ours.count > 1 {
            found.append(
                Finding(
                    "postfix.listed-twice", .warning, at: place,
                    "Argot stands in the list \(ours.count) times: every session is judged as often",
                    remedy: ["leave one of them in smtpd_milters"]))
        } else if use.index < use.entries.count - 1 {
            found.append(
                Finding(
                    "postfix.order", .warning, at: place,
                    "a filter stands behind Argot: when it refuses DATA and the client goes on, the session waits for "
                        + "command_timeout, and Argot judges what a later filter would refuse anyway",
                    remedy: ["put Argot last in smtpd_milters"]))
        }
        return found + socketFault(of: use, at: place) + failureFaults(of: use) + timeFaults(of: use)
    }

    private func socketFault(of use: Use, at place: String) -> [Finding] {
        let isInherited = if case .descriptor = settings.socket { true } else { false }
        guard let expected = socket(of: use.entry, in: use.service) else {
            return [
                Finding(
                    "postfix.socket", .problem, at: place, "\"\(use.entry.endpoint)\" is no socket that Postfix knows",
                    remedy: [setting(line)])
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
                "postfix.socket", .problem, at: place, "\(why), but argotd listens on \(settings.socketText)",
                remedy: asking)
        ]
    }

    private func failureFaults(of use: Use) -> [Finding] {
        let own = use.entry.settings["default_action"]
        let action = own ?? postfix.value("milter_default_action", in: use.service)
        guard action != "accept" else { return [] }
        let name = own == nil ? "milter_default_action" : "smtpd_milters"
        return [
            Finding(
                "postfix.default-action", .problem, at: place(of: name, in: use.service),
                "default_action is \(action): mail is stopped whenever argotd is down, hangs or restarts",
                remedy: [setting(line), "postfix \(postfix.option)reload"])
        ]
    }

    private func timeFaults(of use: Use) -> [Finding] {
        let limits: [(name: String, short: Double, long: Double)] = [
            ("connect_timeout", 1, 10), ("command_timeout", 1, 10), ("content_timeout", 1, 60),
        ]
        return limits.flatMap { limit -> [Finding] in
            let own = use.entry.settings[limit.name]
            let text = own ?? postfix.value("milter_\(limit.name)", in: use.service)
            guard let seconds = Self.seconds(text) else { return [] }
            let name = own == nil ? "milter_\(limit.name)" : "smtpd_milters"
            let place = place(of: name, in: use.service)
            if seconds > limit.long {
                return [
                    Finding(
                        "postfix.timeout-long", .warning, at: place,
                        "\(limit.name) is \(text): should argotd hang, every client waits so long",
                        remedy: [setting(line)])
                ]
            }
            guard seconds < limit.short else { return [] }
            return [
                Finding(
                    "postfix.timeout-short", .warning, at: place,
                    "\(limit.name) is \(text): a moment of load, and mail passes without Argot",
                    remedy: [setting(line)])
            ]
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
