internal import SMTP
public import Sockets

/// Looks at a Sendmail's configuration for what keeps Argot from its work, or mail from its way.
///
/// A value: configuration in, findings out.
public struct SendmailExamination: Sendable {
    private let sendmail: SendmailConfiguration
    private let settings: FilterSettings
    private let source: SendmailSource

    /// An examination of a configuration, with the `sendmail.mc` that it was made of if that is known.
    public init(_ sendmail: SendmailConfiguration, settings: FilterSettings, source: SendmailSource = SendmailSource())
    {
        self.sendmail = sendmail
        self.settings = settings
        self.source = source
    }

    /// The line for `sendmail.mc`, for a Sendmail that has none.
    private var line: String { "INPUT_MAIL_FILTER(`argot', `\(Self.equates(settings.socket))')dnl" }

    private static func equates(_ socket: SocketName) -> String {
        "S=\(name(of: socket)), F=, T=C:5s;S:5s;R:5s;E:1m"
    }

    /// A socket as Sendmail is told of it; one that systemd passes is where the package puts it.
    private static func name(of socket: SocketName) -> String {
        if case .descriptor = socket { "unix:/run/argot/argot.sock" } else { "\(socket)" }
    }

    /// All that is wrong with Argot's line made right at once, so that commands may be pasted in any order.
    private func repair(_ filter: SendmailConfiguration.Filter) -> [String] {
        var equates: [Character: String] = [:]
        if !filter.flags.isEmpty { equates["F"] = "" }
        if timesWritten(filter) != "C:\(filter.times["C"] ?? "");S:\(filter.times["S"] ?? "");"
            + "R:\(filter.times["R"] ?? "");E:\(filter.times["E"] ?? "")"
        {
            equates["T"] = timesWritten(filter)
        }
        if case .descriptor = settings.socket {
        } else if !PostfixExamination.isSame(try? SocketName(filter.socket), settings.socket) {
            equates["S"] = Self.name(of: settings.socket)
        }
        return replacing(filter, equates)
    }

    private var make: String { "make -C \(source.directory) && systemctl restart sendmail" }

    /// A new line at the end of `sendmail.mc`: behind the filters that are there.
    private var adding: [String] {
        [
            source.file.map { "echo \(ShellWord.quoted(line)) >> \(ShellWord.bare($0))" }
                ?? "at the end of sendmail.mc: \(line)", make,
        ]
    }

    /// The line of Argot's filter in `sendmail.mc` with other equates; everything else stays. Where the file is not there
    /// the line is named.
    private func replacing(_ filter: SendmailConfiguration.Filter, _ equates: [Character: String]) -> [String] {
        let wanted = filter.replacing(equates)
        if let (number, text) = source.line(of: filter.name), let changed = SendmailSource.replacing(text, equates) {
            let command = "sed -i \(ShellWord.quoted("\(number)c\\" + SendmailSource.escaped(changed)))"
            return ["\(command) \(ShellWord.bare(source.file ?? ""))", make]
        }
        return [
            "in sendmail.mc, instead of the line of \(filter.name): INPUT_MAIL_FILTER(`\(filter.name)', `\(wanted)')dnl",
            make,
        ]
    }

    /// The filter that is Argot: by its socket, or by its name where the socket is wrong.
    private var filter: SendmailConfiguration.Filter? {
        sendmail.filters.first { PostfixExamination.isSame(try? SocketName($0.socket), settings.socket) }
            ?? sendmail.filters.first { $0.name.contains("argot") || $0.socket.contains("argot") }
    }

    /// Where Sendmail looks for the filter.
    public var expectedSocket: SocketName? { filter.flatMap { try? SocketName($0.socket) } }

    /// All findings.
    public var findings: [Finding] {
        guard let filter else {
            return [
                Finding(
                    "sendmail.milter-missing", .problem, at: sendmail.file, "none of Sendmail's filters is Argot",
                    remedy: adding)
            ] + site
        }
        let place = "\(sendmail.file):\(filter.line)"
        let found =
            use(of: filter) + socket(of: filter, at: place) + failure(of: filter, at: place)
            + times(of: filter, at: place) + macros + lies + site
        if found.contains(where: { $0.severity >= .warning }) { return found }
        return [Finding("sendmail", .ok, at: place, "Sendmail asks Argot and continues without it")] + found
    }

