import Diagnosis
import Keeping
import SMTP
import Sockets
import Testing

private let argot =
    "{ unix:argot/argot.sock, connect_timeout=2s, command_timeout=5s, content_timeout=10s, default_action=accept }"

private func settings(_ change: (inout FilterSettings) -> Void = { _ in }) -> FilterSettings {
    var settings = FilterSettings(
        socket: .unix(path: "/var/spool/postfix/argot/argot.sock"),
        socketText: "unix:/var/spool/postfix/argot/argot.sock")
    change(&settings)
    return settings
}

private func findings(
    _ parameters: [String: String], services: [PostfixService]? = nil, _ settings: FilterSettings = settings()
) -> [Finding] {
    let standard = [
        "queue_directory": "/var/spool/postfix", "compatibility_level": "3.6", "mail_version": "3.7.11",
        "milter_protocol": "6", "milter_macro_v": "Postfix 3.7.11", "smtpd_milters": argot, "mail_name": "Postfix",
        "milter_connect_macros": "j {daemon_name} v", "milter_data_macros": "i", "milter_mail_macros": "{auth_authen}",
        "milter_rcpt_macros": "{rcpt_addr} {rcpt_host} {rcpt_mailer}", "local_recipient_maps": "unix:passwd.byname",
    ]
    let smtp = PostfixService(name: "smtp", type: "inet", chroot: true, command: "smtpd")
    let postfix = PostfixConfiguration(
        directory: "/etc/postfix", parameters: standard.merging(parameters) { $1 }, services: services ?? [smtp])
    return PostfixExamination(postfix, settings: settings).findings.filter { $0.id != "postfix" }
}

private func words(_ found: [Finding]) -> [String] { found.map { "\($0.severity.rawValue) \($0.id)" } }

@Suite("The site, looked at")
struct SiteTests {
    @Test(
        arguments: [
            ("127.0.0.0/8 10.1.0.0/16 [::1]/128 192.168.7.0/24", []),
            ("192.0.2.0/24", ["warning postfix.own-networks"]),
            ("192.0.2.1", ["warning postfix.own-networks"]), ("[2001:db8::]/48", ["warning postfix.own-networks"]),
            ("!192.0.2.1", []),
            ("127.0.0.0/8 [::ffff:127.0.0.0]/104 [::1]/128", []),
            ("[::ffff:0:0]/96", ["problem postfix.networks-wide"]), ("0.0.0.0/0", ["problem postfix.networks-wide"]),
            ("[::]/0", ["problem postfix.networks-wide"]), ("11.0.0.0/8", ["warning postfix.networks-wide"]),
            ("192.0.0.0/4", ["problem postfix.networks-wide"]), ("198.51.0.0/16", ["warning postfix.own-networks"]),
            ("cidr:/etc/postfix/networks", ["note postfix.networks-table"]),
        ] as [(String, [String])])
    func ownNetworks(_ list: String, _ expected: [String]) {
        #expect(words(findings(["mynetworks": list])) == expected)
    }

    @Test func trustedNetworksTogetherCoverOwnOnes() throws {
        let halves = ["192.0.2.0/25", "192.0.2.128/25"].compactMap { AddressPrefix($0) }
        #expect(findings(["mynetworks": "192.0.2.0/24"], settings { $0.trustedNetworks = halves }).isEmpty)
        #expect(!findings(["mynetworks": "192.0.2.0/23"], settings { $0.trustedNetworks = halves }).isEmpty)
        let remedy = findings(["mynetworks": "198.51.100.0/24"], settings { $0.trustedNetworks = halves })[0].remedy
        #expect(remedy[0] == "in argotd.conf: trusted_networks = 192.0.2.0/25 192.0.2.128/25 198.51.100.0/24")
        let enforcing = settings { $0.isEnforcing = true }
        #expect(words(findings(["mynetworks": "192.0.2.0/24"], enforcing)) == ["problem postfix.own-networks"])
    }

    @Test(arguments: [
        (["smtpd_proxy_filter": "127.0.0.1:10024"], "warning postfix.proxy-filter"),
        (["smtpd_peername_lookup": "no"], "warning postfix.peername"),
        (["smtpd_reject_unlisted_recipient": "no"], "note postfix.unlisted-recipients"),
        (["mydestination": "example.net", "local_recipient_maps": ""], "note postfix.unlisted-recipients"),
        (["relay_domains": "example.org", "relay_recipient_maps": "hash:/etc/postfix/relay"], "note postfix.hands-on"),
        (["smtpd_recipient_restrictions": "permit_mx_backup, reject"], "note postfix.hands-on"),
    ])
    func whatArgotSeesLessBy(_ parameters: [String: String], _ expected: String) {
        #expect(words(findings(parameters)) == [expected])
    }

