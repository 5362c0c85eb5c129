import Configuration
import Policy
import Testing
import Sockets

/// What values may be, and what is said when they are something else.
struct ValueTests {
    @Test(arguments: [
        // Words.
        ("mode = Enforce", "mode: \"Enforce\" is not a choice: did you mean enforce? Write observe or enforce"),
        ("mode = on", "mode: \"on\" is not a choice: write observe or enforce"),
        (
            "enforce = tempfail, rejct",
            "enforce: \"rejct\" is not a choice: did you mean reject? Write tempfail, fakereject or reject"
        ),
        ("enforce = accept", "enforce: \"accept\" is not a choice: write tempfail, fakereject or reject"),
        ("breaker = true", "breaker: \"true\" is neither yes nor no: write yes or no"),
        // Numbers.
        ("maximum_sessions = many", "maximum_sessions: \"many\" is not a number: write a whole number, such as 5"),
        ("maximum_sessions = -1", "maximum_sessions: \"-1\" is not a number: write a whole number, such as 5"),
        ("maximum_sessions = 0", "maximum_sessions: 0 is out of range: use 1 to 100000"),
        (
            "maximum_sessions = 99999999999999999999",
            "maximum_sessions: 99999999999999999999 is out of range: use 1 to 100000"
        ),
        ("greylist_ipv6_prefix = 129", "greylist_ipv6_prefix: 129 is out of range: use 16 to 128"),
        // Times and sizes.
        (
            "greylist_delay = 5 minutes",
            "greylist_delay: \"5 minutes\" is not a duration: write a whole number with s, m, h, d or w, such as 60s"
        ),
        ("greylist_delay = 0", "greylist_delay: 0 is out of range: use 1s to 1d"),
        (
            "greylist_delay = 9223372036854775807w",
            "greylist_delay: 9223372036854775807w is out of range: use 1s to 1d"
        ),
        (
            "greylist_delay = s",
            "greylist_delay: \"s\" is not a duration: write a whole number with s, m, h, d or w, such as 60s"
        ),
        ("journal_retention = 30", "journal_retention: 30 is out of range: use 1d to 3650d"),
        (
            "journal_retention = 36h",
            "journal_retention: \"36h\" is not a whole number of days: write it in days, such as 1d"
        ),
        (
            "transcript_maximum_size = 1.5m",
            "transcript_maximum_size: \"1.5m\" is not a size: write a whole number with k, m or g, such as 64k"
        ),
        ("transcript_maximum_size = 1k", "transcript_maximum_size: 1k is out of range: use 64k to 64g"),
        // Fractions.
        ("breaker_budget = 1.5", "breaker_budget: 1.5 is out of range: use 0 to 1, or 0% to 100%"),
        ("breaker_budget = 101%", "breaker_budget: 101% is out of range: use 0 to 1, or 0% to 100%"),
        (
            "breaker_budget = nan",
            "breaker_budget: \"nan\" is not a fraction: write a number such as 0.25 or 25%, with at most 6 decimals"
        ),
        (
            "breaker_budget = 0.00000001",
            "breaker_budget: \"0.00000001\" is not a fraction: write a number such as 0.25 or 25%, with at most 6 decimals"
        ),
        (
            "breaker_budget = .5",
            "breaker_budget: \".5\" is not a fraction: write a number such as 0.25 or 25%, with at most 6 decimals"
        ),
        // File modes, groups, paths.
        (
            "socket_mode = 0o660",
            "socket_mode: \"0o660\" is not a file mode: write three or four octal digits, such as 0660"
        ),
        ("socket_mode = 2660", "socket_mode: 2660 is out of range: use 0000 to 0777"),
        ("socket_group = post fix", "socket_group: \"post fix\" is not a group: write one name of /etc/group"),
        (
            "data_directory = lib/argot",
            "data_directory: \"lib/argot\" is not a path from the root: start it with /"
        ),
        ("model_file = /a b", "model_file: there is a blank in \"/a b\": use a path without blanks"),
    ])
    func wrongValue(text: String, message: String) {
        #expect(errors(text) == ["f:1: " + message])
    }

    @Test(arguments: [
        (
            "allow_addresses = 192.0.2.1/24",
            "allow_addresses: \"192.0.2.1/24\" has bits set beyond the prefix length 24: write 192.0.2.0/24 for the "
                + "network or 192.0.2.1/32 for the one address"
        ),
        (
            "allow_addresses = 192.0.2.0/255.255.255.0",
            "allow_addresses: \"192.0.2.0/255.255.255.0\" has a net mask: write 192.0.2.0/24"
        ),
        (
            "allow_addresses = 192.0.2.0/33",
            "allow_addresses: \"192.0.2.0/33\" has no prefix length from 0 to 32: write it like 192.0.2.0/24"
        ),
        (
            "allow_addresses = 2001:db8::/+32",
            "allow_addresses: \"2001:db8::/+32\" has no prefix length from 0 to 128: write it like 2001:db8::/32"
        ),
        (
            "trusted_networks = mail.example.com",
            "trusted_networks: \"mail.example.com\" is not an address or a network: write it like 192.0.2.1, "
                + "192.0.2.0/24 or 2001:db8::/32"
        ),
        ("allow_domains = *.example.com", "allow_domains: \"*.example.com\" has an asterisk: write .example.com"),
        (
            "allow_domains = joe@example.com",
            "allow_domains: \"joe@example.com\" is not a domain name: write only what follows the @: example.com"
        ),
        (
            "allow_domains = 192.0.2.1",
            "allow_domains: \"192.0.2.1\" is an address, not a domain name: addresses belong to allow_addresses"
        ),
        (
            "allow_domains = a\u{fffd}.de",
            "allow_domains: \"a\u{fffd}.de\" cannot be converted to ASCII: write the form that starts with xn--, or check "
                + "the name"
        ),
        (
            "trap_domains = a..b",
            "trap_domains: \"a..b\" is not a domain name: use letters, digits and hyphens between single dots"
        ),
        (
            "trap_domains = .",
            "trap_domains: \".\" is not a domain name: use letters, digits and hyphens between single dots"
        ),
        (
            "protected_recipients = postmaster abuse joe@example.com",
            "protected_recipients: \"joe@example.com\" is more than a local part: write only what is before the @: joe"
        ),
        (
            "protected_recipients = postmaster abuse a..b",
            "protected_recipients: \"a..b\" is not a local part: write it without quotes, such as postmaster"
        ),
        ("trap_addresses = joe", "trap_addresses: \"joe\" is not a mail address: write LOCALPART@DOMAIN in full"),
        (
            "trap_addresses = @example.com",
            "trap_addresses: \"@example.com\" has no local part: write LOCALPART@DOMAIN; whole domains belong to "
                + "trap_domains"
        ),
        (
            "trap_addresses = joe@.example.com",
            "trap_addresses: \".example.com\" starts with a dot: write one domain without it"
        ),
    ])
    func wrongItem(text: String, message: String) {
        #expect(errors(text) == ["f:1: " + message])
    }

