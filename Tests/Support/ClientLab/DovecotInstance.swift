import Foundation
import Glibc
import Synchronization

/// A private Dovecot with IMAP on a loopback port, one mailbox for every user, and the scripts of `contrib/dovecot`.
public final class DovecotInstance: Sendable {
    /// The directory that holds everything.
    public let directory: String

    private let running = Mutex<(process: ChildProcess, lifeline: Lifeline, port: UInt16)?>(nil)
    private let contrib: String
    private let settings: String

    /// Whether Debian's packages are here.
    public static var isUsable: Bool {
        geteuid() == 0 && Executable.path(of: "dovecot") != nil
            && access("/usr/lib/dovecot/modules/lib95_imap_sieve_plugin.so", R_OK) == 0
    }

    /// Describes an instance in `directory`, which must exist; nothing runs before ``start()``.
    ///
    /// - Parameters:
    ///   - contrib: the directory `contrib/dovecot`.
    ///   - settings: the shell's settings that the script reads.
    public init(directory: String, contrib: String, settings: String) {
        self.directory = directory
        self.contrib = contrib
        self.settings = settings
    }

    deinit { stop() }

    /// The IMAP port on 127.0.0.1, 0 when it does not run.
    public var port: UInt16 { running.withLock { $0?.port ?? 0 } }

    /// What it has logged.
    public var log: String { (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? "" }

    /// Starts it and returns when it greets.
    public func start(within limit: Duration = .seconds(60)) throws {
        let port = try LoopbackPort.free()
        try write(port: port)
        let process = try ChildProcess(
            try Executable.require("dovecot", package: "dovecot-imapd"), ["-F", "-c", directory + "/dovecot.conf"],
            output: directory + "/out", errors: directory + "/out")
        let lifeline = try Lifeline(of: process)
        let greets = Poll.until(.after(limit)) {
            guard process.isRunning else { return true }
            return (try? IMAPConversation(port: port)) != nil
        }
        guard greets, process.isRunning else {
            process.stop(within: .milliseconds(300))
            lifeline.cut()
            let words = (try? String(contentsOfFile: directory + "/out", encoding: .utf8)) ?? ""
            throw LabError(.startFailed, "Dovecot did not start: \(words)\n\(log)", at: directory)
        }
        running.withLock { $0 = (process, lifeline, port) }
    }

    /// Ends all of its processes.
    public func stop() {
        let ended = running.withLock { running in
            defer { running = nil }
            return running
        }
        ended?.process.stop(within: .milliseconds(500))
        ended?.lifeline.cut()
    }

    private func write(port: UInt16) throws {
        let files = FileManager.default
        for name in ["run", "argot", "bin", "home"] {
            try files.createDirectory(atPath: "\(directory)/\(name)", withIntermediateDirectories: true)
        }
        let nobody = getpwnam("nobody").pointee
        chown("\(directory)/home", nobody.pw_uid, nobody.pw_gid)
        func place(_ text: String) -> String {
            text.replacing("/etc/dovecot/argot", with: "\(directory)/argot")
                .replacing("/usr/local/lib/argot-sieve", with: "\(directory)/bin")
        }
        for (name, folder) in [
            ("spam.sieve", "argot"), ("honest.sieve", "argot"), ("argot-judge", "bin"), ("95-argot.conf", "."),
        ] {
            let text = try String(contentsOfFile: "\(contrib)/\(name)", encoding: .utf8)
            try place(text).write(toFile: "\(directory)/\(folder)/\(name)", atomically: true, encoding: .utf8)
        }
        chmod("\(directory)/bin/argot-judge", 0o755)
        // Compiled scripts are written beside them.
        chmod("\(directory)/argot", 0o777)
        try settings.write(toFile: "\(directory)/argot/settings", atomically: true, encoding: .utf8)
        let text = """
            base_dir = \(directory)/run
            state_dir = \(directory)/run
            log_path = \(directory)/log
            protocols = imap
            listen = 127.0.0.1
            ssl = no
            disable_plaintext_auth = no
            mail_location = maildir:~/Maildir
            first_valid_uid = 1
            passdb {
              driver = static
              args = nopassword=y
            }
            userdb {
              driver = static
              args = uid=nobody gid=nogroup home=\(directory)/home
            }
            namespace inbox {
              inbox = yes
              mailbox Junk {
                auto = create
                special_use = \\Junk
              }
              mailbox Trash {
                auto = create
              }
            }
            service imap-login {
              inet_listener imap {
                port = \(port)
              }
              inet_listener imaps {
                port = 0
              }
            }
            service stats {
              unix_listener stats-writer {
                mode = 0666
              }
            }
            !include \(directory)/95-argot.conf

            """
        try text.write(toFile: "\(directory)/dovecot.conf", atomically: true, encoding: .utf8)
    }
}
