internal import SMTP
public import Sockets

/// Looks at a Postfix's configuration for what keeps Argot from its work, or mail from its way.
///
/// A value: configuration in, findings out. What it advises changes Argot's entries and what is wrong, nothing else.
public struct PostfixExamination: Sendable {
    let postfix: PostfixConfiguration
    let settings: FilterSettings

    /// An examination of a configuration.
    public init(_ postfix: PostfixConfiguration, settings: FilterSettings) {
        self.postfix = postfix
        self.settings = settings
    }

    /// Argot in the list of one server's filters.
    struct Use {
        var service: PostfixService
        var list: PostfixList
        var entries: [MilterEntry]
        var index: Int

        var entry: MilterEntry { entries[index] }
    }

    /// All findings.
    public var findings: [Finding] {
        let found =
            milters + elsewhere + submission + blindness + macros + policyService + networks + recipients + domains
            + postscreen + proxy + lies + warnings
        if found.contains(where: { $0.severity >= .warning }) { return found }
        let text = "Postfix \(postfix["mail_version"]) asks Argot and continues without it"
        return [Finding("postfix", .ok, at: postfix.mainFile, text)] + found
    }

    /// Whether it asks Argot, or takes mail of strangers and so could.
    public var concernsArgot: Bool { !uses.isEmpty || postfix.servers.contains(where: \.isPublic) }

    /// Where Postfix looks for the filter, by the first server that asks it.
    public var expectedSocket: SocketName? { uses.first.flatMap { socket(of: $0.entry, in: $0.service) } }

    /// Argot's entry as the documentation gives it.
    var documentedEntry: String {
        let timeouts = "connect_timeout=2s, command_timeout=5s, content_timeout=10s"
        return "{ \(wantedEndpoint), \(timeouts), default_action=accept }"
    }

    /// The socket that Postfix should ask; where a server is confined, one that it can see.
    var wantedEndpoint: String { isOutOfSight ? "unix:argot/argot.sock" : endpoint(of: settings.socket) }

    /// Whether a server that is confined to the queue directory cannot see the filter's socket.
    var isOutOfSight: Bool {
        guard case .unix(let path) = settings.socket, !path.hasPrefix(postfix.queueDirectory + "/") else {
            return false
        }
        let servers = uses.isEmpty ? postfix.servers : uses.map(\.service)
        return servers.contains { postfix.isConfined($0) }
    }

    /// What moves the filter's socket to where a confined server can see it; empty where it can.
    var moving: [String] {
        guard isOutOfSight else { return [] }
        let path = "\(postfix.queueDirectory)/argot/argot.sock"
        if settings.isHandedOver {
            let drop = "/etc/systemd/system/argotd.socket.d"
            let lines = #"[Socket]\nListenStream=\nListenStream=\#(path)\nSocketGroup=\#(postfix.group)\n"#
            return [
                "install -d \(drop) && printf '\(lines)' > \(drop)/postfix.conf",
                "systemctl daemon-reload && systemctl restart argotd.socket argotd.service",
            ]
        }
        return [
            settings.line("socket = unix:\(path)"), settings.line("socket_group = \(postfix.group)"),
            "systemctl restart argotd",
        ]
    }

    /// The socket in Postfix' spelling, below the queue directory where it lies there.
    func endpoint(of socket: SocketName) -> String {
        switch socket {
        case .unix(let path):
            let inside = postfix.queueDirectory + "/"
            return "unix:" + (path.hasPrefix(inside) ? String(path.dropFirst(inside.count)) : path)
        case .inet(let host, let port, _):
            let name = ["", "0.0.0.0", "::"].contains(host) ? "127.0.0.1" : host.contains(":") ? "[\(host)]" : host
            return "inet:\(name):\(port)"
        case .descriptor: return "unix:argot/argot.sock"
        }
    }

    func socket(of entry: MilterEntry, in service: PostfixService) -> SocketName? {
        entry.socket(queueDirectory: postfix.queueDirectory, isConfined: postfix.isConfined(service))
    }

