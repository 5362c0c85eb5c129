extension PostfixExamination {
    /// Command lines told by postscreen, which takes its filter from smtpd's unless told otherwise.
    var postscreenFilter: [Finding] {
        let screens = postfix.services.filter { $0.command == "postscreen" }
        let hooked = screens.filter { CommandHook.isHook(postfix.value("postscreen_command_filter", in: $0)) }
        guard let screen = hooked.first else { return [] }
        let setting = postfix.setting("postscreen_command_filter", "", in: screen)
        return [
            Finding(
                "wire.postscreen", .problem, at: place(of: "postscreen_command_filter", in: screen),
                "postscreen tells command lines, too: a fault of the table ends it, and it serves all clients",
                remedy: postfix.commands([setting]))
        ]
    }

    /// What is wrong with the client of argotd's socket.
    func clientFaults(_ host: HookHost, remedy: [String]) -> [Finding] {
        let wanted = Dictionary(uniqueKeysWithValues: host.hook(at: "").client.map { ($0.name, $0.value) })
        func text(_ name: String) -> String { postfix.value(name, in: nil) }
        func finding(_ id: String, _ severity: Finding.Severity, _ text: String) -> Finding {
            Finding(id, severity, at: postfix.mainFile, text, remedy: remedy)
        }
        var found: [Finding] = []
        if Self.words(text("argotwire_backup")) != Self.words(wanted["argotwire_backup"] ?? "") {
            found.append(
                finding(
                    "wire.backup", .problem,
                    "argotwire_backup is \"\(text("argotwire_backup"))\": whenever argotd is not there, every command is "
                        + "answered 421 and no mail comes in"))
        }
        for (name, most) in [("argotwire_timeout", 1.0), ("argotwire_max_try", 1)] {
            let value = text(name)
            guard let number = Self.seconds(value), number > 0, number <= most else {
                found.append(
                    finding(
                        "wire.patience", .warning,
                        "\(name) is \"\(value)\": if argotd hangs, every command of every client waits that much longer "
                            + "than a second"))
                continue
            }
        }
        let format = postfix.written("argotwire_key_format", in: nil)
        let isFormat =
            format == wanted["argotwire_key_format"] || format.isEmpty == false && isProcess(format, end: ":%s")
        if !isFormat || !text("argotwire_key_digest").isEmpty {
            found.append(
                finding(
                    "wire.key", .problem,
                    "argotwire_key_format is \"\(format)\": it must begin with host and process, or no line finds its "
                        + "session"))
        }
        return found
    }

    /// What is wrong with one server's filter.
    func filterFaults(_ service: PostfixService, _ host: HookHost, remedy: [String]) -> [Finding] {
        let value = postfix.value("smtpd_command_filter", in: service)
        let place = place(of: "smtpd_command_filter", in: service)
        let chains = ["pcre", "regexp"].map { kind in
            CommandHook(kind: kind, directory: host.directory, endpoint: "", tellsReplies: false).filter
        }
        let text = Self.words(value)
        if chains.contains(where: { text.contains(Self.words($0)) }), !value.contains("proxy:") { return [] }
        let tail = value.components(after: "memcache:argotwire")
        let isHarmless = Self.words(tail).hasPrefix("," + Self.words(CommandHook.nothing) + "}")
        return [
            isHarmless && !value.contains("proxy:")
                ? Finding(
                    "wire.filter", .warning, at: place,
                    "the filter is not the one of this version: lines may be told that nobody can read", remedy: remedy)
                : Finding(
                    "wire.filter", .problem, at: place,
                    "the filter is not as Argot prints it: whoever answers on the socket could change commands, or a fault "
                        + "could stop mail", remedy: remedy)
        ]
    }

    /// Whether one server's filter connections say whose they are.
    func macroFaults(_ service: PostfixService, remedy: [String]) -> [Finding] {
        let text = postfix.written(CommandHook.macros, in: service)
        let word = MilterEntry.words(text[...]).first { $0.hasPrefix(CommandHook.macroName + "=") }
        let value = word.map { String($0.dropFirst(CommandHook.macroName.count + 1)) } ?? ""
        if isProcess(value, end: "") || isProcess(value, end: "+replies") { return [] }
        return [
            Finding(
                "wire.macro", .problem, at: place(of: CommandHook.macros, in: service),
                "milter_macro_defaults has no \(CommandHook.macroName)=\(CommandHook.process): no line finds its session",
                remedy: remedy)
        ]
    }

    private func isProcess(_ text: String, end: String) -> Bool {
        text == CommandHook.process + end || text == "${myhostname}/${process_id}" + end
    }

    /// A text without its blanks.
    private static func words(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined() }
}

extension String {
    /// What follows the first place where `part` stands; empty when it stands nowhere.
    fileprivate func components(after part: String) -> String {
        firstRange(of: part).map { String(self[$0.upperBound...]) } ?? ""
    }
}
