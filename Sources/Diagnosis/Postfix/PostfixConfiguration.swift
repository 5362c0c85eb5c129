internal import Processes

/// What a Postfix is configured to do, as its own `postconf` tells it.
public struct PostfixConfiguration: Sendable, Hashable {
    /// The directory of `main.cf` and `master.cf`.
    public var directory: String

    /// Every parameter with its value, other parameters filled in.
    public var parameters: [String: String]

    /// The services of `master.cf`.
    public var services: [PostfixService]

    /// What `postconf` warned of.
    public var warnings: [String]

    /// A configuration of its parts.
    public init(
        directory: String, parameters: [String: String], services: [PostfixService], warnings: [String] = []
    ) {
        self.directory = directory
        self.parameters = parameters
        self.services = services
        self.warnings = warnings
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
                let fatal = run.errors.split(separator: "\n").last.map(String.init) ?? "postconf fails"
                throw UnreadableConfiguration(path: directory, problem: fatal)
            }
            return run
        }
        guard let main = try ask("-x"), let master = try ask("-M"), let overrides = try ask("-P") else { return nil }
        var parameters: [String: String] = [:]
        for line in main.output.split(separator: "\n") {
            let halves = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if halves.count == 2 { parameters[String(halves[0].trimmed)] = String(halves[1].trimmed) }
        }
        var warnings: [String] = []
        for line in (main.errors + master.errors).split(separator: "\n") where line.contains("warning:") {
            let text = line.split(separator: ": ", maxSplits: 2).last.map(String.init) ?? String(line)
            if !warnings.contains(text) { warnings.append(text) }
        }
        return PostfixConfiguration(
            directory: directory, parameters: parameters,
            services: PostfixService.services(master.output, overrides: overrides.output), warnings: warnings)
    }

    /// A parameter of `main.cf`; empty when it is not known.
    public subscript(name: String) -> String { parameters[name] ?? "" }

    /// A parameter as it holds for a service.
    func value(_ name: String, in service: PostfixService) -> String {
        service.overrides[name].map { expanded($0, in: service) } ?? self[name]
    }

    /// Where `main.cf` lies.
    var mainFile: String { directory + "/main.cf" }

    /// Where `master.cf` lies.
    var masterFile: String { directory + "/master.cf" }

    /// The directory that paths are relative to.
    var queueDirectory: String { self["queue_directory"] }

    /// The user that Postfix' daemons run as.
    public var owner: String { self["mail_owner"].isEmpty ? "postfix" : self["mail_owner"] }

    /// Whether a service is confined to the queue directory; "-" means yes up to compatibility level 0 (master(5)).
    func isConfined(_ service: PostfixService) -> Bool {
        service.chroot ?? (Double(self["compatibility_level"].prefix { $0 != "." }).map { $0 < 1 } ?? true)
    }

    /// How `postconf` is told which configuration is meant; empty for the standard one.
    var option: String { directory == "/etc/postfix" ? "" : "-c \(directory) " }

    /// The services that speak SMTP with clients.
    var servers: [PostfixService] { services.filter { $0.command == "smtpd" } }

    /// Whether postscreen takes connections first.
    var hasPostscreen: Bool { services.contains { $0.command == "postscreen" && $0.type == "inet" } }

    /// Fills in `$name`, `${name}` and `$(name)`, which `postconf -P` leaves as they are; others are left.
    private func expanded(_ text: String, in service: PostfixService, depth: Int = 0) -> String {
        guard depth < 10, text.contains("$") else { return text }
        var result = ""
        var rest = text[...]
        while let dollar = rest.firstIndex(of: "$") {
            result += rest[..<dollar]
            rest = rest[rest.index(after: dollar)...]
            let closing: Character? = rest.first == "{" ? "}" : rest.first == "(" ? ")" : nil
            if closing != nil { rest.removeFirst() }
            let name = String(rest.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
            rest = rest.dropFirst(name.count)
            if let closing, rest.first == closing { rest.removeFirst() }
            result += expanded(service.overrides[name] ?? self[name], in: service, depth: depth + 1)
        }
        return result + rest
    }
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
