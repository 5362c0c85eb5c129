public import Sockets

/// Looks at a Sendmail's configuration for what keeps Argot from its work, or mail from its way.
///
/// A value: configuration in, findings out.
public struct SendmailExamination: Sendable {
    private let sendmail: SendmailConfiguration
    private let settings: FilterSettings

    /// An examination of a configuration.
    public init(_ sendmail: SendmailConfiguration, settings: FilterSettings) {
        self.sendmail = sendmail
        self.settings = settings
    }

    /// The line for `sendmail.mc`.
    private var line: String { "INPUT_MAIL_FILTER(`argot', `S=\(settings.socket), F=, T=C:5s;S:5s;R:5s;E:1m')" }

    private var make: [String] { ["in sendmail.mc: \(line)", "make -C /etc/mail && systemctl restart sendmail"] }

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
                    "sendmail.milter-missing", .problem, at: sendmail.file, "Sendmail knows no filter that is Argot",
                    remedy: make)
            ]
        }
        let place = "\(sendmail.file):\(filter.line)"
        let found =
            use(of: filter) + socket(of: filter, at: place) + failure(of: filter, at: place)
            + times(of: filter, at: place) + macros + lies
        if found.contains(where: { $0.severity >= .warning }) { return found }
        return [Finding("sendmail", .ok, at: place, "Sendmail asks Argot and goes on without it")] + found
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
                    "the filter \(filter.name) is described, but InputMailFilters does not name it: Sendmail never "
                        + "asks it",
                    remedy: ["write INPUT_MAIL_FILTER instead of MAIL_FILTER"] + make))
        } else if names.contains(filter.name), names.last != filter.name {
            found.append(
                Finding(
                    "sendmail.order", .warning, at: place,
                    "a filter stands behind Argot: Argot judges what a later filter would refuse anyway",
                    remedy: ["put Argot's INPUT_MAIL_FILTER last in sendmail.mc"]))
        }
        for daemon in daemons where isAsked {
            guard let own = Self.names(daemon.options["I"]), !own.contains(filter.name) else { continue }
            found.append(
                Finding(
                    "sendmail.not-asked", .problem, at: "\(sendmail.file):\(daemon.line)",
                    "the daemon \(daemon.name) has a list of filters of its own, without Argot",
                    remedy: ["take InputMailFilters out of its DAEMON_OPTIONS, or add \(filter.name)"]))
        }
        for daemon in sendmail.daemons where isSubmission(daemon) {
            let list = Self.names(daemon.options["I"]) ?? names
            guard list.contains(filter.name) else { continue }
            found.append(
                Finding(
                    "sendmail.submission", .warning, at: "\(sendmail.file):\(daemon.line)",
                    "users hand in mail at the daemon \(daemon.name), and Argot looks on: who logs in is exempt, the "
                        + "rest costs",
                    remedy: ["in its DAEMON_OPTIONS: InputMailFilters=\(otherFilters(than: filter.name, in: list))"]))
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
                    "Sendmail looks for \(filter.socket), but argotd listens on \(settings.socketText)", remedy: make))
        }
        if case .inet = socket {
            found.append(
                Finding(
                    "sendmail.inet", .warning, at: place,
                    "over \(filter.socket) every step of a session costs some 40 ms: use a socket in the file system",
                    remedy: ["in argotd.conf: socket = unix:/run/argot/argot.sock"]))
        }
        return found
    }

    private func failure(of filter: SendmailConfiguration.Filter, at place: String) -> [Finding] {
        guard !filter.flags.isEmpty else { return [] }
        let what =
            switch filter.flags.first {
            case "R": "is refused"
            case "T": "is put off"
            case "4": "loses its connection"
            default: "is at risk"
            }
        return [
            Finding(
                "sendmail.failure", .problem, at: place,
                "F=\(filter.flags): mail \(what) whenever argotd is down, hangs or restarts", remedy: make)
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
                "T=\(limit.letter):\(text): should argotd hang, every client waits so long for \(limit.name)",
                remedy: make)
        }
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
                "Milter.macros.\(stage) lacks \(absent.joined(separator: " ")): Argot asks for its own list, other "
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
                "VRFY and EXPN tell who exists and give fake rejections away",
                remedy: ["in sendmail.mc: define(`confPRIVACY_FLAGS', `novrfy,noexpn')"])
        ]
    }
}
