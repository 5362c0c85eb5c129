import AdminHTTP
import ArgumentParser
import Configuration
import Diagnosis
import FoundationEssentials
import Policy
import SMTP
import Sockets

/// `argot doctor`
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Looks at this host and says what is wrong, where, and how to mend it.",
        discussion: """
            Looks at the configuration, the daemon, the database, the clock, the models, the way from the mail server's \
            user to the socket, and the configuration of Postfix or Sendmail. Changes nothing. Run it as root, who sees \
            everything.

            Exits with 0 when there is no problem (warnings and notes do not count), with 2 when there is one, with 1 \
            when it cannot look.
            """)

    @Option(
        name: .long,
        help: ArgumentHelp("Look at the Postfix configured here instead of /etc/postfix.", valueName: "directory"),
        completion: .directory)
    var postfixConfig: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Look at this file instead of /etc/mail/sendmail.cf.", valueName: "file"),
        completion: .file())
    var sendmailCf: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var control: ControlOptions

    private struct Report: Encodable {
        let problems: Int
        let warnings: Int
        let findings: [Finding]
    }

    func run() throws {
        let findings = try examine()
        let problems = findings.count { $0.severity == .problem }
        let warnings = findings.count { $0.severity == .warning }
        if json {
            try Output.json(Report(problems: problems, warnings: warnings, findings: findings))
        } else {
            for finding in findings { print(Self.text(finding)) }
            print("\n\(problems) problem\(problems == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")")
        }
        if problems > 0 { throw ExitCode(2) }
    }

    private func examine() throws -> [Finding] {
        let sources = control.sources
        let loaded = Configuration.load(file: sources.config, dropIns: sources.dropIns, overrides: sources.set)
        var findings = loaded.warnings.map { warning in
            Finding(
                "configuration.warning", .warning, at: "\(warning.source)", warning.problem, remedy: [warning.remedy])
        }
        guard case .success(let configuration) = loaded.result else {
            // Where the sockets are, and all the rest, is known only to a configuration that can be read.
            return findings
                + loaded.errors.map { error in
                    Finding(
                        "configuration.invalid", .problem, at: "\(error.source)", error.problem, remedy: [error.remedy])
                } + [lastGood]
        }
        findings.append(
            Finding("configuration", .ok, at: sources.config ?? Configuration.defaultFile, "it can be read"))
        let (service, status) = ServiceSurvey(configuration, control: control).examine()
        findings += service
        return findings + (try mailServers(FilterSettings(configuration, running: status?.sockets)))
    }

    /// What argotd makes of a configuration that cannot be read.
    private var lastGood: Finding {
        let place = "argotd"
        guard let status = try? control.ask(StatusDocument.self, "GET", "/status") else {
            return Finding(
                "daemon.unreachable", .problem, at: place, "it does not answer, and cannot start with these files")
        }
        let age = StatusText.span(status.model.age_seconds)
        return Finding(
            "daemon.goes-on", .note, at: place,
            "it goes on in mode \(status.mode) with the configuration of \(age) ago, and could not start again",
            remedy: ["argot reload (when the file is mended)"])
    }

    private func mailServers(_ settings: FilterSettings) throws -> [Finding] {
        let files = FileManager.default
        var findings: [Finding] = []
        var isFound = false
        let isNamed = postfixConfig != nil || sendmailCf != nil
        let directory = postfixConfig ?? (isNamed ? nil : "/etc/postfix")
        if let directory, isNamed || files.fileExists(atPath: directory + "/main.cf") {
            do {
                guard let postfix = try PostfixConfiguration.read(directory: directory) else {
                    throw CommandError("postconf is not there: install postfix, or leave --postfix-config out")
                }
                let examination = PostfixExamination(postfix, settings: settings)
                findings += examination.findings + reach(settings, owner: postfix.owner)
                isFound = true
            } catch let error as UnreadableConfiguration {
                if isNamed { throw CommandError("\(error)") }
                findings.append(Finding("postfix.unreadable", .problem, at: error.path, error.problem))
                isFound = true
            }
        }
        let file = sendmailCf ?? (isNamed ? nil : "/etc/mail/sendmail.cf")
        if let file, isNamed || files.fileExists(atPath: file) {
            guard let data = files.contents(atPath: file) else {
                throw CommandError("\(file): cannot be read: check path and permissions")
            }
            let sendmail = SendmailConfiguration(String(decoding: data, as: UTF8.self), file: file)
            findings += SendmailExamination(sendmail, settings: settings).findings
            findings += reach(
                settings, owner: sendmail.user ?? "root", refusesWritable: !sendmail.allowsGroupWritable)
            isFound = true
        }
        if !isFound {
            findings.append(
                Finding(
                    "mta.missing", .problem, at: "/etc", "there is neither Postfix nor Sendmail on this host",
                    remedy: ["name it: --postfix-config DIRECTORY or --sendmail-cf FILE"]))
        }
        return findings
    }

    /// Whether the mail server's user gets to the sockets in the file system.
    private func reach(_ settings: FilterSettings, owner: String, refusesWritable: Bool = false) -> [Finding] {
        guard let account = Account.named(owner) else {
            return [Finding("mta.user", .problem, at: owner, "the mail server's user does not exist on this host")]
        }
        return [settings.socket, settings.policySocket].flatMap { socket -> [Finding] in
            guard case .unix(let path)? = socket else { return [] }
            return SocketReach(lookingAt: path, account: account, refusesWritable: refusesWritable).findings
        }
    }

    private static func text(_ finding: Finding) -> String {
        let word =
            switch finding.severity {
            case .ok: "ok     "
            case .note: "note   "
            case .warning: "WARNING"
            case .problem: "PROBLEM"
            }
        let lines = ["\(word)  \(finding.id)  \(finding.place): \(finding.text)"]
        return (lines + finding.remedy.map { "         > \($0)" }).map { PrintableText($0).description }
            .joined(separator: "\n")
    }
}

extension FilterSettings {
    /// What the mail server's configuration must fit: the sockets of the running daemon, which systemd may have handed
    /// over, or those of the configuration.
    fileprivate init(_ configuration: Configuration, running: StatusDocument.Sockets?) {
        let policy = configuration.policy
        let passed = running.map(\.policy) ?? nil
        let filter = running?.filter ?? configuration.socket
        let configured = configuration.policySocket.isEmpty ? nil : configuration.policySocket
        self.init(
            // A configuration that could be read names sockets that can be.
            socket: Self.target(of: filter) ?? .descriptor(3), socketText: filter,
            socketGroup: configuration.socketGroup,
            policySocket: (running.map(\.policy) ?? configured).flatMap(Self.target),
            isPolicyOffered: configured == nil && passed != nil,
            lies: policy.certainAction == .fakeReject && policy.fakeRejectFraction > 0,
            unknownUserTable: policy.unknownUserTable.rawValue)
    }
    /// A socket by its name; where a link stands in its place, as the package puts one beside a confined Postfix, what
    /// that leads to.
    private static func target(of name: String) -> SocketName? {
        guard let socket = try? SocketName(name) else { return nil }
        guard case .unix(let path) = socket,
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path), link.hasPrefix("/")
        else { return socket }
        return .unix(path: link)
    }
}
