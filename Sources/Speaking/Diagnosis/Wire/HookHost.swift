internal import FoundationEssentials
internal import Processes

/// What the command hook finds on this host: tables, the kinds that Postfix reads, and what becomes of a line.
public struct HookHost: Sendable, Hashable {
    /// Where the tables are.
    public var directory: String

    /// Whether Postfix reads `pcre:`, which takes a third of the time.
    public var hasPCRE: Bool

    /// Tables that are missing.
    public var missing: [String]

    /// What Postfix complains of when it puts a line through the filter, with nobody at argotd's socket; empty when it goes
    /// on as it should.
    public var complaint: String

    /// Whether the directory for argotd's socket below Postfix' queue directory is there.
    public var hasSocketDirectory: Bool

    /// What is known, from its parts.
    public init(
        directory: String = CommandHook.standardDirectory, hasPCRE: Bool = true, missing: [String] = [],
        complaint: String = "", hasSocketDirectory: Bool = true
    ) {
        self.directory = directory
        self.hasPCRE = hasPCRE
        self.missing = missing
        self.complaint = complaint
        self.hasSocketDirectory = hasSocketDirectory
    }

    /// Looks at this host, and puts a line through the filter.
    public init(lookingAt directory: String, for postfix: PostfixConfiguration) {
        let files = FileManager.default
        let kinds = (try? ProgramRun("postconf", ["-c", postfix.directory, "-m"]))?.output ?? ""
        let names = Set(CommandHook.tables + [CommandHook.replyTable]).sorted()
        self.init(
            directory: directory, hasPCRE: kinds.split(separator: "\n").contains("pcre"),
            missing: names.map { "\(directory)/\($0)" }.filter { !files.fileExists(atPath: $0) },
            hasSocketDirectory: files.fileExists(atPath: postfix.wireDirectory))
        if missing.isEmpty { complaint = Self.complaint(of: hook(at: "unix:/nonexistent/argot"), in: postfix) }
    }

    /// The hook with the tables of this host.
    func hook(at endpoint: String, tellsReplies: Bool = false) -> CommandHook {
        CommandHook(
            kind: hasPCRE ? "pcre" : "regexp", directory: directory, endpoint: endpoint, tellsReplies: tellsReplies)
    }

    /// What `postmap` complains of: it must find nothing, with no worse than a warning.
    private static func complaint(of hook: CommandHook, in postfix: PostfixConfiguration) -> String {
        let files = FileManager.default
        let scratch = files.temporaryDirectory.appending(path: "argot-hook-\(UUID().uuidString)").path
        defer { try? files.removeItem(atPath: scratch) }
        let inherited = ["compatibility_level", "meta_directory", "shlib_directory", "myhostname"].map {
            "\($0) = \(postfix[$0])"
        }
        let lines = inherited + hook.client.map { "\($0.name) = \($0.value)" }
        do {
            try files.createDirectory(
                atPath: scratch, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(filePath: scratch + "/main.cf"))
            // Postfix waits for a file that was written just now.
            try files.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -3_600)], ofItemAtPath: scratch + "/main.cf")
            for (filter, line) in [(hook.filter, "NOOP x"), (hook.filter, "EHLO a b"), (hook.footer, "550 5.1.1 no")] {
                let run = try ProgramRun("postmap", ["-c", scratch, "-q", line, filter], limit: 10)
                let bad = run.errors.split(separator: "\n").first { !$0.contains("warning: connect to /nonexistent/") }
                if let bad { return String(bad) }
                guard run.status == 1, run.output.isEmpty else {
                    return "postmap ended with \(run.status) and found \"\(run.output.prefix(100))\""
                }
            }
            return ""
        } catch {
            return "\(error)"
        }
    }
}

extension PostfixConfiguration {
    /// The directory for argotd's socket where a confined server sees it: argotd makes the socket itself there.
    var wireDirectory: String { "\(queueDirectory)/argot/wire" }
}
