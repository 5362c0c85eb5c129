public import Sockets

extension PostfixExamination {
    /// What there is to say of the command hook.
    ///
    /// - Parameters:
    ///   - host: what was found on this host.
    ///   - isAsked: whether the administrator asked, and so wants the lines to switch it on or off.
    ///   - tellsReplies: whether it should tell the codes of refusals, too.
    public func wire(_ host: HookHost, isAsked: Bool = false, tellsReplies: Bool = false) -> [Finding] {
        let hooked = postfix.servers.filter(isHooked)
        if hooked.isEmpty {
            guard isAsked || settings.wireSocket != nil else { return [] }
            return tables(host, isOn: false) ?? [absence(host, tellsReplies)]
        }
        let switchingOff = switchingOff(hooked)
        var found = tables(host, isOn: true, remedy: switchingOff) ?? []
        let replies = tellsReplies || hooked.contains { tellsRefusals($0) }
        let switchingOn = switchingOn(host, hooked.filter { hookServers.contains($0) }, tellsReplies: replies)
        found += postscreenFilter + clientFaults(host, remedy: switchingOn)
        for service in hooked {
            found += filterFaults(service, host, remedy: switchingOn)
            guard isForUsers(service) else {
                found += macroFaults(service, remedy: switchingOn)
                continue
            }
            found.append(
                Finding(
                    "wire.submission", .warning, at: place(of: "smtpd_command_filter", in: service),
                    "\(service.label) is for users who log in, whom nobody judges: telling their command lines only "
                        + "costs time", remedy: self.switchingOff([service])))
        }
        found += socketFaults(hooked, host)
        if !found.contains(where: { $0.severity >= .warning }) {
            let names = hooked.map(\.label).joined(separator: ", ")
            found.append(
                Finding(
                    "wire", .ok, at: postfix.masterFile,
                    "\(names): Postfix tells argotd the command lines of clients and goes on without it"))
        }
        if isAsked {
            found.append(
                Finding(
                    "wire.undo", .note, at: postfix.masterFile, "to stop telling command lines", remedy: switchingOff))
        }
        return found
    }

    /// Whether Postfix tells command lines, or argotd listens for them.
    public var usesWire: Bool { settings.wireSocket != nil || postfix.servers.contains(where: isHooked) }

    /// Where the tables are that a server uses already; `nil` where none does.
    public var hookDirectory: String? {
        for service in postfix.servers where isHooked(service) {
            let value = postfix.value("smtpd_command_filter", in: service)
            for kind in ["pcre:", "regexp:"] {
                guard let start = value.firstRange(of: kind)?.upperBound else { continue }
                let path = value[start...].prefix { $0 != "," && $0 != " " && $0 != "}" }
                if path.hasPrefix("/"), path.hasSuffix("/wire") { return String(path.dropLast("/wire".count)) }
            }
        }
        return nil
    }

    /// The servers that tell command lines, with where clients connect to them.
    public var hookedEndpoints: [(label: String, endpoint: SocketName)] {
        postfix.servers.filter(isHooked).compactMap { service in
            // What postscreen passes on came in by its port.
            let door = service.type == "pass" ? postfix.services.first { $0.command == "postscreen" } : service
            guard let door, door.type == "inet" else { return nil }
            let port = door.port == "smtp" ? "25" : door.port
            let host = door.name.contains(":") ? door.name.dropLast(door.port.count + 1) : "127.0.0.1"
            return (try? SocketName("inet:\(port)@\(host)")).map { (service.label, $0) }
        }
    }

    /// Whether a server tells command lines.
    private func isHooked(_ service: PostfixService) -> Bool {
        CommandHook.isHook(postfix.value("smtpd_command_filter", in: service))
    }

    private func tellsRefusals(_ service: PostfixService) -> Bool {
        CommandHook.isHook(postfix.value("smtpd_reject_footer_maps", in: service))
    }

    /// The servers that should: those that take mail of strangers and ask Argot.
    private var hookServers: [PostfixService] {
        var servers: [PostfixService] = []
        let hasPublic = postfix.servers.contains(where: \.isPublic)
        for service in uses.map(\.service) where hasPublic ? service.isPublic : !isForUsers(service) {
            if !servers.contains(service) { servers.append(service) }
        }
        return servers
    }

