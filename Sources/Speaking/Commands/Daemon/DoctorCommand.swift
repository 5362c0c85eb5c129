import Control
import ArgumentParser
import Configuration
import Diagnosis
import FoundationEssentials
import Judgements
import Policy
import SMTP
import Sockets
import Terminal

/// `argot doctor`
struct DoctorCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor", abstract: "Examines this host and says what is wrong, where, and how to fix it.",
        discussion: """
            Checks the configuration, the daemon, the database, the clock, the models, what is shared, the path from the mail server's \
            user to the socket, and the configuration of Postfix or Sendmail. Changes nothing. Run it as root, who can \
            see everything.

            With --before-enforcing it also checks whether it is safe to apply verdicts: Argot has observed for long \
            enough, your own networks, devices and relays are let in, and no client with clean mail would be refused. \
            The last line says so.

            With --wire it also examines the command hook, by which Postfix tells argotd the command lines of its clients: \
            it puts a line through the tables, and prints the lines that switch the hook on, or off again. It is off by \
            default.

            Exits with 0 if there is no problem (warnings and notes do not count), with 2 if there is one, and with 1 \
            if it cannot examine the host.
            """)

    @Option(
        name: .long,
        help: ArgumentHelp("Examine the Postfix configured here instead of in /etc/postfix.", valueName: "directory"),
        completion: .directory)
    var postfixConfig: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Examine this file instead of /etc/mail/sendmail.cf.", valueName: "file"),
        completion: .file())
    var sendmailCf: String?

    @Flag(name: .long, help: "Also check whether it is safe to enforce.")
    var beforeEnforcing = false

    @Flag(name: .long, help: "Also examine the command hook of Postfix, and print the lines that switch it on or off.")
    var wire = false

    @Flag(
        name: .long,
        help:
            "With --wire: lines that have Postfix tell the codes of refusals, too, so that Argot knows what clients were told."
    )
    var replies = false

    @Flag(
        name: .long,
        help:
            "With --wire: prove that mail goes on when argotd leaves its socket, which it does for one session."
    )
    var prove = false

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The tables of the command hook, instead of those in /etc/argot/postfix.", valueName: "directory"),
        completion: .directory)
    var wireTables: String?

    @Flag(name: .long, help: "Print JSON.")
    var json = false

    @OptionGroup var control: ControlOptions

    private struct Report: Encodable {
        let problems: Int
        let warnings: Int
        let findings: [Finding]
        let safe_to_enforce: Bool?
        let verdict: String?
    }

    func run() throws {
        let findings = try examine()
        let problems = findings.count { $0.severity == .problem }
        let warnings = findings.count { $0.severity == .warning }
        let verdict = beforeEnforcing ? EnforcingReading.verdict(findings) : nil
        if json {
            try Output.json(
                Report(
                    problems: problems, warnings: warnings, findings: findings, safe_to_enforce: verdict?.isSafe,
                    verdict: verdict?.text))
        } else {
            for finding in findings { print(Self.text(finding)) }
            print("\n\(problems) problem\(problems == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")")
            if let verdict { print(verdict.text) }
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
        let file = sources.config ?? Configuration.defaultFile
        let isThere = FileManager.default.fileExists(atPath: file)
        findings.append(
            Finding(
                "configuration", .ok, at: file,
                isThere ? "it can be read" : "there is no such file: the defaults and drop-in files are in force"))
        for key in ["allow_domains", "allow_helo_names", "trap_domains"] {
            findings += PublicSuffixes.findings(key, Self.list(key, loaded), file: file)
        }
        let service = SurveyedService(
            configuration, main: file, dropIns: sources.dropIns,
            controlPlace: control.socket ?? configuration.controlSocket, controlSocket: try? control.name(),
            status: { try control.ask(StatusDocument.self, "GET", "/status") })
        let (seen, status) = ServiceSurvey(service).examine()
        findings += seen
        findings += Self.sharing(configuration, status)
        findings += Self.group(configuration, status)
        findings +=
            LieReading(
                status?.fake_rejections, fraction: configuration.policy.fakeRejectFraction,
                share: configuration.policy.lieLimits.share
            ).findings
        if status?.sockets.engine == "native" {
            findings.append(
                Finding("daemon.engine", .note, at: "argotd", "its native engine serves mail servers, not libmilter"))
        }
        var settings = FilterSettings(configuration, running: status?.sockets)
        settings.file = file
        settings.wireSocket = Self.list("wire_socket", loaded).first.flatMap(FilterSettings.target)
        settings.trapDomains = Self.list("trap_domains", loaded)
        let mode = status.map { $0.mode == "enforce" } ?? (configuration.policy.mode == .enforce)
        settings.isEnforcing = mode || beforeEnforcing
        let fields = configuration.filterHeaders.flatMap(\.rules).map(\.name)
        findings += try mailServers(settings, filterFields: fields)
        if beforeEnforcing {
            findings += EnforcingSurvey(service, file: file).findings
            findings += exchangers(settings)
        }
        return findings
    }

    /// Other hosts that take mail for the domains of this one's Postfix.
    private func exchangers(_ settings: FilterSettings) -> [Finding] {
        guard let postfix = try? PostfixConfiguration.read(directory: postfixConfig ?? "/etc/postfix") else {
            return []
        }
        let domains = PostfixExamination(postfix, settings: settings).ownDomains.map(\.name)
        let unique = Set(domains).subtracting([postfix["myhostname"]]).sorted()
        return MailExchangers(of: unique, name: postfix["myhostname"]).findings(settings)
    }

    /// The words of a list of the configuration.
    private static func list(_ key: String, _ loaded: LoadedConfiguration) -> [String] {
        guard let key = ConfigurationKey.named(key) else { return [] }
        return loaded.setting(of: key).text.split { $0 == " " || $0 == "," || $0 == "\n" || $0 == "\t" }.map(
            String.init)
    }

    /// What argotd makes of a configuration that cannot be read.
    private var lastGood: Finding {
        let place = "argotd"
        guard let status = try? control.ask(StatusDocument.self, "GET", "/status") else {
            return Finding(
                "daemon.unreachable", .problem, at: place, "it does not answer, and could not start with these files")
        }
        let age = FigureText.age(status.model.age_seconds)
        return Finding(
            "daemon.goes-on", .note, at: place,
            "it continues in mode \(status.mode) with the configuration of \(age) ago, but could not be restarted",
            remedy: ["argot reload  # once the file is fixed"])
    }

    private func mailServers(_ settings: FilterSettings, filterFields: [String]) throws -> [Finding] {
        let files = FileManager.default
        var findings: [Finding] = []
        var isFound = false
        let isNamed = postfixConfig != nil || sendmailCf != nil
        let directory = postfixConfig ?? (isNamed ? nil : "/etc/postfix")
        if let directory, isNamed || files.fileExists(atPath: directory + "/main.cf") {
            do {
                guard let postfix = try PostfixConfiguration.read(directory: directory) else {
                    throw CommandError("postconf is missing: install postfix, or omit --postfix-config")
                }
                let examination = PostfixExamination(postfix, settings: settings)
                findings += examination.findings + hook(examination, of: postfix)
                findings += reach(settings, owner: postfix.owner)
                findings += LoadedFiles(of: postfix, now: Int64(Date().timeIntervalSince1970)).findings
                findings += FieldStripping(of: filterFields, directory: directory).findings(of: examination)
                if !isNamed { findings += instances(of: postfix, settings) }
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
            findings += SendmailExamination(sendmail, settings: settings, source: SendmailSource(beside: file)).findings
            findings += LoadedFiles(of: sendmail).findings
            findings += FieldStripping(of: filterFields, directory: "").findings(ofSendmail: file)
            findings += reach(
                settings, owner: sendmail.user ?? "root", refusesWritable: !sendmail.allowsGroupWritable)
            isFound = true
        }
        if !isFound {
            findings.append(
                Finding(
                    "mta.missing", .problem, at: "/etc", "there is neither Postfix nor Sendmail on this host",
                    remedy: ["use --postfix-config DIRECTORY or --sendmail-cf FILE"]))
        }
        return findings
    }

    /// What there is to say of the command hook. Without being asked, only where somebody uses it.
    private func hook(_ examination: PostfixExamination, of postfix: PostfixConfiguration) -> [Finding] {
        guard wire || examination.usesWire else { return [] }
        let tables = wireTables ?? examination.hookDirectory ?? CommandHook.standardDirectory
        let host = HookHost(lookingAt: tables, for: postfix)
        let findings = examination.wire(host, isAsked: wire, tellsReplies: replies)
        return findings + (prove ? proof(examination) : [])
    }

    /// What one session without argotd at its socket, and one with it, have shown.
    private func proof(_ examination: PostfixExamination) -> [Finding] {
        examination.hookedEndpoints.map { label, endpoint in
            HookProof(
                label: label, endpoint: endpoint,
                pause: { _ = try control.ask("POST", "/wire/pause", ["seconds": "\($0)"]) },
                told: {
                    let wire = try control.ask(StatusDocument.self, "GET", "/status").wire
                    return (wire?.lines ?? 0) &+ (wire?.strays ?? 0)
                }
            ).finding
        }
    }

    /// Further instances of a Postfix that take mail of strangers, or ask Argot.
    private func instances(of postfix: PostfixConfiguration, _ settings: FilterSettings) -> [Finding] {
        postfix.furtherInstances.flatMap { directory -> [Finding] in
            do throws(UnreadableConfiguration) {
                guard let other = try PostfixConfiguration.read(directory: directory) else { return [] }
                let examination = PostfixExamination(other, settings: settings)
                guard examination.concernsArgot else { return [] }
                return examination.findings + LoadedFiles(of: other, now: Int64(Date().timeIntervalSince1970)).findings
            } catch {
                return [Finding("postfix.unreadable", .problem, at: error.path, error.problem)]
            }
        }
    }

    /// Whether the mail server's user gets to the sockets in the file system.
    private func reach(_ settings: FilterSettings, owner: String, refusesWritable: Bool = false) -> [Finding] {
        guard let account = Account.named(owner) else {
            return [Finding("mta.user", .problem, at: owner, "the mail server's user does not exist on this host")]
        }
        return [settings.socket, settings.policySocket, settings.wireSocket].flatMap { socket -> [Finding] in
            guard case .unix(let path)? = socket else { return [] }
            var reach = SocketReach(lookingAt: path, account: account, refusesWritable: refusesWritable)
            reach.isHandedOver = settings.isHandedOver
            reach.file = settings.file
            return reach.findings
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
        isHandedOver = running.map { $0.filter != configuration.socket } ?? false
        trustedNetworks = policy.trustedNetworks
        allowedAddresses = policy.allowedAddresses
    }
    /// A socket by its name; where a link stands in its place, as the package puts one beside a confined Postfix, what
    /// that leads to.
    fileprivate static func target(of name: String) -> SocketName? {
        guard let socket = try? SocketName(name) else { return nil }
        guard case .unix(let path) = socket,
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: path), link.hasPrefix("/")
        else { return socket }
        return .unix(path: link)
    }
}
