extension PostfixExamination {
    /// Argot where it does not belong: at local mail and at users handing in theirs.
    var elsewhere: [Finding] {
        let entries = MilterEntry.entries(postfix["non_smtpd_milters"])
        let cleanup = PostfixService(name: "cleanup", type: "unix", chroot: nil, command: "cleanup")
        guard entries.contains(where: { isOurs($0, in: cleanup) }) else { return [] }
        let others = entries.filter { !isOurs($0, in: cleanup) }.map(\.endpoint).joined(separator: ", ")
        return [
            Finding(
                "postfix.non-smtpd", .problem, at: postfix.mainFile,
                "Argot stands in non_smtpd_milters: local mail has no client to judge, and what a filter refuses there "
                    + "stays in the queue",
                remedy: [setting("non_smtpd_milters = \(others)"), "postfix \(postfix.option)reload"])
        ]
    }

    /// Servers for users who log in.
    var submission: [Finding] {
        uses.filter { $0.service.isSubmission && !$0.service.isPublic }.map { use in
            Finding(
                "postfix.submission", .warning, at: "\(postfix.masterFile), \(use.service.label)",
                "users hand in mail here, and Argot looks on: who logs in is exempt, a wrong password before that is "
                    + "not worth a verdict, and every session costs",
                remedy: [
                    "postconf \(postfix.option)-P '\(use.service.label)/smtpd_milters='",
                    "postfix \(postfix.option)reload",
                ])
        }
    }

    /// What filters are told, and by which protocol.
    var macros: [Finding] {
        var found: [Finding] = []
        if let version = Int(postfix["milter_protocol"]), version < 6 {
            found.append(
                Finding(
                    "postfix.protocol", .problem, at: postfix.mainFile,
                    "milter_protocol is \(version): filters are not told of refused recipients nor of the client's name "
                        + "look-up, and header fields lose their blanks",
                    remedy: [setting("milter_protocol = 6"), "postfix \(postfix.option)reload"]))
        }
        if !postfix["milter_macro_v"].hasPrefix("Postfix") {
            found.append(
                Finding(
                    "postfix.macro-v", .warning, at: postfix.mainFile,
                    "milter_macro_v is \"\(postfix["milter_macro_v"])\": filters cannot tell which mail server asks, and "
                        + "Argot judges as if it saw less",
                    remedy: [setting("milter_macro_v = $mail_name $mail_version")]))
        }
        let standard = [
            "milter_connect_macros": ["j", "{daemon_name}", "v"], "milter_mail_macros": ["{auth_authen}"],
            "milter_rcpt_macros": ["{rcpt_addr}", "{rcpt_host}", "{rcpt_mailer}"], "milter_data_macros": ["i"],
        ]
        for (name, wanted) in standard.sorted(by: { $0.key < $1.key }) {
            let list = Set(MilterEntry.words(postfix[name]).map(Self.macro))
            let absent = wanted.filter { !list.contains(Self.macro($0[...])) }
            guard !absent.isEmpty else { continue }
            found.append(
                Finding(
                    "postfix.macros", .note, at: postfix.mainFile,
                    "\(name) lacks \(absent.joined(separator: " ")): Argot asks for its own list, other filters may not",
                    remedy: ["postconf \(postfix.option)-X \(name)"]))
        }
        let maps = postfix["smtpd_milter_maps"]
        if !maps.isEmpty {
            found.append(
                Finding(
                    "postfix.milter-maps", .note, at: postfix.mainFile,
                    "smtpd_milter_maps is \(maps): clients that it says DISABLE of never meet Argot"))
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
                    remedy: [setting("soft_bounce = no")]))
        }
        guard settings.lies else { return found }
        if postfix["disable_vrfy_command"] != "yes" {
            found.append(
                Finding(
                    "postfix.vrfy", .warning, at: postfix.mainFile,
                    "VRFY tells who exists and gives fake rejections away",
                    remedy: [setting("disable_vrfy_command = yes"), "postfix \(postfix.option)reload"]))
        }
        let shows = postfix["show_user_unknown_table_name"] != "no"
        if shows != (settings.unknownUserTable != "unnamed") {
            found.append(
                Finding(
                    "postfix.unknown-table", .warning, at: postfix.mainFile,
                    "show_user_unknown_table_name is \(shows ? "yes" : "no"), but unknown_user_table is "
                        + "\(settings.unknownUserTable): fake rejections differ from true ones",
                    remedy: [
                        "in argotd.conf: unknown_user_table = \(shows ? "local (or the table Postfix names)" : "unnamed")"
                    ]))
        }
        return found
    }

    /// What Postfix itself finds odd, where it touches filters.
    var warnings: [Finding] {
        postfix.warnings.filter { $0.contains("milter") || $0.contains("policy_service") }.map { warning in
            Finding("postfix.warning", .warning, at: postfix.directory, "Postfix says: \(warning)")
        }
    }
}