    @Test(arguments: [
        (
            "run/argot.sock",
            "has no form before a colon: write unix:/PATH, inet:PORT@HOST, inet6:PORT@HOST or fd:NUMBER"
        ),
        (
            "tcp:8899@localhost", "has the unknown form \"tcp\": write inet:8899@localhost"
        ),
        ("inet:0@localhost", "has no port from 1 to 65535: write inet:PORT@HOST, such as inet:8899@127.0.0.1"),
        ("inet:smtp@localhost", "has no port from 1 to 65535: write inet:PORT@HOST, such as inet:8899@127.0.0.1"),
        ("inet:8899@", "has no host name or address: write inet:PORT@HOST, such as inet:8899@127.0.0.1"),
        ("inet:8899@::1", "has an address of the other family: write inet6:8899@::1"),
        ("fd:0", "has no descriptor from 3 to 1023: write fd:3 for the first one from systemd"),
    ])
    func wrongSocket(text: String, message: String) {
        #expect(errors("socket = \(text)") == ["f:1: socket: \"\(text)\" \(message)"])
    }

    @Test func socketPathsAreCheckedToo() {
        #expect(
            errors("socket = unix:argot/argot.sock") == [
                "f:1: socket: \"argot/argot.sock\" is not a path from the root: write unix:/PATH; Postfix alone knows "
                    + "its queue directory"
            ])
        #expect(
            errors("socket = local:/run/argot/") == [
                "f:1: socket: \"/run/argot/\" names a directory: add the socket's name, such as argot.sock"
            ])
        #expect(
            errors("socket = unix:/" + String(repeating: "a", count: 107)) == [
                "f:1: socket: the path has 108 bytes: use a path of at most 107"
            ])
    }

    @Test(arguments: [
        "unix:/run/argot/argot.sock", "local:/run/a", "/run/a", "inet:8899", "inet:8899@localhost",
        "inet:8899@127.0.0.1", "inet:127.0.0.1:8899", "inet:[127.0.0.1]:8899", "inet6:8899", "inet6:8899@::1",
        "inet6:8899@[::1]", "inet6:[::1]:8899", "inet:mx_1.example.com:8899", "fd:3",
        "unix:/" + String(repeating: "a", count: 106),
    ])
    func socketFormsAreThoseOfTheFilter(text: String) throws {
        #expect(try load("socket = \(text)").get().socket == text)
        #expect(throws: Never.self) { try SocketName(text) }
    }

    @Test func fractionsAreExact() throws {
        for (text, value) in [("0.07", 0.07), ("7%", 0.07), ("12.5%", 0.125), ("1", 1), ("0.000001", 1e-6)] {
            #expect(try load("breaker_budget = \(text)").get().policy.breaker.budget == value)
        }
    }

    @Test(
        "domains may be written in any spelling",
        arguments: ["b\u{fc}cher.example", "B\u{dc}CHER.example.", "XN--BCHER-KVA.example"])
    func internationalisedDomains(spelling: String) throws {
        let policy = try load(
            """
            allow_domains = .\(spelling)
            enforce_domains = \(spelling)
            trap_domains = \(spelling)
            trap_addresses = Trap@\(spelling)
            """
        ).get().policy
        #expect(policy.allowedDomains == [".xn--bcher-kva.example"])
        #expect(policy.enforcedDomains == ["xn--bcher-kva.example"])
        #expect(policy.trapDomains == ["xn--bcher-kva.example"])
        #expect(policy.trapAddresses == ["trap@xn--bcher-kva.example"])
    }

    @Test func everyItemOfAListIsReported() {
        #expect(errors("trap_domains = a..b, ok.example, -c").count == 2)
    }

    @Test func hostileTextDoesNotReachTheTerminal() {
        #expect(
            errors("mode = a\u{202e}\u{a0}\"\\") == [
                "f:1: mode: \"a\\u{202e}\\u{a0}\\\"\\\\\" is not a choice: write observe or enforce"
            ])
        let long = errors("mode = " + String(repeating: "a", count: 1_000))
        #expect(long.first?.utf8.count ?? 0 < 200)
        #expect(long.first?.contains("a\"... is not a choice") == true)
    }
}