    @Test func aServerThatIsSwitchedOffIsNone() {
        let smtp = PostfixService(name: "smtp", type: "inet", chroot: true, command: "smtpd")
        let odd = PostfixService(
            name: "2525", type: "inet", chroot: true, command: "smtpd", overrides: ["smtpd_sasl_auth_enable": "yes"])
        #expect(words(findings([:], services: [smtp, odd])) == ["warning postfix.submission"])
        var closed = odd
        closed.overrides["smtpd_milters"] = ""
        #expect(findings([:], services: [smtp, closed]).isEmpty)
    }

    @Test(
        arguments: [
            ("example.net", ["problem traps.own-domain"]), (".example.net", ["problem traps.own-domain"]),
            ("traps.example.net", []), (".net", ["problem traps.own-domain"]), ("alias.example", []),
        ] as [(String, [String])])
    func ownDomainsAreNoTraps(_ trap: String, _ expected: [String]) {
        let parameters = [
            "mydestination": "localhost, mx.example.net, example.net", "virtual_alias_domains": "alias.example",
        ]
        let found = findings(parameters, settings { $0.trapDomains = ["spam.example", trap] })
        #expect(words(found) == expected)
        #expect(found.allSatisfy { $0.remedy[0] == "in argotd.conf: trap_domains = spam.example" })
    }

    @Test(arguments: [
        (".com", true), ("com", true), (".co.uk", true), (".example.com", false), ("example.co.uk", false),
        (".io", true), ("de", true),
    ])
    func publicSuffixesAreTooWide(_ entry: String, _ isWide: Bool) {
        #expect(PublicSuffixes.isTooWide(entry) == isWide)
        let found = PublicSuffixes.findings("allow_domains", [entry, ".good.example"], file: "f")
        #expect(found.map(\.id) == (isWide ? ["configuration.public-suffix"] : []))
        #expect(found.allSatisfy { $0.remedy[0] == "in f: allow_domains = .good.example" })
    }

    @Test func otherExchangersAreNamed() {
        let backup = MailExchangers.Host(
            name: "mx2.example.org", domain: "example.net", addresses: ["192.0.2.9", "10.0.0.2"])
        let own = MailExchangers.Host(name: "mx1.example.net", domain: "example.net", addresses: ["192.0.2.1"])
        let found = MailExchangers(hosts: [own, backup, backup], own: ["192.0.2.1"]).findings(settings())
        #expect(found.map(\.id) == ["enforcing.backup-mx"])
        #expect(found[0].remedy == ["argot allow 192.0.2.9"])
        let allowed = settings { $0.allowedAddresses = ["192.0.2.9/32"].compactMap { AddressPrefix($0) } }
        #expect(MailExchangers(hosts: [own, backup], own: ["192.0.2.1"]).findings(allowed).isEmpty)
        #expect(MailExchangers(hosts: [], own: [], isAsked: false).findings(settings()).map(\.severity) == [.note])
    }

    @Test func conditionsAreFollowed() {
        let list = ["smtpd_milters": "${on?{\(argot)}:{inet:localhost:1}}", "on": "yes"]
        #expect(findings(list).isEmpty)
        #expect(words(findings(list.merging(["on": ""]) { $1 })) == ["problem postfix.milter-missing"])
        let levels = ["smtpd_milters": "${{$compatibility_level} <level {2} ? {inet:localhost:1} : {\(argot)}}"]
        #expect(findings(levels).isEmpty)
    }
}

@Suite("Before enforcing")
struct EnforcingReadingTests {
    private static let now: Int64 = 1_800_000_000

    private func reading(_ change: (inout EnforcingReading) -> Void = { _ in }) -> EnforcingReading {
        var reading = EnforcingReading(now: Self.now, file: "f", breakerMinimum: 3)
        reading.outlook.first = UnixTime(seconds: Self.now - 20 * 86_400)
        reading.outlook.last = UnixTime(seconds: Self.now - 60)
        reading.outlook.days = 20
        reading.outlook.clean = 50
        reading.outlook.cleanLately = 40
        change(&reading)
        return reading
    }

    private func faults(_ change: (inout EnforcingReading) -> Void) -> [String] {
        reading(change).findings.filter { $0.severity >= .warning }.map { "\($0.severity.rawValue) \($0.id)" }
    }

    @Test func twoWeeksWithCleanClientsAreEnough() {
        #expect(faults { _ in } == [])
        #expect(EnforcingReading.verdict(reading().findings) == (true, "safe to enforce: argot mode enforce"))
    }