    private func tables(_ host: HookHost, isOn: Bool, remedy: [String] = []) -> [Finding]? {
        let effect = isOn ? ": every command is answered 421 and no mail comes in" : ": nothing may be switched on"
        if !host.missing.isEmpty {
            let names = host.missing.joined(separator: ", ")
            return [
                Finding(
                    "wire.tables", .problem, at: host.directory, "missing: \(names)\(effect)",
                    remedy: remedy + ["apt-get install --reinstall -o Dpkg::Options::=--force-confmiss argot"])
            ]
        }
        guard !host.complaint.isEmpty else { return nil }
        return [
            Finding(
                "wire.self-test", .problem, at: host.directory,
                "Postfix does not put a line through the tables as it should\(effect): \(host.complaint)",
                remedy: remedy)
        ]
    }

    private func absence(_ host: HookHost, _ tellsReplies: Bool) -> Finding {
        let servers = hookServers
        guard !servers.isEmpty else {
            return Finding(
                "wire.no-filter", .warning, at: postfix.mainFile,
                "no server for strangers asks Argot's filter: its sessions are what command lines belong to. First do what "
                    + "is said above")
        }
        let names = servers.map(\.label).joined(separator: ", ")
        let remedy = listening(host) + switchingOn(host, servers, tellsReplies: tellsReplies)
        if settings.wireSocket != nil {
            return Finding(
                "wire.missing", .warning, at: postfix.masterFile,
                "wire_socket is set, but \(names) does not tell the command lines of clients", remedy: remedy)
        }
        return Finding(
            "wire.off", .note, at: postfix.masterFile,
            "\(names) does not tell the command lines of clients, by which more kinds of bots can be told from mail "
                + "software. To switch it on", remedy: remedy)
    }

    // MARK: Argot's socket

    /// The socket that Postfix should tell lines at: the configured one, unless a confined server cannot see it.
    var wireTarget: SocketName {
        let standard = SocketName.unix(path: "\(postfix.wireDirectory)/wire.sock")
        guard let socket = settings.wireSocket, case .unix(let path) = socket else { return standard }
        let isInside = path.hasPrefix(postfix.queueDirectory + "/")
        return isInside || !hookServers.contains(where: postfix.isConfined) ? socket : standard
    }

    /// What has argotd listen where Postfix can reach it; empty where it does.
    private func listening(_ host: HookHost) -> [String] {
        let target = wireTarget
        if settings.wireSocket == target { return [] }
        let directory = ShellWord.bare(postfix.wireDirectory)
        return (host.hasSocketDirectory ? [] : ["install -d -o argot -g \(postfix.group) -m 2750 \(directory)"])
            + [settings.line("wire_socket = \(target)"), "systemctl restart argotd"]
    }

    private func socketFaults(_ hooked: [PostfixService], _ host: HookHost) -> [Finding] {
        let text = postfix.value("argotwire_memcache", in: nil)
        guard settings.wireSocket != nil else {
            return [
                Finding(
                    "wire.unanswered", .warning, at: postfix.mainFile,
                    "Postfix tells command lines at \(text), but wire_socket is not set: nobody listens, and each server "
                        + "process logs a warning", remedy: listening(host))
            ]
        }
        let target = wireTarget
        let entry = MilterEntry(text[...])
        let isMissed = hooked.contains { service in
            let sought = entry.socket(
                queueDirectory: postfix.queueDirectory, isConfined: postfix.isConfined(service))
            return !Self.isSame(sought, settings.wireSocket)
        }
        guard isMissed else { return [] }
        let setting = postfix.setting("argotwire_memcache", endpoint(of: target))
        return [
            Finding(
                "wire.socket", .problem, at: postfix.mainFile,
                "Postfix tells command lines at \(text), but wire_socket is \(settings.wireSocket.map { "\($0)" } ?? "")"
                    + " as argotd sees it: no line arrives",
                remedy: listening(host) + postfix.commands([setting]))
        ]
    }
}
