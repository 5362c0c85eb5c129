import Diagnosis
import Sockets
import Testing

/// A Postfix set up as the documentation says, with what differs.
private func postfix(
    _ changes: [String: String] = [:], services: [PostfixService]? = nil, queue: String = "/var/spool/postfix"
) -> PostfixConfiguration {
    let standard = [
        "queue_directory": queue, "compatibility_level": "3.6", "mail_version": "3.7.11", "milter_protocol": "6",
        "milter_macro_v": "Postfix 3.7.11", "milter_default_action": "tempfail", "milter_connect_timeout": "30s",
        "milter_command_timeout": "30s", "milter_content_timeout": "300s",
        "milter_connect_macros": "j {daemon_name} {daemon_addr} v _", "milter_data_macros": "i",
        "milter_mail_macros": "i {auth_type} {auth_authen}",
        "milter_rcpt_macros": "i {rcpt_addr} {rcpt_host} {rcpt_mailer}",
        "smtpd_milters": documentedList,
        "smtpd_policy_service_default_action": "451 4.3.5 Server configuration problem",
        "disable_vrfy_command": "no", "show_user_unknown_table_name": "yes",
    ]
    return PostfixConfiguration(
        directory: "/etc/postfix", parameters: standard.merging(changes) { $1 }, services: services ?? [smtp])
}

private let documentedList = """
    { unix:argot/argot.sock, connect_timeout=2s, command_timeout=5s, content_timeout=10s, default_action=accept }
    """

private let smtp = PostfixService(name: "smtp", type: "inet", chroot: true, command: "smtpd")

private let settings = FilterSettings(
    socket: .unix(path: "/var/spool/postfix/argot/argot.sock"),
    socketText: "unix:/var/spool/postfix/argot/argot.sock")

private func words(_ postfix: PostfixConfiguration, _ settings: FilterSettings = settings) -> [String] {
    PostfixExamination(postfix, settings: settings).findings.map { "\($0.severity.rawValue) \($0.id)" }
}

@Suite("Postfix, looked at")
struct PostfixExaminationTests {
    @Test func theDocumentedLinesAreInOrder() {
        #expect(words(postfix()) == ["ok postfix"])
    }

    @Test(arguments: [
        ("", "problem postfix.milter-missing"),
        ("inet:127.0.0.1:8891", "problem postfix.milter-missing"),
        (
            "{ unix:argot/argot.sock, connect_timeout=2s, command_timeout=5s, content_timeout=10s }",
            "problem postfix.default-action"
        ),
        (documentedList.replacing("connect_timeout=2s", with: "connect_timeout=1m"), "warning postfix.timeout-long"),
        (documentedList.replacing("command_timeout=5s, ", with: ""), "warning postfix.timeout-long"),
        (documentedList.replacing("content_timeout=10s", with: "content_timeout=0s"), "warning postfix.timeout-short"),
        (documentedList + ", inet:127.0.0.1:8891", "warning postfix.order"),
        (documentedList + ", " + documentedList, "warning postfix.listed-twice"),
        (
            documentedList.replacing("unix:argot/argot.sock", with: "unix:/run/argot/argot.sock"),
            "problem postfix.socket"
        ),
        (documentedList.replacing("unix:argot/argot.sock", with: "unix:argot.sock"), "problem postfix.socket"),
    ])
    func aFaultyListIsNamed(_ list: String, _ finding: String) {
        #expect(words(postfix(["smtpd_milters": list])).filter { $0 != "ok postfix" } == [finding])
    }

