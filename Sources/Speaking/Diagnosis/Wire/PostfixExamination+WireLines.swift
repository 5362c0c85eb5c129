extension PostfixExamination {
    /// The commands that have servers tell command lines. What else a server filters stays in force.
    func switchingOn(_ host: HookHost, _ servers: [PostfixService], tellsReplies: Bool) -> [String] {
        let hook = host.hook(at: endpoint(of: wireTarget), tellsReplies: tellsReplies)
        var settings = hook.parameters.map { PostfixSetting(service: nil, parameter: $0.name, value: $0.value) }
        for service in servers {
            let written = postfix.written("smtpd_command_filter", in: service)
            // A filter with the hook in it in another way is replaced by nobody but its author.
            guard let own = CommandHook.own(in: written) else { return [] }
            settings.append(
                PostfixSetting(
                    service: service, parameter: "smtpd_command_filter", value: CommandHook.joined(with: own)))
            let macros = postfix.setting(
                CommandHook.macros, withMacro(hook.macro, postfix.written(CommandHook.macros, in: service)), in: service
            )
            if !settings.contains(macros) { settings.append(macros) }
            guard tellsReplies else { continue }
            let footer = postfix.written("smtpd_reject_footer_maps", in: service)
            settings.append(
                PostfixSetting(
                    service: service, parameter: "smtpd_reject_footer_maps",
                    value: Self.words(["$\(CommandHook.footerName)"] + Self.otherFooters(footer))))
        }
        return postfix.commands(settings)
    }

    /// The commands that have servers stop: first what is in force at once, then what is left over.
    func switchingOff(_ servers: [PostfixService]) -> [String] {
        var removals: [String] = []
        var settings: [PostfixSetting] = []
        for service in servers {
            var gone: [String] = []
            restore("smtpd_command_filter", in: service, &gone, &settings) { CommandHook.own(in: $0) }
            restore("smtpd_reject_footer_maps", in: service, &gone, &settings) { Self.words(Self.otherFooters($0)) }
            removals += postfix.removals(gone, from: service)
        }
        let left = postfix.servers.contains { service in
            !servers.contains(service) && CommandHook.isHook(postfix.value("smtpd_command_filter", in: service))
        }
        if !left {
            for service in servers {
                let text = postfix.written(CommandHook.macros, in: service)
                let rest = withMacro(nil, text)
                let setting = postfix.setting(CommandHook.macros, rest, in: service)
                if rest != text, !settings.contains(setting) { settings.append(setting) }
            }
        }
        // A whole line that is written anew still has what is removed from it next.
        var commands = postfix.commands(settings)
        if commands.last == postfix.reload { commands.removeLast() }
        commands += removals
        if !left {
            let names = postfix.raw.keys.filter { $0.hasPrefix("argotwire_") }.sorted()
            let own = [CommandHook.filterName, CommandHook.footerName].filter { postfix.raw[$0] != nil }
            commands += postfix.removals(own + names, from: nil)
        }
        return commands.isEmpty ? [] : commands + [postfix.reload]
    }

    /// A server's parameter as it was without the hook: gone from `master.cf` where `main.cf` says the same.
    private func restore(
        _ name: String, in service: PostfixService, _ gone: inout [String], _ settings: inout [PostfixSetting],
        _ rest: (String) -> String?
    ) {
        let text = postfix.written(name, in: service)
        guard CommandHook.isHook(postfix.value(name, in: service)), let rest = rest(text) else { return }
        if service.overrides[name] != nil, postfix.written(name, in: nil) == rest {
            gone.append(name)
        } else {
            settings.append(postfix.setting(name, rest, in: service))
        }
    }

    /// The maps of refusals that are not Argot's.
    private static func otherFooters(_ text: String) -> [String] {
        MilterEntry.words(text[...]).map(String.init).filter {
            $0 != "$\(CommandHook.footerName)" && $0 != "${\(CommandHook.footerName)}"
        }
    }

    private static func words(_ list: [String]) -> String { list.joined(separator: ",") }

    /// A list of macros with Argot's in it, or without.
    private func withMacro(_ macro: String?, _ text: String) -> String {
        var isThere = false
        let rest = PostfixList.rewriting(text[...]) { word in
            guard word.hasPrefix(CommandHook.macroName + "=") else { return String(word) }
            if isThere { return nil }
            isThere = true
            return macro
        }
        guard let macro, !isThere else { return rest }
        return PostfixList.appending(macro, to: rest)
    }
}
