import Foundation
import Glibc

/// The files of a private Sendmail: where they lie and what is in them.
struct SendmailPlan: Sendable {
    let tree: SendmailTree
    let directory: String
    let domain: String
    let variant: SendmailVariant
    let users: [String]
    /// The equates of `INPUT_MAIL_FILTER`, such as `S=unix:/run/argot/argot.sock, F=`; empty for none.
    let filter: String
    /// Lines of `sendmail.mc` before the mailers.
    let lines: [String]
    let offersTLS: Bool
    /// What it sees as `/run/argot`; nil if that does not matter.
    let runtimeDirectory: String?
    /// Whether it has a `/dev/log` of its own.
    let keepsLog: Bool

    /// Whom users' mail belongs to: Debian gives `nobody` this id.
    private var nobody: uid_t { 65534 }

    var configuration: String { "\(directory)/sendmail.cf" }
    var queue: String { "\(directory)/queue" }
    var hosts: String { "\(directory)/hosts" }
    /// Holds a file for each message delivered.
    var mailbox: String { "\(directory)/mail" }
    var script: String { "\(directory)/start" }
    var logSocket: String { "\(directory)/syslog" }
    var log: String { "\(directory)/mail.log" }

    /// The hosts that are always there; clients come after them.
    var ownHosts: String { "127.0.0.1 localhost\n::1 localhost\n192.0.2.25 mx.\(domain)\n" }

