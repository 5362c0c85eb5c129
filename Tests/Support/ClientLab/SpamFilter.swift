import Foundation
import Glibc

/// A real spam filter as a milter on a unix socket, started privately, with one rule: a subject with "buy now" is spam. No
/// name server is asked.
public final class SpamFilter: Sendable {
    /// Which filter.
    public enum Kind: String, CaseIterable, Sendable {
        /// spamd and spamass-milter.
        case spamassassin

        /// rspamd's proxy, which looks at messages itself.
        case rspamd

        /// Whether Debian's packages are here.
        public var isUsable: Bool {
            let programs = self == .rspamd ? ["rspamd"] : ["spamd", "spamass-milter"]
            return geteuid() == 0 && programs.allSatisfy { Executable.path(of: $0) != nil }
        }
    }

    /// The socket, as Postfix writes it.
    public let socket: String

    private let kind: Kind
    private let directory: String
    private let processes: [ChildProcess]
    private let lifelines: [Lifeline]

    /// Starts a filter that works in `directory`, which must exist.
    public init(_ kind: Kind, directory: String, within limit: Duration = .seconds(60)) throws {
        self.kind = kind
        self.directory = directory
        let path = "\(directory)/filter.sock"
        socket = "unix:\(path)"
        chmod(directory, 0o777)
        switch kind {
        case .spamassassin: processes = try Self.spamassassin(directory, path, limit)
        case .rspamd: processes = try Self.rspamd(directory, path)
        }
        lifelines = try processes.map { try Lifeline(of: $0) }
        guard Poll.until(.after(limit), { Self.listens(path) }) else {
            throw LabError(.startFailed, "\(kind.rawValue) did not start: \(log)", at: directory)
        }
        // Postfix's smtpd is not root.
        chmod(path, 0o666)
    }

    deinit {
        for process in processes.reversed() { process.stop(within: .milliseconds(500)) }
        for lifeline in lifelines { lifeline.cut() }
    }

    /// What it has logged of messages, in the form in which a log has it.
    public var log: String { (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? "" }

    /// The file of that.
    public var logFile: String { directory + "/log" }

    private static func spamassassin(_ directory: String, _ path: String, _ limit: Duration) throws -> [ChildProcess] {
        try write("loadplugin Mail::SpamAssassin::Plugin::Check\n", directory + "/site/init.pre")
        try write(
            """
            required_score 5
            use_bayes 0
            skip_rbl_checks 1
            header LAB_SPAM Subject =~ /buy now/
            score LAB_SPAM 50
            add_header all Status "_YESNO_, score=_SCORE_"
            add_header spam Flag _YESNOCAPS_
            report_safe 0

            """, directory + "/rules/10.cf")
        try write("", directory + "/site/local.cf")
        let spamd = try ChildProcess(
            try Executable.require("spamd", package: "spamd"),
            [
                "-L", "-x", "--nouser-config", "--max-children=1", "--min-children=1",
                "--configpath=\(directory)/rules",
                "--siteconfigpath=\(directory)/site", "--socketpath=\(directory)/spamd.sock", "--socketmode=0666", "-s",
                "\(directory)/log", "-u", "nobody",
            ], output: directory + "/out", errors: directory + "/out")
        // spamass-milter asks spamc, which must find a server.
        _ = Poll.until(.after(limit)) { listens(directory + "/spamd.sock") || !spamd.isRunning }
        let milter = try ChildProcess(
            try Executable.require("spamass-milter", package: "spamass-milter"),
            ["-p", path, "--", "-U", "\(directory)/spamd.sock"], output: directory + "/out", errors: directory + "/out")
        return [spamd, milter]
    }

    private static func rspamd(_ directory: String, _ path: String) throws -> [ChildProcess] {
        try write(
            """
            rspamd_config:register_symbol{name='LAB_SPAM', score=50.0, callback=function(task)
              return (task:get_subject() or ''):find('buy now') ~= nil
            end}

            """, directory + "/lab.lua")
        try write("example\n", directory + "/tld")
        try write(
            """
            lua = "\(directory)/lab.lua";
            options {
              pidfile = "\(directory)/rspamd.pid";
              dns { nameserver = ["127.0.0.1:9:1"]; timeout = 0.1s; retransmits = 1; }
              filters = "";
              local_addrs = [];
              control_socket = "\(directory)/control.sock mode=0600";
              disable_hyperscan = true;
              url_tld = "\(directory)/tld";
            }
            logging { type = "file"; filename = "\(directory)/log"; level = "info"; }
            actions { reject = 1000; add_header = 6; }
            worker "rspamd_proxy" {
              bind_socket = "\(path) mode=0666";
              milter = yes;
              timeout = 10s;
              count = 1;
              upstream "local" { default = yes; self_scan = yes; }
            }
            milter_headers { use = ["x-spam-status"]; skip_local = false; skip_authenticated = true; }
            modules { path = "/usr/share/rspamd/plugins/milter_headers.lua"; }

            """, directory + "/rspamd.conf")
        return [
            try ChildProcess(
                try Executable.require("rspamd", package: "rspamd"), ["-f", "-i", "-c", directory + "/rspamd.conf"],
                output: directory + "/out", errors: directory + "/out")
        ]
    }

    private static func write(_ text: String, _ path: String) throws {
        try FileManager.default.createDirectory(
            at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(toFile: path, atomically: true, encoding: .utf8)
    }

    private static func listens(_ path: String) -> Bool {
        let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8.prefix(107))) }
        return withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
    }
}