    @Test func whatIsMissingIsSaid() {
        #expect(faults { $0.outlook.first = nil } == ["problem enforcing.observed"])
        #expect(
            faults { $0.outlook.first = UnixTime(seconds: Self.now - 5 * 86_400) } == ["problem enforcing.observed"])
        let short = reading { $0.outlook.first = UnixTime(seconds: Self.now - 5 * 86_400) }.findings
        #expect(short[0].text == "observed for 5 of 14 days: 9 missing")
        #expect(EnforcingReading.verdict(short) == (false, "not yet: enforcing.observed"))
        #expect(faults { $0.outlook.last = UnixTime(seconds: Self.now - 4 * 86_400) } == ["problem enforcing.observed"])
        #expect(faults { $0.outlook.days = 3 } == ["warning enforcing.observed"])
        #expect(faults { $0.outlook.clean = 0 } == ["problem enforcing.clients"])
        // A clock that was set back does not make days.
        #expect(faults { $0.outlook.first = UnixTime(seconds: Self.now + 86_400) } == ["problem enforcing.observed"])
        #expect(
            faults {
                $0.outlook.first = UnixTime(seconds: .max)
                $0.outlook.last = UnixTime(seconds: .max)
            } == ["problem enforcing.observed"])
    }

    @Test func whoWouldBeRefusedIsCounted() {
        #expect(faults { $0.outlook.cleanRefused = 1 } == ["warning enforcing.clean-refused"])
        #expect(faults { $0.outlook.cleanRefused = 3 } == ["problem enforcing.clean-refused"])
        #expect(
            faults {
                $0.outlook.cleanRefused = 3
                $0.outlook.cleanLately = 4_000
            } == ["warning enforcing.clean-refused"])
        #expect(faults { $0.outlook.ownName = 1 } == ["warning enforcing.own-hosts"])
        #expect(faults { $0.outlook.neverBack = 1 } == ["warning enforcing.never-back"])
        #expect(faults { $0.outlook.relays = 1 } == ["warning enforcing.relays"])
        #expect(faults { $0.isBreakerArmed = false } == ["problem enforcing.breaker"])
        #expect(faults { $0.enforced = ["reject", "tempfail"] } == ["warning enforcing.refusals"])
        let verdict = EnforcingReading.verdict(reading { $0.outlook.ownName = 2 }.findings)
        #expect(verdict == (true, "safe to enforce, once you have read: enforcing.own-hosts"))
    }
}

@Suite("Files and processes, looked at")
struct HostReadingTests {
    @Test func aProcessIsReadFromItsLine() throws {
        let line = "42 (a (b) c) T 1 42 42 0 -1 4194560 1 0 0 0 1 2 0 0 20 0 1 0 123456 7 8 9"
        let process = try #require(ProcessStart(line))
        #expect(process.pid == 42 && process.parent == 1 && process.name == "a (b) c" && process.isStopped)
        #expect(process.seconds == 1_234.56)
        #expect(ProcessStart("nonsense") == nil && ProcessStart("1 (x) S") == nil)
        #expect(ProcessStart.of(1)?.isStopped == false)
    }

    @Test func aFileWrittenAfterItWasReadIsNamed() {
        func ids(_ loaded: Int64?, _ written: Int64) -> [String] {
            LoadedFiles(server: "postfix", loaded: loaded, written: ["/m": written], remedy: "postfix reload")
                .findings.map(\.id)
        }
        #expect(ids(1_000, 1_005) == [])
        #expect(ids(1_000, 1_006) == ["postfix.not-loaded"])
        #expect(ids(nil, 9_000) == [])
    }

    @Test func aBarredFileComesWithItsCommand() {
        let argot = Account(name: "argot", id: 990, group: 991)
        func obstacle(_ mode: Int, _ directory: Int, owner: Int = 0, group: Int = 0) -> String? {
            let steps = [
                PathStep(path: "/etc/argot", isDirectory: true, mode: directory, owner: 0, group: 0),
                PathStep(path: "/etc/argot/a.conf", isDirectory: false, mode: mode, owner: owner, group: group),
            ]
            return FileReach(path: "/etc/argot/a.conf", account: argot, wish: .read, steps: steps).obstacle?.remedy
        }
        #expect(obstacle(0o644, 0o755) == nil)
        #expect(obstacle(0o640, 0o755) == "chgrp 991 /etc/argot/a.conf && chmod g+r /etc/argot/a.conf")
        #expect(obstacle(0o600, 0o755, group: 991) == "chmod g+r /etc/argot/a.conf")
        #expect(obstacle(0o200, 0o755, owner: 990) == "chmod u+r /etc/argot/a.conf")
        #expect(obstacle(0o644, 0o700) == "chgrp 991 /etc/argot && chmod g+x /etc/argot")
    }
}
