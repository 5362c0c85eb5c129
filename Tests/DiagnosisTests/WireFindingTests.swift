import Diagnosis
import Foundation
import Processes
import Sockets
import Testing

private let argot =
    "{ unix:argot/argot.sock, connect_timeout=2s, command_timeout=5s, content_timeout=10s, default_action=accept }"
private let smtp = "smtp inet n - y - - smtpd"
private let submission = "submission inet n - y - - smtpd -o smtpd_sasl_auth_enable=yes"
private let socket = "/var/spool/postfix/argot/wire/wire.sock"

@Suite("What doctor says of the command hook", .enabled(if: PrivateSite.isPossible, "needs Postfix"))
struct WireFindingTests {
    private static let tables = URL(filePath: #filePath).deletingLastPathComponent()
        .appending(path: "../../packaging/postfix").standardized.path
    private static let host = HookHost(directory: tables, hasPCRE: false)

    private func settings(listening path: String? = socket) -> FilterSettings {
        var settings = FilterSettings(
            socket: .unix(path: "/var/spool/postfix/argot/argot.sock"),
            socketText: "unix:/var/spool/postfix/argot/argot.sock")
        settings.wireSocket = path.map { .unix(path: $0) }
        return settings
    }

    private func findings(
        _ site: PrivateSite, listening path: String? = socket, isAsked: Bool = true, replies: Bool = false,
        host: HookHost = Self.host
    ) throws -> [Finding] {
        try site.examination(settings(listening: path)).wire(host, isAsked: isAsked, tellsReplies: replies)
    }

    /// What Postfix has of a parameter of a service, as it is written.
    private func written(_ site: PrivateSite, _ label: String, _ name: String) throws -> String {
        try ProgramRun("postconf", ["-c", site.directory, "-Ph", "\(label)/\(name)"]).output
            .trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A site, where the filter for its strangers is set, and what of an own filter must be left of it.
    struct Site: Sendable, CustomTestStringConvertible {
        var main: [String] = []
        var master: [String] = [smtp]
        var label = "smtp/inet"
        var replies = true
        var filter = "$argot_command_filter"
        var footer = "$argot_reject_footer"
        var macros = "argot_process=$myhostname/$process_id"
        var testDescription: String { (main + master).joined(separator: "; ") }
    }

    static let sites: [Site] = [
        Site(),
        Site(master: [smtp, submission], replies: false),
        Site(
            master: ["smtp inet n - y - 1 postscreen", "smtpd pass - - y - - smtpd"], label: "smtpd/pass",
            replies: false),
        Site(
            main: ["smtpd_command_filter = pcre:/etc/postfix/mine", "milter_macro_defaults = a=b, c=$d"],
            filter: "unionmap:{$argot_command_filter,pcre:/etc/postfix/mine}",
            macros: "a=b, c=$d, argot_process=$myhostname/$process_id"),
        Site(
            main: ["smtpd_reject_footer_maps = regexp:/etc/postfix/footer"],
            master: ["smtp inet n - y - - smtpd -o { smtpd_command_filter = inline:{ {A = B}, {C = D} } }"],
            filter: "unionmap:{$argot_command_filter,inline:{ {A = B}, {C = D} }}",
            footer: "$argot_reject_footer,regexp:/etc/postfix/footer"),
        Site(
            master: ["smtp inet n - y - - smtpd -o smtpd_command_filter=regexp:/etc/mine -o syslog_name=in"],
            filter: "unionmap:{$argot_command_filter,regexp:/etc/mine}"),
        Site(
            master: ["smtp inet n - y - - smtpd -o milter_macro_defaults=x=y"],
            macros: "x=y, argot_process=$myhostname/$process_id"),
    ]

    /// Switched on and off by what is printed, a site is what it was, except for parameters that mean nothing any more.
    @Test(arguments: sites)
    func itIsSwitchedOnAndOffAgain(site: Site) throws {
        let replies = site.replies
        let postfix = try PrivateSite(main: ["smtpd_milters = \(argot)"] + site.main, master: site.master)
        defer { postfix.remove() }
        let master = try ProgramRun("postconf", ["-c", postfix.directory, "-P"]).output
        let before = try findings(postfix, replies: replies)
        #expect(before.map(\.id) == ["wire.missing"])
        for line in try #require(before.first).remedy { try postfix.paste(line) }

        let after = try findings(postfix, replies: replies)
        #expect(after.map(\.id) == ["wire", "wire.undo"], "\(after)")
        #expect(try written(postfix, site.label, "smtpd_command_filter") == site.filter)
        #expect(try written(postfix, site.label, "smtpd_reject_footer_maps") == (replies ? site.footer : ""))
        let macros = try #require(try PostfixConfiguration.read(directory: postfix.directory))
        let own = macros.services.first { $0.label == site.label }?.overrides["milter_macro_defaults"]
        #expect((own ?? macros.raw["milter_macro_defaults"]) == site.macros + (replies ? "+replies" : ""))
        // A server that asks Argot without telling lines does not promise any.
        if site.master.contains(submission) { #expect(macros.raw["milter_macro_defaults"] ?? "" == "") }
        // Nobody else is told.
        for service in macros.services where service.label != site.label {
            #expect(service.overrides["smtpd_command_filter"] == nil)
        }

        for line in try #require(after.last).remedy { try postfix.paste(line) }
        #expect(try ProgramRun("postconf", ["-c", postfix.directory, "-P"]).output == master)
        #expect(!postfix.text(of: "main.cf").contains("argotwire"))
        #expect(!postfix.text(of: "main.cf").contains("argot_command_filter"))
        let macrosLeft = try #require(try PostfixConfiguration.read(directory: postfix.directory))
        #expect(
            macrosLeft.raw["milter_macro_defaults"].map { !$0.contains("argot") } ?? true,
            "\(postfix.text(of: "main.cf"))")
    }

    /// A fault each of a site where the hook is on, and the finding; pasting the remedy makes it right.
    static let faults: [(id: String, severity: Finding.Severity, lines: [String])] = [
        ("wire.backup", .problem, ["postconf -c D -e 'argotwire_backup ='"]),
        ("wire.patience", .warning, ["postconf -c D -e 'argotwire_timeout = 30'"]),
        ("wire.patience", .warning, ["postconf -c D -e 'argotwire_max_try = 2'"]),
        ("wire.key", .problem, ["postconf -c D -e 'argotwire_key_format = %s'"]),
        ("wire.macro", .problem, ["postconf -c D -e 'milter_macro_defaults = a=b'"]),
        ("wire.filter", .warning, [#"sed -i 's,/blank\, ,/blunk\, ,' D/main.cf"#]),
        ("wire.filter", .problem, [#"sed -i '/^argot_command_filter/s/, inline:{{never = never}}//' D/main.cf"#]),
        ("wire.socket", .problem, ["postconf -c D -e 'argotwire_memcache = unix:argot/other.sock'"]),
        ("wire.socket", .problem, ["postconf -c D -e 'argotwire_memcache = unix:/var/spool/postfix/argot/wire.sock'"]),
    ]

    @Test(arguments: faults)
    func aFaultIsFoundAndMadeRight(id: String, severity: Finding.Severity, lines: [String]) throws {
        let postfix = try PrivateSite(main: ["smtpd_milters = \(argot)"], master: [smtp])
        defer { postfix.remove() }
        for line in try #require(try findings(postfix).first).remedy { try postfix.paste(line) }
        #expect(try findings(postfix, isAsked: false).map(\.id) == ["wire"])
        for line in lines { try postfix.paste(line.replacing("D", with: postfix.directory)) }
        let found = try findings(postfix, isAsked: false)
        #expect(found.map(\.id) == [id])
        #expect(found.map(\.severity) == [severity])
        for line in found.flatMap(\.remedy) { try postfix.paste(line) }
        #expect(try findings(postfix, isAsked: false).map(\.id) == ["wire"], "\(found)")
    }

    @Test func whatNobodyUsesIsNotSpokenOf() throws {
        let postfix = try PrivateSite(main: ["smtpd_milters = \(argot)"], master: [smtp])
        defer { postfix.remove() }
        #expect(try findings(postfix, listening: nil, isAsked: false).isEmpty)
        let off = try findings(postfix, listening: nil)
        #expect(off.map(\.id) == ["wire.off"])
        #expect(off.map(\.severity) == [.note])
        // argotd has to listen first, where a confined server sees it.
        #expect(
            off[0].remedy.prefix(2) == ["in argotd.conf: wire_socket = unix:\(socket)", "systemctl restart argotd"])
        var bare = Self.host
        bare.hasSocketDirectory = false
        #expect(
            try findings(postfix, listening: nil, host: bare)[0].remedy.first
                == "install -d -o argot -g postfix -m 2750 /var/spool/postfix/argot/wire")
        #expect(try findings(postfix, listening: "/run/argot/wire.sock")[0].remedy.contains("systemctl restart argotd"))
    }

    @Test func nothingIsSwitchedOnWithoutTablesOrFilter() throws {
        let postfix = try PrivateSite(main: ["smtpd_milters = \(argot)"], master: [smtp])
        defer { postfix.remove() }
        var host = Self.host
        host.missing = ["/etc/argot/postfix/cut"]
        #expect(try findings(postfix, host: host).map(\.id) == ["wire.tables"])
        #expect(try findings(postfix, host: host)[0].remedy.allSatisfy { !$0.contains("postconf") })
        host = Self.host
        host.complaint = "postmap: fatal: x"
        #expect(try findings(postfix, host: host).map(\.id) == ["wire.self-test"])
        #expect(try findings(postfix, host: host)[0].remedy.isEmpty)
        let other = try PrivateSite(main: ["smtpd_milters ="], master: [smtp])
        defer { other.remove() }
        #expect(try findings(other).map(\.id) == ["wire.no-filter"])
    }

    /// A table that is gone stops all mail: the way out comes first.
    @Test func missingTablesAreAProblemWhereTheHookIsOn() throws {
        let postfix = try PrivateSite(main: ["smtpd_milters = \(argot)"], master: [smtp])
        defer { postfix.remove() }
        for line in try #require(try findings(postfix).first).remedy { try postfix.paste(line) }
        var host = Self.host
        host.missing = ["\(Self.tables)/cut"]
        let found = try #require(try findings(postfix, isAsked: false, host: host).first)
        #expect(found.id == "wire.tables" && found.severity == .problem)
        for line in found.remedy where !line.hasPrefix("apt-get") { try postfix.paste(line) }
        #expect(try findings(postfix).map(\.id) == ["wire.missing"])
    }

    /// What is in use is looked at, wherever it is.
    @Test func tablesElsewhereAreFound() throws {
        let postfix = try PrivateSite(
            main: [
                "smtpd_milters = \(argot)", "smtpd_command_filter = unionmap:{$argot_command_filter,regexp:/etc/mine}",
            ],
            master: [smtp])
        defer { postfix.remove() }
        #expect(try postfix.examination(settings()).hookDirectory == nil)
        try postfix.paste(
            "postconf -c \(postfix.directory) -e 'argot_command_filter = pipemap:{regexp:/opt/t/wire, memcache:argotwire}'"
        )
        #expect(try postfix.examination(settings()).hookDirectory == "/opt/t")
    }

    @Test func postscreenAndUsersAreNotToldOf() throws {
        let postfix = try PrivateSite(
            main: ["smtpd_milters = \(argot)"],
            master: ["smtp inet n - y - 1 postscreen", "smtpd pass - - y - - smtpd", submission])
        defer { postfix.remove() }
        for line in try #require(try findings(postfix).first).remedy { try postfix.paste(line) }
        try postfix.paste(
            "postconf -c \(postfix.directory) -e 'smtpd_command_filter = $argot_command_filter' 'postscreen_command_filter = $smtpd_command_filter'"
        )
        let found = try findings(postfix, isAsked: false)
        #expect(Set(found.map(\.id)) == ["wire.postscreen", "wire.submission"])
        for line in found.flatMap(\.remedy) { try postfix.paste(line) }
        #expect(try findings(postfix, isAsked: false).map(\.id) == ["wire"], "\(found)")
    }

    /// The test that doctor makes before it prints anything, with the tables as they are shipped.
    @Test func theSelfTestPassesWithTheTablesAsShipped() throws {
        let postfix = try PrivateSite(main: [], master: [smtp])
        defer { postfix.remove() }
        let configuration = try #require(try PostfixConfiguration.read(directory: postfix.directory))
        let host = HookHost(lookingAt: Self.tables, for: configuration)
        #expect(host.missing.isEmpty)
        #expect(host.complaint == "")
        #expect(HookHost(lookingAt: postfix.directory, for: configuration).missing.count == 4)
        // A table that cannot be read, or one that finds something.
        let copy = postfix.directory + "/tables"
        try FileManager.default.copyItem(atPath: Self.tables, toPath: copy)
        try Data("/(/ x\n".utf8).write(to: URL(filePath: copy + "/wire"))
        #expect(HookHost(lookingAt: copy, for: configuration).complaint != "")
    }
}