    private func use(of filter: SendmailConfiguration.Filter) -> [Finding] {
        var found: [Finding] = []
        let names = sendmail.asked
        let place = "\(sendmail.file):\(sendmail.askedLine)"
        let daemons = sendmail.daemons.filter { !isSubmission($0) }
        let isAsked =
            names.contains(filter.name)
            || daemons.contains { Self.names($0.options["I"])?.contains(filter.name) ?? false }
        if !isAsked {
            found.append(
                Finding(
                    "sendmail.not-asked", .problem, at: place,
                    "the filter \(filter.name) is defined, but InputMailFilters does not name it: Sendmail never "
                        + "asks it",
                    remedy: asking(filter)))
        } else if names.contains(filter.name), names.last != filter.name {
            found.append(
                Finding(
                    "sendmail.order", .warning, at: place,
                    "a filter comes after Argot: Argot judges what a later filter would refuse anyway",
                    remedy: moving(filter)))
        }
        for daemon in daemons where isAsked {
            guard let own = Self.names(daemon.options["I"]), !own.contains(filter.name) else { continue }
            found.append(
                Finding(
                    "sendmail.not-asked", .problem, at: "\(sendmail.file):\(daemon.line)",
                    "the daemon \(daemon.name) has its own list of filters, without Argot",
                    remedy: [
                        "in its DAEMON_OPTIONS: InputMailFilters=\((own + [filter.name]).joined(separator: ";"))", make,
                    ]))
        }
        for daemon in sendmail.daemons where isSubmission(daemon) {
            let list = Self.names(daemon.options["I"]) ?? names
            guard list.contains(filter.name) else { continue }
            found.append(
                Finding(
                    "sendmail.submission", .warning, at: "\(sendmail.file):\(daemon.line)",
                    "users submit mail to the daemon \(daemon.name), and Argot watches: clients that log in are exempt, the "
                        + "rest costs time",
                    remedy: [
                        "in its DAEMON_OPTIONS: InputMailFilters=\(otherFilters(than: filter.name, in: list))", make,
                    ]))
        }
        return found
    }

    private func otherFilters(than name: String, in list: [String]) -> String {
        list.filter { $0 != name }.joined(separator: ";")
    }

    private func isSubmission(_ daemon: SendmailConfiguration.Daemon) -> Bool {
        ["587", "465", "submission", "submissions", "smtps"].contains(daemon.port)
    }

    private static func names(_ list: String?) -> [String]? {
        list.map { $0.split { $0 == ";" || $0 == "," || $0 == " " }.map(String.init) }
    }

    private func socket(of filter: SendmailConfiguration.Filter, at place: String) -> [Finding] {
        let socket = try? SocketName(filter.socket)
        var found: [Finding] = []
        if case .descriptor = settings.socket {
        } else if !PostfixExamination.isSame(socket, settings.socket) {
            found.append(
                Finding(
                    "sendmail.socket", .problem, at: place,
                    "Sendmail looks for \(filter.socket), but argotd listens on \(settings.socketText)",
                    remedy: repair(filter)))
        }
        if case .inet = socket {
            found.append(
                Finding(
                    "sendmail.inet", .warning, at: place,
                    "over \(filter.socket) every step of a session costs about 40 ms: use a socket in the file system",
                    remedy: [
                        settings.line("socket = unix:/run/argot/argot.sock"), "systemctl restart argotd",
                    ] + replacing(filter, ["S": "unix:/run/argot/argot.sock"])))
        }
        return found
    }

    private func failure(of filter: SendmailConfiguration.Filter, at place: String) -> [Finding] {
        guard !filter.flags.isEmpty else { return [] }
        let what =
            switch filter.flags.first {
            case "R": "is refused"
            case "T": "is temporarily refused"
            case "4": "loses its connection"
            default: "is at risk"
            }
        return [
            Finding(
                "sendmail.failure", .problem, at: place,
                "F=\(filter.flags): mail \(what) whenever argotd is down, hangs or restarts",
                remedy: repair(filter))
        ]
    }

    private func times(of filter: SendmailConfiguration.Filter, at place: String) -> [Finding] {
        let limits: [(letter: Character, name: String, standard: String, long: Double)] = [
            ("C", "connecting", "5m", 300), ("S", "sending", "10s", 10), ("R", "an answer", "10s", 10),
            ("E", "the end of the message", "5m", 60),
        ]
        return limits.compactMap { limit in
            let text = filter.times[limit.letter] ?? limit.standard
            guard let seconds = PostfixExamination.seconds(text), seconds > limit.long else { return nil }
            return Finding(
                "sendmail.timeout-long", .warning, at: place,
                "T=\(limit.letter):\(text): if argotd hangs, every client waits that long for \(limit.name)",
                remedy: repair(filter))
        }
    }

    private static let privacy =
        "define(`confPRIVACY_FLAGS', ifdef(`confPRIVACY_FLAGS', `defn(`confPRIVACY_FLAGS')`,'', ``authwarnings,'')"
        + "`novrfy,noexpn')dnl"

    /// The times that a filter has, those that are too long replaced.
    private func timesWritten(_ filter: SendmailConfiguration.Filter) -> String {
        let standard: [(Character, String, Double)] = [
            ("C", "5s", 300), ("S", "5s", 10), ("R", "5s", 10), ("E", "1m", 60),
        ]
        return standard.map { letter, text, long in
            let own = filter.times[letter].flatMap { value in
                PostfixExamination.seconds(value).map { $0 <= long } ?? false ? value : nil
            }
            return "\(letter):\(own ?? text)"
        }.joined(separator: ";")
    }

