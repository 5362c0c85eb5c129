extension PostfixExamination {
    /// The commands that have servers tell command lines. What else a server filters stays in force.
    func switchingOn(_ host: HookHost, _ servers: [PostfixService], tellsReplies: Bool) -> [String] {
        let hook = host.hook(at: endpoint(of: wireTarget), tellsReplies: tellsReplies)
        var settings = hook.parameters.map { PostfixSetting(service: nil, parameter: $0.name, value: $0.value) }
        let isAlone = uses.allSatisfy { servers.contains($0.service) }
        for service in servers {
            let written = postfix.written("smtpd_command_filter", in: service)
            // A filter with the hook in it in another way is replaced by nobody but its author.
            guard let own = CommandHook.own(in: written) else { return [] }
            settings.append(
                PostfixSetting(
                    service: service, parameter: "smtpd_command_filter", value: CommandHook.joined(with: own)))
            let macro = withMacro(hook.macro, postfix.written(CommandHook.macros, in: service))
            // A server that asks Argot without telling lines must not promise any.
            let macros =
                isAlone
                ? postfix.setting(CommandHook.macros, macro, in: service)
                : PostfixSetting(service: service, parameter: CommandHook.macros, value: macro)
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
        let left = postfix.servers.contains { service in
            !servers.contains(service) && CommandHook.isHook(postfix.value("smtpd_command_filter", in: service))
        }
        for service in servers {
            var gone: [String] = []
            restore("smtpd_command_filter", in: service, &gone, &settings) { text, value in
                CommandHook.isHook(value) ? CommandHook.own(in: text) : nil
            }
            restore("smtpd_reject_footer_maps", in: service, &gone, &settings) { text, value in
                CommandHook.isHook(value) ? Self.words(Self.otherFooters(text)) : nil
            }
            if !left || service.overrides[CommandHook.macros] != nil {
                restore(CommandHook.macros, in: service, &gone, &settings) { text, _ in
                    let rest = withMacro(nil, text)
                    return rest == text ? nil : rest
                }
            }
            removals += postfix.removals(gone, from: service)
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
        _ rest: (_ text: String, _ value: String) -> String?
    ) {
        guard let rest = rest(postfix.written(name, in: service), postfix.value(name, in: service)) else { return }
        if service.overrides[name] != nil, postfix.written(name, in: nil) == rest {
            gone.append(name)
        } else {
            let setting = postfix.setting(name, rest, in: service)
            if !settings.contains(setting) { settings.append(setting) }
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
