internal import FoundationEssentials

/// Files of a mail server's configuration beside the time at which it last read them.
public struct LoadedFiles: Sendable, Hashable {
    /// How much later a file must be written to count as newer, in seconds: the host's clocks agree only so far.
    static let grain: Int64 = 5

    /// The mail server: its findings' names begin with it.
    public var server: String
    /// When it last read its configuration, in seconds since 1970; `nil` when it does not run.
    public var loaded: Int64?
    /// The files with the times at which they were written.
    public var written: [String: Int64]
    /// The command that makes it read them.
    public var remedy: String

    /// A reading from its parts.
    public init(server: String, loaded: Int64?, written: [String: Int64], remedy: String) {
        self.server = server
        self.loaded = loaded
        self.written = written
        self.remedy = remedy
    }

    /// Looks at a Postfix. A reload starts its queue manager again, and leaves everything else of it as it was.
    public init(of postfix: PostfixConfiguration, now: Int64) {
        let files = [postfix.mainFile, postfix.masterFile]
        let pid = Self.text(postfix.queueDirectory + "/pid/master.pid").flatMap { Int($0[...].trimmed) }
        let starts = pid.map { pid in ProcessStart.all().filter { $0.pid == pid || $0.parent == pid } } ?? []
        let isRunning = starts.contains { $0.pid == pid }
        let loaded = starts.filter { [pid, nil].contains($0.pid) || ["qmgr", "pickup"].contains($0.name) }.map(
            \.seconds
        ).max()
        self.init(
            server: "postfix", loaded: isRunning ? loaded.flatMap { ProcessStart.clock($0, now: now) } : nil,
            written: Self.times(files), remedy: postfix.reload)
    }

    /// Looks at a Sendmail, which writes its pid file whenever it has read its configuration.
    public init(of sendmail: SendmailConfiguration) {
        let pid = sendmail.options["pidfile"] ?? "/var/run/sendmail/mta/sendmail.pid"
        let number = Self.text(pid).flatMap { Int($0.split(separator: "\n").first ?? "") }
        let isRunning = number.map { ProcessStart.of($0) != nil } ?? false
        self.init(
            server: "sendmail", loaded: isRunning ? Self.times([pid])[pid] : nil,
            written: Self.times([sendmail.file]), remedy: "systemctl reload sendmail")
    }

    private static func text(_ file: String) -> String? {
        FileManager.default.contents(atPath: file).map { String(decoding: $0, as: UTF8.self) }
    }

    /// When files were written, in seconds since 1970.
    static func times(_ files: [String]) -> [String: Int64] {
        var times: [String: Int64] = [:]
        for file in files {
            let date = (try? FileManager.default.attributesOfItem(atPath: file))?[.modificationDate] as? Date
            if let date { times[file] = Int64(exactly: date.timeIntervalSince1970.rounded(.down)) }
        }
        return times
    }

    /// The findings.
    public var findings: [Finding] {
        guard let loaded else { return [] }
        return written.sorted { $0.key < $1.key }.filter { $0.value > loaded + Self.grain }.map { file, _ in
            Finding(
                "\(server).not-loaded", .warning, at: file,
                "it was written after \(server == "postfix" ? "Postfix" : "Sendmail") last read it: its contents are not, "
                    + "or not everywhere, in force", remedy: [remedy])
        }
    }
}
