import Foundation
import Glibc

/// Sendmail as it comes in Debian's packages, unpacked and not installed: they conflict with those of Postfix.
public struct SendmailTree: Sendable {
    /// The directory that stands for `/`.
    public let root: String

    /// The tree at `$ARGOT_SENDMAIL_TREE`, or where `Tests/run` puts it.
    public static let standard = SendmailTree(
        root: ProcessInfo.processInfo.environment["ARGOT_SENDMAIL_TREE"] ?? "/var/cache/argot-lab/sendmail")

    /// Whether it is there with everything that is needed to start it.
    public var isUsable: Bool {
        files.allSatisfy { access($0, R_OK) == 0 }
            && ["m4", "ip", "unshare"].allSatisfy { Executable.path(of: $0) != nil }
    }

    var sendmail: String { "\(root)/usr/libexec/sendmail/sendmail" }
    var makemap: String { "\(root)/usr/libexec/sendmail/makemap" }
    /// The macros of which configurations are made.
    public var macroDirectory: String { "\(root)/usr/share/sendmail/cf/" }
    var macros: String { macroDirectory + "m4/cf.m4" }

    private var files: [String] { [sendmail, makemap, macros] }

    /// Throws what is missing, and how to get it.
    func require() throws(LabError) {
        for file in files where access(file, R_OK) != 0 {
            throw LabError(
                .missingProgram, "Sendmail is not there", at: file,
                remedy: "run Tests/run, or name an unpacked tree by ARGOT_SENDMAIL_TREE")
        }
    }

    /// Makes a `sendmail.cf` of a `sendmail.mc`, as `/etc/mail/Makefile` does.
    public func compile(_ source: String, to configuration: String) throws(LabError) {
        let errors = configuration + ".errors"
        for file in [configuration, errors] { unlink(file) }
        let child = try ChildProcess(
            try Executable.require("m4", package: "m4"), ["-D_CF_DIR_=\(macroDirectory)", macros, source],
            output: configuration, errors: errors)
        let ending = child.wait(until: .after(.seconds(60)))
        let complaint = (try? String(contentsOfFile: errors, encoding: .utf8)) ?? ""
        guard ending == .exited(0), complaint.isEmpty else {
            throw LabError(.startFailed, "m4 complains: \(complaint)", at: source)
        }
    }
}