    /// The filter asked for: its `MAIL_FILTER` as `INPUT_MAIL_FILTER`; where that is so, in the list that replaces it.
    private func asking(_ filter: SendmailConfiguration.Filter) -> [String] {
        if let (number, text) = source.line(of: filter.name), text.hasPrefix("MAIL_FILTER(") {
            return ["sed -i '\(number)s/^MAIL_FILTER(/INPUT_MAIL_FILTER(/' \(ShellWord.bare(source.file ?? ""))", make]
        }
        let list = (sendmail.asked + [filter.name]).joined(separator: ", ")
        return [
            sendmail.asked.isEmpty
                ? "in sendmail.mc: INPUT_MAIL_FILTER instead of MAIL_FILTER in the line of \(filter.name)"
                : "at the end of sendmail.mc: define(`confINPUT_MAIL_FILTERS', `\(list)')dnl",
            make,
        ]
    }

    /// The filter last in the order in which Sendmail asks.
    private func moving(_ filter: SendmailConfiguration.Filter) -> [String] {
        let list = (sendmail.asked.filter { $0 != filter.name } + [filter.name]).joined(separator: ", ")
        let line = "define(`confINPUT_MAIL_FILTERS', `\(list)')dnl"
        return [
            source.file.map { "echo \(ShellWord.quoted(line)) >> \(ShellWord.bare($0))" }
                ?? "at the end of sendmail.mc: \(line)",
            make,
        ]
    }

    /// Own networks and domains.
    private var site: [Finding] {
        var found = OwnDomains.traps(settings, own: source.ownDomains, place: source.directory)
        let foreign = source.networks.filter {
            !OwnNetworks.isTooWide($0) && !OwnNetworks.covers(settings.trustedNetworks + settings.allowedAddresses, $0)
        }
        if !foreign.isEmpty {
            let names = foreign.map(FilterSettings.text).joined(separator: " ")
            found.append(
                Finding(
                    "sendmail.own-networks", settings.isEnforcing ? .problem : .warning,
                    at: "\(source.directory)/access",
                    "Sendmail relays for \(names), which are not in trusted_networks: Argot judges your own users, devices "
                        + "and web servers like strangers, and may ask them to come back later",
                    remedy: [settings.trusting(foreign), "argot reload"]))
        }
        let wide = source.networks.filter(OwnNetworks.isTooWide)
        if !wide.isEmpty {
            let isOpen = wide.contains { $0.length < 8 }
            found.append(
                Finding(
                    "sendmail.networks-wide", isOpen ? .problem : .warning, at: "\(source.directory)/access",
                    "Sendmail relays for \(wide.map { "\($0)" }.joined(separator: " ")): more addresses than any site has may "
                        + "send mail through this host, and no such client should be in trusted_networks either"))
        }
        if source.isNewer {
            found.append(
                Finding(
                    "sendmail.not-made", .warning, at: source.file ?? source.directory,
                    "it is newer than \(sendmail.file), which is generated from it: its changes are not in force",
                    remedy: [make]))
        }
        return found
    }

    private var macros: [Finding] {
        // Argot asks for its own lists; where Sendmail's are cut down, other filters suffer.
        let wanted = [
            "connect": ["j", "{daemon_name}"], "envfrom": ["i", "{auth_authen}"], "envrcpt": ["{rcpt_addr}"],
        ]
        return wanted.sorted { $0.key < $1.key }.compactMap { stage, names in
            guard let list = sendmail.options["milter.macros.\(stage)"] else { return nil }
            let present = Set(list.split { $0 == "," || $0 == " " }.map(String.init))
            let absent = names.filter { !present.contains($0) }
            guard !absent.isEmpty else { return nil }
            return Finding(
                "sendmail.macros", .note, at: sendmail.file,
                "Milter.macros.\(stage) lacks \(absent.joined(separator: " ")): Argot requests its own list, other "
                    + "filters may not")
        }
    }

    private var lies: [Finding] {
        guard settings.lies else { return [] }
        let privacy = (sendmail.options["privacyoptions"] ?? "").lowercased()
        let isClosed = privacy.contains("goaway") || (privacy.contains("novrfy") && privacy.contains("noexpn"))
        guard !isClosed else { return [] }
        return [
            Finding(
                "sendmail.vrfy", .warning, at: sendmail.file,
                "VRFY and EXPN reveal who exists and give fake rejections away",
                // The flags that are there stay.
                remedy: [
                    source.file.map { "echo \(ShellWord.quoted(Self.privacy)) >> \(ShellWord.bare($0))" }
                        ?? "at the end of sendmail.mc: \(Self.privacy)", make,
                ])
        ]
    }
}
