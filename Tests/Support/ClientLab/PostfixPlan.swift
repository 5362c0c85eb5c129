import Foundation
import Glibc

/// The files of a private Postfix: where they lie and what is in them.
struct PostfixPlan: Sendable {
    let directory: String
    let domain: String
    let variant: PostfixVariant
    let users: [String]
    let milters: String
    let overrides: [String: String]
    let services: [String]
    let processLimit: Int
    let offersTLS: Bool

    /// The configuration directory.
    var configuration: String { "\(directory)/config" }
    /// The log file.
    var log: String { "\(directory)/mail.log" }
    /// The one Maildir.
    var mailbox: String { "\(directory)/mail/inbox" }

    /// Who owns the mailbox: `nobody`, whom Debian gives this id.
    private var mailboxOwner: uid_t { 65534 }

    /// Makes the directories and writes all files.
    func write(smtpPort: UInt16, readinessPort: UInt16) throws(LabError) {
        try makeDirectories()
        if offersTLS { try makeCertificate() }
        let mailboxDomain = variant.mailboxDomain(for: domain)
        try write(users.map { "\($0)@\(mailboxDomain) inbox/" }, to: "mailboxes")
        try write(users.map { "\($0)@\(domain) \($0)@\(mailboxDomain)" }, to: "aliases")
        try write(settings.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }, to: "main.cf")
        try write(
            ["127.0.0.1:\(smtpPort) inet n - n - - smtpd"]
                + ["127.0.0.1:\(readinessPort) inet n - n - 1 smtpd -o smtpd_milters="]
                + Self.internalServices + services, to: "master.cf")
        for file in ["/etc/postfix/dynamicmaps.cf", "/etc/postfix/dynamicmaps.cf.d"]
        where access(file, R_OK) == 0 {
            let copy = "\(configuration)/\(URL(fileURLWithPath: file).lastPathComponent)"
            try? FileManager.default.copyItem(atPath: file, toPath: copy)
        }
    }

    /// The text of `main.cf` as pairs.
    private var settings: [String: String] {
        var settings = [
            "compatibility_level": "3.6",
            "queue_directory": "\(directory)/queue",
            "data_directory": "\(directory)/data",
            "daemon_directory": "/usr/lib/postfix/sbin",
            "command_directory": "/usr/sbin",
            "maillog_file": log,
            "maillog_file_prefixes": directory,
            "inet_interfaces": "127.0.0.1",
            "inet_protocols": "all",
            "myhostname": "mx.\(domain)",
            "mydomain": domain,
            "myorigin": domain,
            "mynetworks": "",
            "alias_maps": "",
            "alias_database": "",
            "virtual_mailbox_base": "\(directory)/mail",
            "virtual_uid_maps": "static:\(mailboxOwner)",
            "virtual_gid_maps": "static:\(mailboxOwner)",
            "default_transport": "discard",
            "relay_transport": "discard",
            "local_transport": "discard",
            "notify_classes": "",
            "in_flow_delay": "0",
            "default_process_limit": "\(processLimit)",
            "disable_vrfy_command": "yes",
            "disable_dns_lookups": "yes",
            "local_header_rewrite_clients": "",
            "smtpd_relay_restrictions": "reject_unauth_destination",
            "smtpd_authorized_xclient_hosts": "127.0.0.0/8",
            "smtpd_client_connection_count_limit": "0",
            "smtpd_milters": milters,
        ]
        settings.merge(variant.settings(domain: domain, directory: configuration)) { $1 }
        if offersTLS {
            settings["smtpd_tls_security_level"] = "may"
            settings["smtpd_tls_chain_files"] = "\(configuration)/tls.pem"
        }
        return settings.merging(overrides) { $1 }
    }

    /// The daemons behind smtpd; nothing among them speaks to the network.
    private static let internalServices = [
        "pickup unix n - n 60 1 pickup", "cleanup unix n - n - 0 cleanup", "qmgr unix n - n 300 1 qmgr",
        "tlsmgr unix - - n 1000? 1 tlsmgr", "rewrite unix - - n - - trivial-rewrite",
        "bounce unix - - n - 0 bounce", "defer unix - - n - 0 bounce", "trace unix - - n - 0 bounce",
        "verify unix - - n - 1 verify", "flush unix n - n 1000? 0 flush", "proxymap unix - - n - - proxymap",
        "proxywrite unix - - n - 1 proxymap", "showq unix n - n - - showq", "error unix - - n - - error",
        "retry unix - - n - - error", "discard unix - - n - - discard", "virtual unix - n n - - virtual",
        "anvil unix - - n - 1 anvil", "postlog unix-dgram n - n - 1 postlogd",
    ]

    private func makeDirectories() throws(LabError) {
        guard let postfix = getpwnam("postfix")?.pointee, let group = getgrnam("postdrop")?.pointee.gr_gid else {
            throw LabError(.missingProgram, "user postfix or group postdrop missing", remedy: "apt-get install postfix")
        }
        let owner = postfix.pw_uid
        for path in ["", "/config", "/queue", "/queue/pid"] {
            try makeDirectory(path, owner: 0, group: 0, mode: 0o755)
        }
        let queues = [
            "incoming", "active", "deferred", "defer", "bounce", "hold", "saved", "corrupt", "flush", "trace",
        ]
        for path in (queues + ["private"]).map({ "/queue/\($0)" }) + ["/data"] {
            try makeDirectory(path, owner: owner, group: postfix.pw_gid, mode: 0o700)
        }
        try makeDirectory("/queue/public", owner: owner, group: group, mode: 0o710)
        try makeDirectory("/queue/maildrop", owner: owner, group: group, mode: 0o730)
        for path in ["/mail", "/mail/inbox", "/mail/inbox/new", "/mail/inbox/cur", "/mail/inbox/tmp"] {
            try makeDirectory(path, owner: mailboxOwner, group: gid_t(mailboxOwner), mode: 0o755)
        }
        try requireReach(owner)
    }

    private func makeDirectory(_ path: String, owner: uid_t, group: gid_t, mode: mode_t) throws(LabError) {
        let full = directory + path
        let isMade = (try? FileManager.default.createDirectory(atPath: full, withIntermediateDirectories: true)) != nil
        guard isMade, chown(full, owner, group) == 0, chmod(full, mode) == 0 else {
            throw LabError(.unusableDirectory, "cannot be prepared (\(errnoText()))", at: full)
        }
    }

    /// Every parent must let other users through, or Postfix and its delivery agent cannot reach their files.
    private func requireReach(_ owner: uid_t) throws(LabError) {
        var path = URL(fileURLWithPath: directory)
        while path.path != "/" {
            path.deleteLastPathComponent()
            var status = stat()
            guard stat(path.path, &status) == 0, status.st_mode & 0o001 != 0 || status.st_uid == owner else {
                throw LabError(
                    .unusableDirectory, "user postfix cannot enter it", at: path.path,
                    remedy: "chmod o+x it, or use a directory below /tmp")
            }
        }
    }

    /// Writes a file of the configuration, dated back.
    ///
    /// Postfix takes a table changed within the last second for unfinished and waits; an older date avoids that.
    private func write(_ lines: [String], to name: String) throws(LabError) {
        let path = "\(configuration)/\(name)"
        let text = lines.joined(separator: "\n") + "\n"
        guard (try? text.write(toFile: path, atomically: false, encoding: .utf8)) != nil else {
            throw LabError(.unusableDirectory, "cannot be written", at: path)
        }
        chmod(path, 0o644)
        let past = timeval(tv_sec: time(nil) - 3600, tv_usec: 0)
        utimes(path, [past, past])
    }

    private func makeCertificate() throws(LabError) {
        let pem = "\(configuration)/tls.pem"
        if access(pem, R_OK) == 0 { return }
        let openssl = try Executable.require("openssl", package: "openssl")
        let child = try ChildProcess(
            openssl,
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=mx.\(domain)", "-addext", "subjectAltName=DNS:mx.\(domain),IP:127.0.0.1",
                "-keyout", pem, "-out", "\(configuration)/certificate.pem",
            ])
        guard child.wait(until: .after(.seconds(120))) == .exited(0),
            let certificate = FileManager.default.contents(atPath: "\(configuration)/certificate.pem"),
            let handle = FileHandle(forWritingAtPath: pem)
        else {
            throw LabError(.startFailed, "openssl made no certificate", at: pem)
        }
        handle.seekToEndOfFile()
        handle.write(certificate)
        handle.closeFile()
    }
}
