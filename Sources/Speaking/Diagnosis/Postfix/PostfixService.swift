/// A line of Postfix's `master.cf` with the settings it overrides (master(5)).
public struct PostfixService: Sendable, Hashable {
    /// The service's name: a port, `address:port`, or a socket's name.
    public var name: String

    /// `inet`, `pass`, `unix`, `fifo`, `unix-dgram`.
    public var type: String

    /// Whether the process is confined to the queue directory; `nil` if the default of the release applies.
    public var chroot: Bool?

    /// The program, such as `smtpd`.
    public var command: String

    /// What `-o` sets, by name.
    public var overrides: [String: String]

    /// The whole line as `postconf -M` prints it; empty where it is not known.
    public var line: String

    /// A service from its parts.
    public init(
        name: String, type: String, chroot: Bool?, command: String, overrides: [String: String] = [:],
        line: String = ""
    ) {
        self.name = name
        self.type = type
        self.chroot = chroot
        self.command = command
        self.overrides = overrides
        self.line = line
    }

    /// The service as `postconf -P` names it.
    public var label: String { "\(name)/\(type)" }

    /// The port, by number or name; the name itself where none is given.
    var port: Substring {
        guard type == "inet", let colon = name.lastIndex(of: ":") else { return name[...] }
        return name[name.index(after: colon)...]
    }

    /// Whether mail of strangers comes in here: the port of SMTP, or what postscreen passes on.
    var isPublic: Bool { type == "pass" || port == "smtp" || port == "25" }

    /// Whether `master_service_disable` switches it off, by its type or by name and type.
    func isDisabled(by list: String) -> Bool {
        MilterEntry.words(list[...]).contains { $0 == type || $0 == label }
    }

    /// Whether users hand in their mail here, by its port or its restrictions.
    var isSubmission: Bool {
        if ["submission", "submissions", "smtps", "587", "465"].contains(String(port)) { return true }
        let client = overrides["smtpd_client_restrictions"] ?? overrides["smtpd_recipient_restrictions"] ?? ""
        let relay = overrides["smtpd_relay_restrictions"] ?? ""
        return [client, relay].contains { $0.contains("permit_sasl_authenticated") && $0.hasSuffix("reject") }
    }

    /// The services in the output of `postconf -M` and `postconf -P`.
    static func services(_ lines: String, overrides: String) -> [PostfixService] {
        var changes: [String: [String: String]] = [:]
        for line in overrides.split(separator: "\n") {
            let halves = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let path = halves[0].trimmed.split(separator: "/", omittingEmptySubsequences: false)
            guard halves.count == 2, path.count >= 3 else { continue }
            let service = path.dropLast().joined(separator: "/")
            changes[service, default: [:]][String(path[path.count - 1])] = String(halves[1].trimmed)
        }
        return lines.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ", omittingEmptySubsequences: true)
            guard fields.count >= 8 else { return nil }
            let chroot: Bool? = fields[4] == "y" ? true : fields[4] == "n" ? false : nil
            return PostfixService(
                name: String(fields[0]), type: String(fields[1]), chroot: chroot, command: String(fields[7]),
                overrides: changes["\(fields[0])/\(fields[1])"] ?? [:], line: String(line.trimmed))
        }
    }
}

extension Substring {
    /// The text without blanks at its ends.
    var trimmed: Substring {
        var text = self
        while let first = text.first, first.isWhitespace { text.removeFirst() }
        while let last = text.last, last.isWhitespace { text.removeLast() }
        return text
    }
}