    /// Whether a client that looks for one socket finds the other: who listens on all addresses is found at each.
    static func isSame(_ sought: SocketName?, _ listening: SocketName?) -> Bool {
        switch (sought, listening) {
        case (.unix(let a), .unix(let b)): normalized(a) == normalized(b)
        case (.inet(let a, let sought, _), .inet(let b, let port, _)): sought == port && reaches(a, b)
        default: false
        }
    }

    /// Whether an address leads to one that is listened on. Of two names nobody knows here.
    private static func reaches(_ sought: String, _ listening: String) -> Bool {
        if ["", "0.0.0.0", "::"].contains(listening) { return true }
        let a = sought.isEmpty ? "localhost" : sought.lowercased()
        let b = listening.lowercased()
        if a == b { return true }
        func isLoopback(_ host: String) -> Bool {
            guard let address = ClientAddress(host) else { return false }
            return local.contains { $0.contains(address) }
        }
        switch (ClientAddress(a), ClientAddress(b)) {
        case (let a?, let b?): return a == b
        // localhost is 127.0.0.1 and ::1; any other name is not one of them.
        case (nil, _?): return a == "localhost" ? ["127.0.0.1", "::1"].contains(b) : !isLoopback(b)
        case (_?, nil): return b == "localhost" ? ["127.0.0.1", "::1"].contains(a) : !isLoopback(a)
        case (nil, nil): return a != "localhost" && b != "localhost"
        }
    }

    private static let local = ["127.0.0.0/8", "::1/128"].compactMap { AddressPrefix($0) }

    /// A path with `/var/run` as `/run`, which it is on Debian, and without doubled slashes.
    private static func normalized(_ path: String) -> String {
        let parts = path.split(separator: "/")
        return (parts.starts(with: ["var", "run"]) ? parts.dropFirst() : parts[...]).joined(separator: "/")
    }

    /// Whether an entry is meant for Argot: by its socket, or by its name where the socket is wrong.
    func isOurs(_ entry: MilterEntry, in service: PostfixService) -> Bool {
        isExact(entry, in: service) || entry.isNamedArgot
    }

    private func isExact(_ entry: MilterEntry, in service: PostfixService) -> Bool {
        if Self.isSame(socket(of: entry, in: service), settings.socket) { return true }
        if case .unix(let path) = settings.socket { return entry.endpoint.hasSuffix(":" + path) }
        return false
    }

    /// The places of Argot in a list: by socket; where none is its socket by name, and where none has its name by port.
    func ours(_ entries: [MilterEntry], in service: PostfixService) -> [Int] {
        let exact = entries.indices.filter { isExact(entries[$0], in: service) }
        if !exact.isEmpty { return exact }
        let named = entries.indices.filter { entries[$0].isNamedArgot }
        guard named.isEmpty, case .inet(_, let port, _) = settings.socket else { return named }
        return entries.indices.filter { entries[$0].port == port }
    }

    /// Every server that asks Argot, and where it stands in its list.
    var uses: [Use] {
        postfix.servers.flatMap { service -> [Use] in
            if hasNoFilters(service) { return [] }
            let list = PostfixList("smtpd_milters", in: service, of: postfix)
            let entries = list.entries.map { MilterEntry($0.text[...]) }
            return ours(entries, in: service)
                .map { Use(service: service, list: list, entries: entries, index: $0) }
        }
    }

    /// Whether a server's filters are switched off.
    func hasNoFilters(_ service: PostfixService) -> Bool {
        MilterEntry.words(postfix.value("receive_override_options", in: service)[...]).contains("no_milters")
    }

    /// Where a server's value of a parameter is set.
    func place(of name: String, in service: PostfixService) -> String {
        service.overrides[name] == nil ? postfix.mainFile : "\(postfix.masterFile), \(service.label)"
    }

    /// Where an entry is written.
    func place(of place: PostfixList.Place) -> String {
        place.service.map { "\(postfix.masterFile), \($0.label)" } ?? postfix.mainFile
    }
}
