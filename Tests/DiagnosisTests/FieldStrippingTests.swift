import Diagnosis
import Sockets
import Testing

/// Whether a filter's header fields can be a client's.
struct FieldStrippingTests {
    private func findings(
        milters: String, headerChecks: String, fields: [String] = ["X-Spam-Flag", "x-spam-flag", "X-Spam"],
        _ lookUp: @escaping @Sendable (String, String) -> String? = { _, _ in "" }
    ) throws -> [Finding] {
        let service = PostfixService(
            name: "smtp", type: "inet", chroot: false, command: "smtpd")
        let postfix = PostfixConfiguration(
            directory: "/etc/postfix",
            parameters: [
                "smtpd_milters": milters, "header_checks": headerChecks, "queue_directory": "/var/spool/postfix",
            ], services: [service])
        let socket = try SocketName("unix:/run/argot/argot.sock")
        let settings = FilterSettings(socket: socket, socketText: "unix:/run/argot/argot.sock")
        return FieldStripping(of: fields, lookUp: lookUp).findings(of: PostfixExamination(postfix, settings: settings))
    }

    private static let behind = "unix:/run/spamass.sock, unix:/run/argot/argot.sock"

    @Test("Fields that nothing removes are believed of anybody")
    func kept() throws {
        let found = try findings(milters: Self.behind, headerChecks: "")
        #expect(found.map(\.id) == ["postfix.filter-fields"] && found[0].severity == .warning)
        #expect(found[0].text.contains("X-Spam-Flag, X-Spam ") && found[0].remedy.count == 3)
        let other = try findings(milters: Self.behind, headerChecks: "regexp:/a, pcre:/b") { _, line in
            line == "X-Spam: yes" ? "IGNORE\n" : "WARN no\n"
        }
        #expect(other.map(\.id) == ["postfix.filter-fields"])
        #expect(other[0].remedy == ["in a table of header_checks: /^X-Spam-Flag:/ IGNORE"])
    }

    @Test("Fields that header_checks removes are the filter's")
    func removed() throws {
        #expect(try findings(milters: Self.behind, headerChecks: "regexp:/a") { _, _ in "IGNORE\n" } == [])
        #expect(try findings(milters: "unix:/run/argot/argot.sock", headerChecks: "", fields: []) == [])
        let unknown = try findings(milters: Self.behind, headerChecks: "regexp:/a") { _, _ in nil }
        #expect(unknown.map(\.severity) == [.note])
    }

    @Test("Without a filter before Argot only clients can have written them")
    func noFilter() throws {
        let found = try findings(milters: "unix:/run/argot/argot.sock", headerChecks: "regexp:/a") { _, _ in "IGNORE" }
        #expect(found.map(\.id) == ["postfix.no-filter-before"])
        #expect(FieldStripping(of: ["X-Spam"]) { _, _ in "" }.findings(ofSendmail: "sendmail.cf").count == 1)
    }
}
