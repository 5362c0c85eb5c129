internal import Processes

/// What a Postfix is configured to do, according to its own `postconf`.
public struct PostfixConfiguration: Sendable, Hashable {
    /// The directory of `main.cf` and `master.cf`.
    public var directory: String

    /// Every parameter with its value, other parameters filled in.
    public var parameters: [String: String]

    /// Every parameter as it is written; where there is none, ``parameters`` says it.
    public var raw: [String: String]

    /// Parameters whose text is not understood here as Postfix understands it: they are looked at, and never edited.
    var opaque: Set<String> = []

    /// The services of `master.cf`.
    public var services: [PostfixService]

    /// What `postconf` warned of.
    public var warnings: [String]

    /// A configuration from its parts.
    public init(
        directory: String, parameters: [String: String], services: [PostfixService], warnings: [String] = [],
        raw: [String: String] = [:]
    ) {
        self.directory = directory
        self.parameters = parameters
        self.services = services
        self.warnings = warnings
        self.raw = raw
    }

    /// Asks `postconf` about `directory`; `nil` without Postfix on this host.
    ///
    /// - Throws: what Postfix says is wrong with its configuration.
    public static func read(directory: String) throws(UnreadableConfiguration) -> PostfixConfiguration? {
        func ask(_ options: String...) throws(UnreadableConfiguration) -> ProgramRun? {
            let run: ProgramRun
            do {
                run = try ProgramRun("postconf", ["-c", directory] + options)
            } catch {
                if error.isMissing { return nil }
                throw UnreadableConfiguration(path: directory, problem: "\(error)")
            }
            guard run.status == 0 else {
                let fatal = run.errors.split(separator: "\n").last.map(String.init) ?? "postconf failed"
                throw UnreadableConfiguration(path: directory, problem: fatal)
            }
            return run
        }
        guard let main = try ask("-x"), let written = try ask(), let master = try ask("-M"),
            let overrides = try ask("-P")
        else { return nil }
        var warnings: [String] = []
        for line in (main.errors + master.errors).split(separator: "\n") where line.contains("warning:") {
            let text = line.split(separator: ": ", maxSplits: 2).last.map(String.init) ?? String(line)
            if !warnings.contains(text) { warnings.append(text) }
        }
        var postfix = PostfixConfiguration(
            directory: directory, parameters: pairs(main.output),
            services: PostfixService.services(master.output, overrides: overrides.output), warnings: warnings)
        // A text that is not understood here as Postfix understands it counts as Postfix says, and is not edited.
        postfix.raw = pairs(written.output)
        // Each postconf has a number of its own; what is filled in is the first one's.
        postfix.raw["process_id"] = nil
        postfix.opaque = Set(
            postfix.raw.filter { name, text in
                text.contains("$") && collapsed(postfix.value(name, in: nil)) != collapsed(postfix[name])
            }.keys)
        let disabled = postfix["master_service_disable"]
        postfix.services.removeAll { $0.isDisabled(by: disabled) }
        return postfix
    }

    private static func pairs(_ output: String) -> [String: String] {
        var pairs: [String: String] = [:]
        for line in output.split(separator: "\n") {
            let halves = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2 { pairs[String(halves[0].trimmed)] = String(halves[1].trimmed) }
        }
        return pairs
    }

    private static func collapsed(_ text: String) -> String { text.split(whereSeparator: \.isWhitespace).joined() }

    /// A parameter of `main.cf`; empty when it is not known.
    public subscript(name: String) -> String { parameters[name] ?? "" }

    /// Where `main.cf` lies.
    var mainFile: String { directory + "/main.cf" }

    /// Where `master.cf` lies.
    var masterFile: String { directory + "/master.cf" }

    /// The directories of further instances on this host, postmulti(1).
    public var furtherInstances: [String] {
        MilterEntry.words(self["multi_instance_directories"][...]).map(String.init).filter { $0 != directory }
    }

    /// The directory that paths are relative to.
    var queueDirectory: String { self["queue_directory"] }

    /// The user that Postfix' daemons run as.
    public var owner: String { self["mail_owner"].isEmpty ? "postfix" : self["mail_owner"] }

    /// The group of that user, as Debian has it.
    var group: String { owner }

    /// Whether a service is confined to the queue directory; "-" means yes up to compatibility level 0 (master(5)).
    func isConfined(_ service: PostfixService) -> Bool {
        service.chroot ?? (Double(self["compatibility_level"].prefix { $0 != "." }).map { $0 < 1 } ?? true)
    }

    /// How `postconf` is told which configuration is meant; empty for the standard one.
    var option: String { directory == "/etc/postfix" ? "" : "-c \(ShellWord.bare(directory)) " }

    /// The services that speak SMTP with clients.
    var servers: [PostfixService] { services.filter { $0.command == "smtpd" } }

    /// Whether postscreen takes connections first.
    var hasPostscreen: Bool { services.contains { $0.command == "postscreen" && $0.type == "inet" } }
}

/// A configuration of a mail server that cannot be looked at.
public struct UnreadableConfiguration: Error, Sendable, Hashable, CustomStringConvertible {
    /// The file or directory.
    public var path: String

    /// What is wrong.
    public var problem: String

    /// The fault, with its place.
    public var description: String { "\(path): \(problem)" }
}