    /// An absolute path means something else to a server that is confined to the queue directory.
    @Test(arguments: [(true, 1), (false, 0), (nil, 0)] as [(Bool?, Int)])
    func confinementDecidesWhatAnAbsolutePathMeans(_ chroot: Bool?, _ problems: Int) {
        let run = FilterSettings(socket: .unix(path: "/run/argot/argot.sock"), socketText: "unix:/run/argot/argot.sock")
        let list = documentedList.replacing("unix:argot/argot.sock", with: "unix:/run/argot/argot.sock")
        let service = PostfixService(name: "smtp", type: "inet", chroot: chroot, command: "smtpd")
        let found = PostfixExamination(postfix(["smtpd_milters": list], services: [service]), settings: run).findings
        #expect(found.count { $0.id == "postfix.socket" } == problems)
        // Releases before 3.0 confine every server that says nothing else.
        let old = postfix(["smtpd_milters": list, "compatibility_level": "0"], services: [service])
        let isConfined = chroot != false
        #expect(
            PostfixExamination(old, settings: run).findings.contains { $0.id == "postfix.socket" } == isConfined)
    }

    /// A confined server needs the socket where it can see it; the remedy says so before it gives the line.
    @Test(arguments: [true, false])
    func theRemedyFitsTheServer(_ isConfined: Bool) {
        let run = FilterSettings(socket: .unix(path: "/run/argot/argot.sock"), socketText: "unix:/run/argot/argot.sock")
        let service = PostfixService(name: "smtp", type: "inet", chroot: isConfined, command: "smtpd")
        let found = PostfixExamination(postfix(["smtpd_milters": ""], services: [service]), settings: run).findings
        let remedy = found[0].remedy
        #expect(remedy.contains("in argotd.conf: socket = unix:/var/spool/postfix/argot/argot.sock") == isConfined)
        #expect(remedy.contains { $0.contains("{ unix:argot/argot.sock,") } == isConfined)
        #expect(remedy.contains { $0.contains("{ unix:/run/argot/argot.sock,") } == !isConfined)
    }

    @Test func settingsOfOneServerOutweighTheOthers() {
        let submission = PostfixService(
            name: "submission", type: "inet", chroot: true, command: "smtpd", overrides: ["smtpd_milters": ""])
        #expect(words(postfix(services: [smtp, submission])) == ["ok postfix"])
        var careless = submission
        careless.overrides = ["smtpd_milters": "${mua_milters}"]
        #expect(
            words(postfix(["mua_milters": documentedList], services: [smtp, careless])) == [
                "warning postfix.submission"
            ])
        var closed = smtp
        closed.overrides = ["receive_override_options": "no_address_mappings,no_milters"]
        #expect(words(postfix(services: [closed])) == ["problem postfix.milter-missing"])
        var other = smtp
        other.overrides = ["smtpd_milters": "inet:127.0.0.1:8891"]
        #expect(
            words(postfix(services: [other, PostfixService(name: "26", type: "inet", chroot: true, command: "smtpd")]))
                == ["problem postfix.milter-missing"])
    }

    @Test func aServerForUsersIsKnownByItsRestrictions() {
        let odd = PostfixService(
            name: "2525", type: "inet", chroot: true, command: "smtpd",
            overrides: ["smtpd_client_restrictions": "permit_sasl_authenticated,reject"])
        #expect(words(postfix(services: [smtp, odd])) == ["warning postfix.submission"])
    }

    @Test(arguments: [
        ("non_smtpd_milters", "unix:argot/argot.sock", "problem postfix.non-smtpd"),
        ("milter_protocol", "3", "problem postfix.protocol"),
        ("milter_macro_v", "Mail", "warning postfix.macro-v"),
        ("milter_connect_macros", "j", "note postfix.macros"),
        ("smtpd_milter_maps", "cidr:/etc/postfix/maps", "note postfix.milter-maps"),
        ("soft_bounce", "yes", "note postfix.soft-bounce"),
        ("smtpd_upstream_proxy_protocol", "haproxy", "note postfix.proxy"),
    ])
    func aFaultOfMainIsNamed(_ name: String, _ value: String, _ finding: String) {
        #expect(words(postfix([name: value])).filter { $0 != "ok postfix" } == [finding])
    }

    /// Somebody else's filter whose name has these letters in it is somebody else's.
    @Test(arguments: ["inet:filters.margot.example:8891", "unix:/run/argot-tester/socket", "unix:/srv/argot/x/y.sock"])
    func aNameWithTheSameLettersIsNotArgot(other: String) {
        #expect(words(postfix(["smtpd_milters": other])) == ["problem postfix.milter-missing"])
        let both = PostfixExamination(
            postfix(["smtpd_milters": "\(other), \(documentedList)", "non_smtpd_milters": other]), settings: settings)
        #expect(both.findings.map(\.id) == ["postfix"])
    }

    @Test func theRemedyForLocalMailKeepsOtherFilters() {
        let list = "inet:127.0.0.1:8891, " + documentedList
        let found = PostfixExamination(postfix(["non_smtpd_milters": list]), settings: settings).findings
        let remedy = found.first { $0.id == "postfix.non-smtpd" }?.remedy.first
        #expect(remedy == "postconf -e 'non_smtpd_milters = inet:127.0.0.1:8891'")
    }

    @Test func postscreenIsExplained() {
        let services = [
            PostfixService(name: "smtp", type: "inet", chroot: true, command: "postscreen"),
            PostfixService(name: "smtpd", type: "pass", chroot: true, command: "smtpd"),
        ]
        #expect(words(postfix(services: services)) == ["ok postfix", "note postfix.postscreen"])
        let deep = postfix(["postscreen_bare_newline_enable": "yes"], services: services)
        #expect(words(deep).contains("note postfix.postscreen-deep"))
    }

    /// What a real Postfix 3.7 does not take, and what it does.
    @Test(arguments: [
        ("unix:argot/argot.sock, default_action=accept", "outside braces"),
        ("{ unix:argot/argot.sock, default_action=accept", "closing brace"),
        ("{ unix:argot/argot.sock, comand_timeout=5s, default_action=accept }", "not a filter setting"),
        ("{ unix:argot/argot.sock, command_timeout=5x, default_action=accept }", "not a time"),
        ("{ unix:argot/argot.sock, default_action }", "no value"), ("{ }", "no socket"),
        ("argot.sock", "not a socket"),
    ])
    func aListThatPostfixCannotReadStopsMail(list: String, word: String) {
        let found = PostfixExamination(postfix(["smtpd_milters": list]), settings: settings).findings
        #expect(found.map(\.id) == ["postfix.milter-syntax"])
        #expect(found[0].text.contains(word) && found[0].severity == .problem, "\(found[0].text)")
        #expect(found[0].remedy.first?.contains("smtpd_milters = { unix:argot/argot.sock, ") == true)
    }

    /// What is wrong with another filter is said, and left to whoever knows that filter.
    @Test(arguments: [
        "{ inet:localhost:8891, default_action=accept", "{ inet:localhost:8891, x=y }", "inet:8891@localhost",
    ])
    func anotherFiltersEntryIsNotEdited(entry: String) {
        let list = "\(documentedList), \(entry)"
        let found = PostfixExamination(postfix(["smtpd_milters": list]), settings: settings).findings
        #expect(found.map(\.id) == ["postfix.milter-syntax"])
        #expect(found[0].remedy.isEmpty)
    }

    @Test(arguments: [
        "{unix:argot/argot.sock,connect_timeout=2s,command_timeout=5s,content_timeout=10,default_action=accept}",
        "{ unix:argot/argot.sock connect_timeout=2s command_timeout=5s content_timeout=10s default_action=accept }",
        "{ unix:argot/argot.sock, connect_timeout=2s, command_timeout=5s, content_timeout=10s, {default_action=accept} }",
    ])
    func otherSpellingsOfTheListAreInOrder(list: String) {
        #expect(words(postfix(["smtpd_milters": list])) == ["ok postfix"])
    }

    @Test func thePolicyServiceIsAskedAndFailsOpen() {
        var asking = settings
        asking.policySocket = .unix(path: "/var/spool/postfix/argot/policy.sock")
        let good = [
            "smtpd_recipient_restrictions":
                "permit_mynetworks, reject_unauth_destination, check_policy_service unix:argot/policy.sock",
            "smtpd_policy_service_default_action": "DUNNO",
        ]
        #expect(words(postfix(good), asking) == ["ok postfix"])
        #expect(words(postfix(), asking) == ["warning postfix.policy-missing"])
        // Where systemd passes the socket unasked, not to use it is nobody's fault.
        var offered = asking
        offered.isPolicyOffered = true
        #expect(words(postfix(), offered) == ["ok postfix", "note postfix.policy-missing"])
        #expect(words(postfix(good), settings) == ["problem postfix.policy-unanswered"])
        var wrong = good
        wrong["smtpd_policy_service_default_action"] = "451 4.3.5 Server configuration problem"
        #expect(words(postfix(wrong), asking) == ["problem postfix.policy-action"])
        // A list entry may have an action of its own.
        wrong["smtpd_recipient_restrictions"] =
            "check_policy_service { unix:argot/policy.sock, default_action=DUNNO }"
        #expect(words(postfix(wrong), asking) == ["ok postfix"])
        wrong = good
        wrong["smtpd_recipient_restrictions"] = "check_policy_service unix:argot/other.sock"
        #expect(words(postfix(wrong), asking) == ["problem postfix.policy-socket"])
    }

    @Test func whatGivesLiesAwayMattersOnlyToThoseWhoLie() {
        var lying = settings
        lying.lies = true
        #expect(words(postfix(), lying) == ["warning postfix.vrfy"])
        lying.unknownUserTable = "unnamed"
        #expect(words(postfix(["disable_vrfy_command": "yes"]), lying) == ["warning postfix.unknown-table"])
    }

    @Test(arguments: [
        ("inet:8899@127.0.0.1", "inet:127.0.0.1:8899", []), ("inet:8899@127.0.0.1", "inet:localhost:8899", []),
        ("inet:8899@localhost", "inet:[::1]:8899", []), ("inet:8899", "inet:192.0.2.7:8899", []),
        ("inet:8899@0.0.0.0", "inet:127.0.0.1:8899", []), ("inet:8899@mail.example.net", "inet:192.0.2.7:8899", []),
        ("inet:8899@127.0.0.1", "inet:127.0.0.2:8899", ["problem postfix.socket"]),
        ("inet:8899@127.0.0.1", "inet:[::1]:8899", ["problem postfix.socket"]),
        ("inet:8899@192.0.2.7", "inet:localhost:8899", ["problem postfix.socket"]),
        ("inet:8899@127.0.0.1", "inet:127.0.0.1:8898", ["problem postfix.milter-missing"]),
        ("inet6:8899@[::1]", "inet6:[::1]:8899", ["problem postfix.socket"]),
        ("inet:8899@127.0.0.1", "inet:8899@127.0.0.1", ["problem postfix.milter-syntax"]),
    ])
    func anAddressIsMoreThanItsPort(_ listening: String, _ sought: String, _ faults: [String]) throws {
        let inet = FilterSettings(socket: try SocketName(listening), socketText: listening)
        let list = documentedList.replacing("unix:argot/argot.sock", with: sought)
        #expect(words(postfix(["smtpd_milters": list]), inet).filter { $0 != "ok postfix" } == faults)
    }
}
