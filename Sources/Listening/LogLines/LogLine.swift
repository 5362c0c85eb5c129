/// One line of a log, without what loggers and containers have wrapped around it: when, which program on which host,
/// and what it says.
public struct LogLine: Sendable {
    /// When it was written; `nil` where the line does not say.
    public var time: LogTime?

    /// The host's name as the line has it; empty where it has none.
    public var host: ArraySlice<UInt8>

    /// The program's name: `postfix/smtpd`, `sm-mta`; empty for what the logger says itself.
    public var program: ArraySlice<UInt8>

    /// The number of the process; `nil` where the line does not say.
    public var process: UInt32?

    /// What the program says.
    public var message: ArraySlice<UInt8>

    /// How often it says so, at least 1: loggers fold lines that repeat.
    public var count: Int

    /// A line from its parts.
    public init(
        time: LogTime?, host: ArraySlice<UInt8> = [], program: ArraySlice<UInt8>, process: UInt32? = nil,
        message: ArraySlice<UInt8>, count: Int = 1
    ) {
        self.time = time
        self.host = host
        self.program = program
        self.process = process
        self.message = message
        self.count = count
    }

    /// The mail server that wrote it, judging by the name of the program.
    public var server: MailServerProgram { MailServerProgram(program) }
}

/// Which mail server a program belongs to.
public enum MailServerProgram: Sendable {
    /// Postfix, with the daemon's name: `smtpd`, `qmgr`.
    case postfix(ArraySlice<UInt8>)
    /// Sendmail's daemon, its queue runner or one of its children.
    case sendmail
    /// Another program.
    case other

    /// Whether it is a mail server.
    public var isMailServer: Bool {
        if case .other = self { false } else { true }
    }

    /// The programs of Postfix (postfix-doc, `master(5)`) that log under `syslog_name/NAME`.
    private static let daemons = Set(
        [
            "anvil", "bounce", "cleanup", "discard", "dnsblog", "error", "flush", "lmtp", "local", "master", "nqmgr",
            "oqmgr", "pickup", "pipe", "postalias", "postdrop", "postfix-script", "postlogd", "postmap",
            "postqueue", "postscreen", "postsuper", "proxymap", "qmgr", "qmqpd", "scache", "sendmail", "showq", "smtp",
            "smtpd", "spawn", "tlsmgr", "tlsproxy", "trivial-rewrite", "verify", "virtual",
        ].map { Array($0.utf8)[...] })

    /// The mail server of a program's name. `syslog_name` may be anything (`mx-in/smtpd`, `postfix/submission/smtpd`),
    /// so the daemon's name behind the last slash decides; Sendmail's daemons are called `sendmail`, `sm-mta`, `sm-…`.
    public init(_ program: ArraySlice<UInt8>) {
        if let slash = program.lastIndex(of: UInt8(ascii: "/")) {
            let name = program[(slash + 1)...]
            self = program.begins(with: "postfix") || Self.daemons.contains(name) ? .postfix(name) : .other
        } else if program.begins(with: "sendmail") || program.begins(with: "sm-") {
            self = .sendmail
        } else {
            self = .other
        }
    }
}
