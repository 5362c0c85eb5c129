import Diagnosis
import Sockets
import Testing

private let settings = FilterSettings(
    socket: .unix(path: "/run/argot/argot.sock"), socketText: "unix:/run/argot/argot.sock")

/// What m4 makes of the documented `INPUT_MAIL_FILTER`, with what differs.
private func cf(_ changes: [(String, String)] = []) -> SendmailConfiguration {
    let text = """
        ##### a comment, X not a filter
        Cwlocalhost
        O DaemonPortOptions=Name=MTA, Family=inet, Addr=127.0.0.1, Port=smtp
        O PrivacyOptions=authwarnings
        O InputMailFilters=argot
        O Milter.macros.connect=j, _, {daemon_name}, {if_name}
        O Milter.macros.envfrom=i, {auth_type}, {auth_authen}
        Xargot, S=unix:/run/argot/argot.sock, F=, T=C:5s;S:5s;R:5s;E:1m
        Mlocal, P=/usr/bin/procmail, F=lsDFMAw5:/|@qSPfhn9,
        \t\tT=DNS/RFC822/X-Unix,
        """
    let changed = changes.reduce(text) { $0.replacing($1.0, with: $1.1) }
    return SendmailConfiguration(changed, file: "/etc/mail/sendmail.cf")
}

private func words(_ cf: SendmailConfiguration, _ settings: FilterSettings = settings) -> [String] {
    SendmailExamination(cf, settings: settings).findings.map { "\($0.severity.rawValue) \($0.id)" }
}

@Suite("Sendmail, looked at")
struct SendmailExaminationTests {
    @Test func theDocumentedLineIsInOrder() {
        #expect(words(cf()) == ["ok sendmail"])
        #expect(SendmailExamination(cf(), settings: settings).findings.first?.place == "/etc/mail/sendmail.cf:8")
    }

    @Test(arguments: [
        (
            [("Xargot", "Xother"), ("argot.sock", "a.sock"), ("=argot", "=other"), ("/run/argot/", "/run/")],
            ["problem sendmail.milter-missing"]
        ),
        ([("O InputMailFilters=argot", "O InputMailFilters=other")], ["problem sendmail.not-asked"]),
        ([("O InputMailFilters=argot", "#O InputMailFilters")], ["problem sendmail.not-asked"]),
        ([("=argot", "=argot,other")], ["warning sendmail.order"]),
        ([("F=,", "F=T,")], ["problem sendmail.failure"]), ([("F=,", "F=R,")], ["problem sendmail.failure"]),
        ([("F=,", "F=4,")], ["problem sendmail.failure"]),
        ([("S=unix:/run/argot/argot.sock", "S=local:/var/run/argot/argot.sock")], ["ok sendmail"]),
        ([("S=unix:/run/argot/argot.sock", "S=unix:/var/spool/argot.sock")], ["problem sendmail.socket"]),
        (
            [("S=unix:/run/argot/argot.sock", "S=inet:8899@localhost")],
            ["problem sendmail.socket", "warning sendmail.inet"]
        ),
        ([(", T=C:5s;S:5s;R:5s;E:1m", "")], ["warning sendmail.timeout-long"]),
        ([("R:5s", "R:2m")], ["warning sendmail.timeout-long"]),
        ([("Port=smtp", "Port=smtp, InputMailFilters=other")], ["problem sendmail.not-asked"]),
        ([("Port=smtp", "Port=587")], ["warning sendmail.submission"]),
        ([("Port=smtp", "Port=587, I=other")], ["ok sendmail"]),
        ([("envfrom=i, {auth_type}, {auth_authen}", "envfrom=i")], ["ok sendmail", "note sendmail.macros"]),
    ])
    func aFaultIsNamed(_ changes: [(String, String)], _ findings: [String]) {
        #expect(words(cf(changes)) == findings)
    }