    /// Makes the directories and writes all files.
    func write() throws(LabError) {
        for (path, owner, mode) in [(queue, 0, 0o700), (mailbox, nobody, 0o755), (mailbox + "/tmp", nobody, 0o755)] {
            guard (try? FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)) != nil,
                chown(path, owner, owner) == 0, chmod(path, mode_t(mode)) == 0
            else {
                throw LabError(.unusableDirectory, "cannot be prepared (\(errnoText()))", at: path)
            }
        }
        if offersTLS { try makeCertificate() }
        try write(ownHosts, to: "hosts")
        try write("hosts files\naliases files\npasswd files\n", to: "service.switch")
        try write("root: postmaster\n", to: "aliases")
        try write("passwd: files\ngroup: files\nhosts: files\n", to: "nsswitch.conf")
        let accounts = (try? String(contentsOfFile: "/etc/passwd", encoding: .utf8)) ?? ""
        try write(
            accounts + users.map { "\($0):x:\(nobody):\(nobody)::/nonexistent:/usr/sbin/nologin\n" }.joined(),
            to: "passwd")
        try write(source, to: "lab.mc")
        try tree.compile("\(directory)/lab.mc", to: configuration)
        if variant == .virtualUsers { try makeTable() }
        try write(startScript, to: "start")
        try write(deliveryScript, to: "deliver")
        chmod("\(directory)/deliver", 0o755)
    }

    private var source: String {
        var lines = [
            "divert(0)dnl", "OSTYPE(`linux')dnl", "define(`confDOMAIN_NAME', `mx.\(domain)')dnl",
            "define(`QUEUE_DIR', `\(queue)')dnl", "define(`confPID_FILE', `\(directory)/sendmail.pid')dnl",
            "define(`STATUS_FILE', `\(directory)/statistics')dnl", "define(`HELP_FILE', `')dnl",
            "define(`ALIAS_FILE', `\(directory)/aliases')dnl",
            "define(`confSERVICE_SWITCH_FILE', `\(directory)/service.switch')dnl",
            // Not `queueonly`: with that Sendmail would not look whether a user exists.
            "define(`confDELIVERY_MODE', `background')dnl", "define(`LOCAL_MAILER_PATH', `\(directory)/deliver')dnl",
            "define(`LOCAL_MAILER_ARGS', `deliver $u')dnl",
            // What is for elsewhere stays in the queue.
            "define(`confCON_EXPENSIVE', `True')dnl", "MODIFY_MAILER_FLAGS(`SMTP', `+e')dnl",
            "MODIFY_MAILER_FLAGS(`ESMTP', `+e')dnl", "define(`confTO_IDENT', `0')dnl",
            "define(`confMAX_MESSAGE_SIZE', `10240000')dnl",
            "define(`confPRIVACY_FLAGS', `novrfy,noexpn,noetrn')dnl",
            "define(`confDONT_PROBE_INTERFACES', `True')dnl",
            "define(`confDONT_BLAME_SENDMAIL', `GroupWritableDirPathSafe,MapInUnsafeDirPath,TrustStickyBit')dnl",
            "define(`confDEF_USER_ID', `\(nobody):\(nobody)')dnl",
            // What else the machine does must not make it refuse connections.
            "define(`confQUEUE_LA', `1000')dnl", "define(`confREFUSE_LA', `1000')dnl",
            "define(`confMAX_DAEMON_CHILDREN', `200')dnl",
            "FEATURE(`no_default_msa')dnl", "FEATURE(`nocanonify')dnl", "FEATURE(`accept_unresolvable_domains')dnl",
            "DAEMON_OPTIONS(`Name=MTA, Family=inet, Addr=127.0.0.1, Port=25, Modifiers=A')dnl",
            "DAEMON_OPTIONS(`Name=MTA6, Family=inet6, Addr=::1, Port=25, Modifiers=A')dnl",
        ]
        switch variant {
        case .local: lines.append("LOCAL_DOMAIN(`\(domain)')dnl")
        case .virtualUsers:
            lines += [
                "FEATURE(`virtusertable', `hash \(directory)/virtusertable')dnl", "VIRTUSER_DOMAIN(`\(domain)')dnl",
            ]
        }
        if offersTLS {
            lines += [
                "define(`confSERVER_CERT', `\(directory)/certificate.pem')dnl",
                "define(`confSERVER_KEY', `\(directory)/key.pem')dnl",
                "define(`confCACERT', `\(directory)/certificate.pem')dnl",
                "define(`confCACERT_PATH', `\(directory)')dnl",
            ]
        }
        if !filter.isEmpty { lines.append("INPUT_MAIL_FILTER(`argot', `\(filter)')dnl") }
        lines += self.lines + ["MAILER(`local')dnl", "MAILER(`smtp')dnl", ""]
        return lines.joined(separator: "\n")
    }

    /// Sendmail in its own network, under its own name, with its own users and hosts.
    private var startScript: String {
        let runtime = runtimeDirectory.map { directory in
            "mount -t tmpfs -o mode=755 tmpfs /run; mkdir /run/argot; mount --bind \(directory) /run/argot"
        }
        let devices = """
            mkdir -p \(directory)/dev; mount -t tmpfs tmpfs \(directory)/dev
            for name in null zero random urandom tty; do
                touch \(directory)/dev/$name; mount --bind /dev/$name \(directory)/dev/$name
            done
            ln -s \(logSocket) \(directory)/dev/log
            mount --rbind \(directory)/dev /dev
            """
        return """
            set -e
            \(NetworkNamespace.preparation)
            \(keepsLog ? devices : "")
            echo mx.\(domain) >/proc/sys/kernel/hostname
            for name in hosts nsswitch.conf passwd; do mount --bind \(directory)/$name /etc/$name; done
            \(runtime ?? "")
            \(tree.sendmail) -C \(configuration) -bi
            exec \(tree.sendmail) -C \(configuration) -bD

            """
    }

    /// The delivery agent.
    private var deliveryScript: String {
        """
        #!/bin/sh
        set -e
        file=$(mktemp \(mailbox)/tmp/XXXXXXXX)
        cat >"$file"
        mv "$file" \(mailbox)/

        """
    }

    private func makeTable() throws(LabError) {
        let lines = users.map { "\($0)@\(domain) nobody" } + ["@\(domain) error:5.1.1:550 User unknown", ""]
        try write(lines.joined(separator: "\n"), to: "virtusertable")
        let errors = "\(directory)/makemap.errors"
        let child = try ChildProcess(
            tree.makemap, ["-C", configuration, "hash", "\(directory)/virtusertable"],
            input: "\(directory)/virtusertable", output: errors, errors: errors)
        guard child.wait(until: .after(.seconds(60))) == .exited(0) else {
            let text = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
            throw LabError(.startFailed, "makemap complains: \(text)", at: directory)
        }
    }

    private func makeCertificate() throws(LabError) {
        let key = "\(directory)/key.pem"
        let child = try ChildProcess(
            try Executable.require("openssl", package: "openssl"),
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "30",
                "-subj", "/CN=mx.\(domain)", "-addext", "subjectAltName=DNS:mx.\(domain)", "-keyout", key,
                "-out", "\(directory)/certificate.pem",
            ])
        guard child.wait(until: .after(.seconds(60))) == .exited(0), chmod(key, 0o600) == 0 else {
            throw LabError(.startFailed, "openssl made no certificate", at: key)
        }
    }

    private func write(_ text: String, to name: String) throws(LabError) {
        let path = "\(directory)/\(name)"
        guard (try? text.write(toFile: path, atomically: false, encoding: .utf8)) != nil else {
            throw LabError(.unusableDirectory, "cannot be written", at: path)
        }
        chmod(path, 0o644)
    }
}
