extension PostfixExamination {
    /// Argot where it does not belong: at local mail.
    var elsewhere: [Finding] {
        let list = PostfixList("non_smtpd_milters", in: nil, of: postfix)
        guard unreadable.isEmpty, !ours(of: list, in: Self.cleanup).isEmpty else { return [] }
        let finding = Finding(
            "postfix.non-smtpd", .problem, at: postfix.mainFile,
            "Argot is in non_smtpd_milters: local mail has no client to judge, and what a filter refuses there "
                + "stays in the queue")
        return remedied([finding], by: ListPlan(self).localRemovals, in: \.elsewhereNames)
    }

    /// The same without remedies.
    private var elsewhereNames: [Finding] {
        let list = PostfixList("non_smtpd_milters", in: nil, of: postfix)
        return ours(of: list, in: Self.cleanup).isEmpty ? [] : [Finding("postfix.non-smtpd", .problem, at: "", "")]
    }

    /// Whether users hand in their mail at a server: by its port or restrictions, or because they can log in at a port
    /// that is not the one of SMTP.
    func isForUsers(_ service: PostfixService) -> Bool {
        guard !service.isPublic else { return false }
        return service.isSubmission
            || service.type == "inet" && postfix.value("smtpd_sasl_auth_enable", in: service) == "yes"
    }

    /// Servers for users who log in.
    var submission: [Finding] {
        guard unreadable.isEmpty else { return [] }
        let removals = ListPlan(self).removals
        return submissionNames.flatMap { finding -> [Finding] in
            let own = removals.filter { finding.place.hasSuffix(", \($0.service?.label ?? "")") }
            return remedied([finding], by: own) { after in
                after.submissionNames.filter { $0.place == finding.place }
            }
        }
    }

    private var submissionNames: [Finding] {
        var seen: Set<String> = []
        return uses.map(\.service).filter { isForUsers($0) && seen.insert($0.label).inserted }.map { service in
            Finding(
                "postfix.submission", .warning, at: "\(postfix.masterFile), \(service.label)",
                "users submit mail here, and Argot watches: clients that log in are exempt, a wrong password before that is "
                    + "not worth a verdict, and every session costs time")
        }
    }

    /// Servers at which Argot sees too little to judge.
    var blindness: [Finding] {
        var found: [Finding] = []
        for use in uses where !isForUsers(use.service) {
            let proxy = postfix.value("smtpd_proxy_filter", in: use.service)
            if !proxy.isEmpty {
                let place = place(of: "smtpd_proxy_filter", in: use.service)
                found.append(
                    Finding(
                        "postfix.proxy-filter", settings.isEnforcing ? .problem : .warning, at: place,
                        "smtpd_proxy_filter is \(proxy): Postfix passes messages to it without showing milters headers and "
                            + "end, so nobody builds up a history of clean mail, and there is less to judge by; an "
                            + "after-queue content filter (content_filter) or a milter by the same program does not "
                            + "have this effect"))
            }
            if postfix.value("smtpd_peername_lookup", in: use.service) == "no" {
                found.append(
                    Finding(
                        "postfix.peername", settings.isEnforcing ? .problem : .warning,
                        at: place(of: "smtpd_peername_lookup", in: use.service),
                        "smtpd_peername_lookup is no: to Argot no client has a name, not even the largest mail "
                            + "services",
                        remedy: postfix.commands([postfix.setting("smtpd_peername_lookup", "yes", in: use.service)])))
            }
        }
        return found.reduce(into: []) { unique, finding in
            if !unique.contains(finding) { unique.append(finding) }
        }
    }

    /// What filters are told.
    var macros: [Finding] {
        var found: [Finding] = []
        if !postfix["milter_macro_v"].hasPrefix("Postfix") {
            found.append(
                Finding(
                    "postfix.macro-v", .warning, at: postfix.mainFile,
                    "milter_macro_v is \"\(postfix["milter_macro_v"])\": filters cannot tell which mail server asks, and "
                        + "Argot judges as if it could see less",
                    remedy: postfix.commands([postfix.setting("milter_macro_v", "$mail_name $mail_version")])))
        }
        let standard = [
            "milter_connect_macros": ["j", "{daemon_name}", "v"], "milter_mail_macros": ["{auth_authen}"],
            "milter_rcpt_macros": ["{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"], "milter_data_macros": ["i"],
        ]
        for (name, wanted) in standard.sorted(by: { $0.key < $1.key }) {
            let list = Set(MilterEntry.words(postfix[name][...]).map(Self.macro))
            let absent = wanted.filter { !list.contains(Self.macro($0[...])) }
            guard !absent.isEmpty else { continue }
            let text = ([postfix.written(name, in: nil)] + absent).filter { !$0.isEmpty }.joined(separator: " ")
            found.append(
                Finding(
                    "postfix.macros", .note, at: postfix.mainFile,
                    "\(name) lacks \(absent.joined(separator: " ")): Argot requests its own list, other filters may not",
                    remedy: postfix.commands([postfix.setting(name, text)])))
        }
        let maps = postfix["smtpd_milter_maps"]
        if !maps.isEmpty {
            found.append(
                Finding(
                    "postfix.milter-maps", .note, at: postfix.mainFile,
                    "smtpd_milter_maps is \(maps): clients for which it says DISABLE never reach Argot"))
        }
        return found
    }

    /// A macro's name without braces.
    private static func macro(_ name: Substring) -> Substring {
        name.hasPrefix("{") && name.hasSuffix("}") ? name.dropFirst().dropLast() : name
    }

    /// Things of Postfix that give a fake rejection away or change it.
    var lies: [Finding] {
        var found: [Finding] = []
        if postfix["soft_bounce"] == "yes" {
            found.append(
                Finding(
                    "postfix.soft-bounce", .note, at: postfix.mainFile,
                    "soft_bounce is on: every refusal becomes \"come back later\"",
                    remedy: postfix.commands([postfix.setting("soft_bounce", "no")])))
        }
        guard settings.lies else { return found }
        if postfix["disable_vrfy_command"] != "yes" {
            found.append(
                Finding(
                    "postfix.vrfy", .warning, at: postfix.mainFile,
                    "VRFY reveals who exists and gives fake rejections away",
                    remedy: postfix.commands([postfix.setting("disable_vrfy_command", "yes")])))
        }
        let shows = postfix["show_user_unknown_table_name"] != "no"
        if shows != (settings.unknownUserTable != "unnamed") {
            found.append(
                Finding(
                    "postfix.unknown-table", .warning, at: postfix.mainFile,
                    "show_user_unknown_table_name is \(shows ? "yes" : "no"), but unknown_user_table is "
                        + "\(settings.unknownUserTable): fake rejections differ from genuine ones",
                    remedy: [
                        settings.line("unknown_user_table = \(shows ? unknownUserTable : "unnamed")"), "argot reload",
                    ]))
        }
        return found
    }

    /// The table that Postfix names when a user is unknown: of the kind of domain that there is.
    private var unknownUserTable: String {
        if !postfix["virtual_mailbox_domains"].isEmpty { return "virtual-mailbox" }
        if !postfix["virtual_alias_domains"].isEmpty, postfix["mydestination"].isEmpty { return "virtual-alias" }
        return "local"
    }

    /// What Postfix itself finds odd, where it touches filters.
    var warnings: [Finding] {
        postfix.warnings.filter { warning in
            !warning.hasPrefix("unused parameter")
                && (warning.contains("milter") || warning.contains("policy_service"))
        }.map { warning in
            Finding("postfix.warning", .warning, at: postfix.directory, "Postfix says: \(warning)")
        }
    }
}
