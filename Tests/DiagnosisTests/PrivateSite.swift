import Diagnosis
import Foundation
import Processes
import Testing

/// A configuration of Postfix in a directory of its own, as `postconf` reads and writes it.
struct PrivateSite {
    let directory: String

    static let isPossible = (try? ProgramRun("postconf", ["-d", "mail_version"]))?.status == 0

    /// Writes both files. `queue_directory` is the usual one: nothing is started.
    init(main: [String], master: [String]) throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "argot-site-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let standard = [
            "compatibility_level = 3.6", "queue_directory = /var/spool/postfix", "inet_interfaces = 127.0.0.1",
            "mynetworks = 127.0.0.0/8 [::1]/128", "myhostname = mx.example.net", "mydestination = localhost",
        ]
        try write(standard + main, to: "main.cf")
        try write(master, to: "master.cf")
    }

    private func write(_ lines: [String], to name: String) throws {
        let text = lines.map { $0 + "\n" }.joined()
        try text.write(toFile: "\(directory)/\(name)", atomically: false, encoding: .utf8)
        dateBack()
    }

    /// Postfix takes a file changed within the last second for unfinished and waits; an older date avoids that.
    private func dateBack() {
        for name in ["main.cf", "master.cf"] {
            try? FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -3_600)], ofItemAtPath: "\(directory)/\(name)")
        }
    }

    func remove() { try? FileManager.default.removeItem(atPath: directory) }

    func examination(_ settings: FilterSettings) throws -> PostfixExamination {
        PostfixExamination(try #require(try PostfixConfiguration.read(directory: directory)), settings: settings)
    }

    /// What is not in order.
    func faults(_ settings: FilterSettings) throws -> [Finding] {
        try examination(settings).findings.filter { $0.severity >= .warning }
    }

    /// Runs a command as it was printed; a Postfix that does not run is not told to reload.
    func paste(_ line: String) throws {
        if line == "postfix -c \(directory) reload" { return }
        let run = try ProgramRun("sh", ["-c", line])
        #expect(run.status == 0, "\(line): \(run.errors)")
        dateBack()
    }

    /// The filters that are not Argot of each server, as Postfix itself fills them in.
    func others() throws -> [String: [String]] {
        let postfix = try #require(try PostfixConfiguration.read(directory: directory))
        let main = try ProgramRun("postconf", ["-c", directory, "-hx", "smtpd_milters"]).output
        let master = try ProgramRun("postconf", ["-c", directory, "-Px"]).output
        var lists: [String: [String]] = [:]
        for service in postfix.services where service.command == "smtpd" {
            let own = master.split(separator: "\n").first { $0.hasPrefix("\(service.label)/smtpd_milters =") }
            let text = own.map { String($0.dropFirst("\(service.label)/smtpd_milters =".count)) } ?? main
            lists[service.label] = Self.words(text).filter { !$0.contains("argot") }
        }
        return lists
    }

    /// Words that blanks and commas part, but for those in braces.
    private static func words(_ text: String) -> [String] {
        var words = [""]
        var depth = 0
        for character in text {
            if character == "{" { depth += 1 }
            if character == "}" { depth -= 1 }
            if depth == 0, character.isWhitespace || character == "," {
                words.append("")
            } else {
                words[words.count - 1].append(character)
            }
        }
        return words.filter { !$0.isEmpty }
    }

    func text(of name: String) -> String {
        (try? String(contentsOfFile: "\(directory)/\(name)", encoding: .utf8)) ?? ""
    }
}