    @Test func verifyingGivesLiesAway() {
        var lying = settings
        lying.lies = true
        #expect(words(cf(), lying) == ["warning sendmail.vrfy"])
        #expect(words(cf([("=authwarnings", "=authwarnings,novrfy,noexpn")]), lying) == ["ok sendmail"])
        #expect(words(cf([("=authwarnings", "=goaway")]), lying) == ["ok sendmail"])
    }

    @Test func linesGoOnAfterABlank() {
        let folded = cf([("Xargot, S=unix:/run/argot/argot.sock, F=,", "Xargot, S=unix:/run/argot/argot.sock,\n\tF=T,")]
        )
        #expect(words(folded) == ["problem sendmail.failure"])
    }

    @Test func whoItRunsAsIsKnown() {
        #expect(cf().user == nil)
        #expect(cf([("O PrivacyOptions", "O RunAsUser=smmsp:smmsp\nO PrivacyOptions")]).user == "smmsp")
        #expect(!cf().allowsGroupWritable)
        #expect(cf([("O Priv", "O DontBlameSendmail=GroupWritableDirPathSafe\nO Priv")]).allowsGroupWritable)
    }

    private func source(_ line: String) -> SendmailSource {
        var source = SendmailSource()
        source.file = "/etc/mail/sendmail.mc"
        source.lines = ["dnl a comment: MAIL_FILTER(`argot', `x')", line]
        return source
    }

    /// The equates that are wrong change, in their place in the line; all else of it stays.
    @Test func aLineIsMendedInItsPlace() {
        let line = "INPUT_MAIL_FILTER(`argot', `S=unix:/run/argot/argot.sock, F=T, T=C:2m;R:9s')dnl my own words"
        let broken = cf([("F=, T=C:5s;S:5s;R:5s;E:1m", "F=T, T=C:2m;R:9s")])
        let found = SendmailExamination(broken, settings: settings, source: source(line)).findings
        #expect(found.map(\.id) == ["sendmail.failure", "sendmail.timeout-long"])
        let sed =
            "sed -i '2c\\INPUT_MAIL_FILTER(`argot'\\'', `S=unix:/run/argot/argot.sock, F=, "
            + "T=C:2m;S:5s;R:9s;E:1m'\\'')dnl my own words' /etc/mail/sendmail.mc"
        for finding in found {
            #expect(finding.remedy == [sed, "make -C /etc/mail && systemctl restart sendmail"])
        }
    }

    /// Flags that are there stay.
    @Test func privacyFlagsAreAddedTo() throws {
        var lying = settings
        lying.lies = true
        let finding = try #require(
            SendmailExamination(cf(), settings: lying).findings.first { $0.id == "sendmail.vrfy" })
        #expect(finding.remedy[0].contains("defn(`confPRIVACY_FLAGS')"))
    }

    @Test(
        arguments: [
            ("Connect:192.0.2 RELAY", ["warning sendmail.own-networks"]), ("192.168.1 RELAY", []), ("10\tRELAY", []),
            ("# Connect:192.0.2 RELAY", []), ("Connect:192.0.2 REJECT", []),
            ("IPv6:2001:db8:1 RELAY", ["warning sendmail.own-networks"]),
            ("Connect:11 RELAY", ["warning sendmail.networks-wide"]), ("example.net RELAY", []),
        ] as [(String, [String])])
    func networksOfTheAccessTable(_ line: String, _ expected: [String]) {
        var source = SendmailSource()
        source.read(access: line)
        let found = SendmailExamination(cf(), settings: settings, source: source).findings.filter {
            $0.id != "sendmail"
        }
        #expect(found.map { "\($0.severity.rawValue) \($0.id)" } == expected)
    }

    @Test func ownDomainsAreNoTraps() {
        var source = SendmailSource()
        source.local = ["example.net"]
        source.isNewer = true
        var trapping = settings
        trapping.trapDomains = ["example.net"]
        let found = SendmailExamination(cf(), settings: trapping, source: source).findings
        #expect(found.map(\.id) == ["traps.own-domain", "sendmail.not-made"])
    }
}
