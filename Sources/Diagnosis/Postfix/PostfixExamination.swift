public import Sockets

/// Looks at a Postfix's configuration for what keeps Argot from its work, or mail from its way.
///
/// A value: configuration in, findings out.
public struct PostfixExamination: Sendable {
    let postfix: PostfixConfiguration
    let settings: FilterSettings

    /// An examination of a configuration.
    public init(_ postfix: PostfixConfiguration, settings: FilterSettings) {
        self.postfix = postfix
        self.settings = settings
    }

    /// Argot in the list of one server's filters.
    struct Use: Sendable {
        var service: PostfixService
        var entries: [MilterEntry]
        var index: Int

        var entry: MilterEntry { entries[index] }
    }

    /// All findings.
    public var findings: [Finding] {
        let found = milters + elsewhere + submission + macros + policyService + postscreen + proxy + lies + warnings
        if found.contains(where: { $0.severity >= .warning }) { return found }
        let text = "Postfix \(postfix["mail_version"]) asks Argot and goes on without it"
        return [Finding("postfix", .ok, at: postfix.mainFile, text)] + found
    }

    /// Where Postfix looks for the filter, by the first server that asks it.
    public var expectedSocket: SocketName? { uses.first.flatMap { socket(of: $0.entry, in: $0.service) } }

    /// The line that makes Postfix ask the filter.
    var line: String {
        let timeouts = "connect_timeout=2s, command_timeout=5s, content_timeout=10s"
        let endpoint = isOutOfSight ? "unix:argot/argot.sock" : endpoint(of: settings.socket)
        return "smtpd_milters = { \(endpoint), \(timeouts), default_action=accept }"
    }

    /// Whether a server that is confined to the queue directory cannot see the filter's socket.
    var isOutOfSight: Bool {
        guard case .unix(let path) = settings.socket, !path.hasPrefix(postfix.queueDirectory + "/") else {
            return false
        }
        let servers = uses.isEmpty ? postfix.servers : uses.map(\.service)
        return servers.contains { postfix.isConfined($0) }
    }

    /// What makes Postfix ask the filter: where a server is confined, the socket moves to where it can see it.
    var asking: [String] {
        let move = [
            "in argotd.conf: socket = unix:\(postfix.queueDirectory)/argot/argot.sock",
            "in argotd.conf: socket_group = \(postfix.owner)", "systemctl restart argotd",
        ]
        return (isOutOfSight ? move : []) + [setting(line), "postfix \(postfix.option)reload"]
    }

    /// The command that sets a line of `main.cf`.
    func setting(_ line: String) -> String { "postconf \(postfix.option)-e '\(line)'" }

    /// The socket in Postfix' spelling, below the queue directory where it lies there.
    func endpoint(of socket: SocketName) -> String {
        switch socket {
        case .unix(let path):
            let inside = postfix.queueDirectory + "/"
            return "unix:" + (path.hasPrefix(inside) ? String(path.dropFirst(inside.count)) : path)
        case .inet(let host, let port, _): return "inet:\(host.isEmpty ? "127.0.0.1" : host):\(port)"
        case .descriptor: return "unix:argot/argot.sock"
        }
    }

    func socket(of entry: MilterEntry, in service: PostfixService) -> SocketName? {
        entry.socket(queueDirectory: postfix.queueDirectory, isConfined: postfix.isConfined(service))
    }

    /// Whether two sockets are the same; of addresses only the port is compared, as hosts have many names.
    static func isSame(_ a: SocketName?, _ b: SocketName?) -> Bool {
        switch (a, b) {
        case (.unix(let a), .unix(let b)): normalized(a) == normalized(b)
        case (.inet(_, let a, _), .inet(_, let b, _)): a == b
        default: false
        }
    }

    /// A path with `/var/run` as `/run`, which it is on Debian, and without doubled slashes.
    private static func normalized(_ path: String) -> String {
        let parts = path.split(separator: "/")
        return (parts.starts(with: ["var", "run"]) ? parts.dropFirst() : parts[...]).joined(separator: "/")
    }

    /// Whether an entry is meant for Argot: by its socket, or by its name where the socket is wrong.
    func isOurs(_ entry: MilterEntry, in service: PostfixService) -> Bool {
        if Self.isSame(socket(of: entry, in: service), settings.socket) { return true }
        if case .unix(let path) = settings.socket, entry.endpoint.hasSuffix(path) { return true }
        return entry.endpoint.contains("argot")
    }

    /// Every server that asks Argot, and where it stands in its list.
    var uses: [Use] {
        postfix.servers.flatMap { service -> [Use] in
            let entries = MilterEntry.entries(filters(of: service))
            return entries.indices.filter { isOurs(entries[$0], in: service) }
                .map { Use(service: service, entries: entries, index: $0) }
        }
    }

    /// The list of a server's filters; empty where they are switched off.
    func filters(of service: PostfixService) -> String {
        let isOff = postfix.value("receive_override_options", in: service).contains("no_milters")
        return isOff ? "" : postfix.value("smtpd_milters", in: service)
    }

    /// Where a server's value of a parameter is set.
    func place(of name: String, in service: PostfixService) -> String {
        service.overrides[name] == nil ? postfix.mainFile : "\(postfix.masterFile), \(service.label)"
    }
}
