import MailLogs
import SMTP
import Testing

@Suite("Blocklists")
struct BlocklistReaderTests {
    private func read(_ line: String) -> BlocklistEntry {
        var reader = BlocklistReader()
        return reader.read(line)
    }

    private static func prefixes(_ texts: [String]) throws -> [AddressPrefix] {
        try texts.map { try #require(AddressPrefix($0)) }
    }

    @Test(
        "networks in every form in which lists are handed out",
        arguments: [
            ("192.0.2.1", ["192.0.2.1/32"]), ("192.0.2.0/24 :127.0.0.2:spam", ["192.0.2.0/24"]),
            ("192.0.2", ["192.0.2.0/24"]), ("192.0.2.", ["192.0.2.0/24"]), ("10", ["10.0.0.0/8"]),
            ("192.0.2.5:127.0.0.2", ["192.0.2.5/32"]), ("192.0.2.9/24", ["192.0.2.0/24"]),
            ("192.0.2.5-9", ["192.0.2.5/32", "192.0.2.6/31", "192.0.2.8/31"]),
            ("192.0.0-192.0.3", ["192.0.0.0/22"]), ("2001:db8::/32", ["2001:db8::/32"]), ("0/0", ["0.0.0.0/0"]),
            ("  192.0.2.1 # why", ["192.0.2.1/32"]), ("0.0.0.0-255.255.255.255", ["0.0.0.0/0"]),
            ("[192.0.2.9]", ["192.0.2.9/32"]), ("[2001:db8::]/32", ["2001:db8::/32"]),
            // Spamhaus DROP.
            ("198.51.100.0/24 ; SBL100002", ["198.51.100.0/24"]),
            (#"{"cidr":"192.0.2.0/24","sblid":"SBL100001","rir":"arin"}"#, ["192.0.2.0/24"]),
            // DShield, ranges with blanks, P2P, eMule.
            ("192.0.2.0\t192.0.2.255\t24\t120\tEXAMPLE-NET\tZZ\ta@isp.example", ["192.0.2.0/24"]),
            ("192.0.2.0 - 192.0.2.255", ["192.0.2.0/24"]), ("some net:192.0.2.0-192.0.2.255", ["192.0.2.0/24"]),
            ("002.000.002.000 - 002.000.002.255 , 000 , some net", ["2.0.2.0/24"]),
            ("198.51.100.1-198.51.100.3", ["198.51.100.1/32", "198.51.100.2/31"]),
            // A remark is not an action.
            ("192.0.2.1 no reverse name", ["192.0.2.1/32"]), ("192.0.2.1 pass it on", ["192.0.2.1/32"]),
            ("192.0.2.1 info from abuse desk", ["192.0.2.1/32"]), ("192.0.2.1,see below,ok", ["192.0.2.1/32"]),
            // Netmasks and wildcard masks, CSV.
            ("192.0.2.0/255.255.255.0", ["192.0.2.0/24"]), ("198.51.100.0 255.255.255.0", ["198.51.100.0/24"]),
            ("198.51.100.0 0.0.0.255", ["198.51.100.0/24"]), ("192.0.3.0,24", ["192.0.3.0/24"]),
            ("192.0.3.7,24", ["192.0.3.7/32"]), (#""192.0.4.1""#, ["192.0.4.1/32"]),
            ("192.0.5.1,spam", ["192.0.5.1/32"]),
            ("192.0.2.0/24,spam", ["192.0.2.0/24"]),
            (#""2026-11-29 12:34:56","192.0.2.9","443","online""#, ["192.0.2.9/32"]),
            // Times first.
            ("2026-11-29T12:34+0100 192.0.2.9", ["192.0.2.9/32"]), ("2026-11-29 12:34:56 192.0.2.9", ["192.0.2.9/32"]),
            // rbldnsd's ip6trie.
            ("2001:db8:1::/48:127.0.0.2:bad net", ["2001:db8:1::/48"]),
            ("2001:db8:2::/48 :127.0.0.2:bad net", ["2001:db8:2::/48"]), ("2001:db8:4", ["2001:db8:4::/48"]),
            ("2001:db8:5::/48:3", ["2001:db8:5::/48"]),
            // Maps of Postfix and Sendmail, hosts.deny, web servers.
            ("198.51.100.0/24 REJECT", ["198.51.100.0/24"]), ("203.0.113 REJECT", ["203.0.113.0/24"]),
            ("Connect:192.0.2\tREJECT", ["192.0.2.0/24"]),
            ("Connect:198.51.100.7\tERROR:5.7.1:550 go", ["198.51.100.7/32"]),
            ("IPv6:2001:db8::1\tREJECT", ["2001:db8::1/128"]),
            ("ALL: 192.0.2. 198.51.100.7", ["192.0.2.0/24", "198.51.100.7/32"]),
            ("deny 192.0.2.1;", ["192.0.2.1/32"]), ("deny from 192.0.2", ["192.0.2.0/24"]),
            ("add bl 192.0.2.0/24 timeout 60", ["192.0.2.0/24"]),
        ])
    func networks(line: String, networks: [String]) throws {
        #expect(read(line) == .networks(try Self.prefixes(networks)))
    }

    @Test(
        "what lets in, or takes out again, is not spam",
        arguments: [
            ("!192.0.2.7", "192.0.2.7/32"), ("!2001:db8:1:1::/64", "2001:db8:1:1::/64"),
            ("192.0.2.0/24 permit", "192.0.2.0/24"), ("203.0.113.0/24\tdunno", "203.0.113.0/24"),
            ("203.0.114\tOK", "203.0.114.0/24"), ("Connect:192.0.2 RELAY", "192.0.2.0/24"),
            ("192.0.2.7 whitelist", "192.0.2.7/32"), ("192.0.2.7 OK says the administrator", "192.0.2.7/32"),
            ("192.0.2.7 permit # a friend", "192.0.2.7/32"), ("192.0.2.7,OK,since 2020", "192.0.2.7/32"),
            ("192.0.2.7,ham", "192.0.2.7/32"),
            ("allow 192.0.2.1;", "192.0.2.1/32"),
            ("192.0.2.7 permit_sasl_authenticated", "192.0.2.7/32"), ("add bl 192.0.2.7 nomatch", "192.0.2.7/32"),
            ("1.0.0.0 - 1.0.0.255 , 200 , let in", "1.0.0.0/24"),
        ])
    func exceptions(line: String, network: String) throws {
        #expect(read(line) == .exceptions(try Self.prefixes([network])))
    }

    @Test(arguments: [
        "", "# x", "; x", "$SOA 3000 a b", "$NS 300 ns.bl.example", ":127.0.0.2:text", "From:spam@x.example REJECT",
        "create bl hash:net family inet hashsize 1024", #"{"type":"metadata","records":2}"#,
    ])
    func nothing(line: String) { #expect(read(line) == .nothing) }

    @Test(arguments: ["bad.example", "*.bad.example :2:x", "spammer.example REJECT"])
    func domains(line: String) { #expect(read(line) == .domain) }

    @Test(
        "a line that is unknown, or says two things, is a fault and never guessed at",
        arguments: [
            "???", "192.0.2.9-192.0.2.5", "300.1", "192.0.2.1/40", "192.0.2.0/24/8", "192.0.2.1/-1", "192.0.2.0/+24",
            "192.0.2.0 192.0.2.9", "10 192.0.2.1", "!192.0.2.0/24 reject", "/^192\\./ REJECT", "00:11:22:33:44:55",
            "12:34:56", "192.0.2.0/255.0.255.0", "-A INPUT -s 192.0.2.1/32 -j DROP", "192.0.2.1 HOLD",
            #"{"asn":64500}"#, "{broken", "2001:db8::-2001:db7::", "192.0.2.1,192.0.2.9", "deny 192.0.2.1 192.0.2.2;",
            "99999999999999999999", "1.2.3.4.5", "add bl 192.0.2.1,tcp:25", "ALL: 192.0.2.1 EXCEPT 192.0.2.9",
        ])
    func faults(line: String) {
        guard case .fault(let problem) = read(line) else {
            Issue.record("taken: \(line): \(read(line))")
            return
        }
        #expect(!problem.isEmpty)
    }

    @Test("sets of nftables: elements over several lines; rules are faults")
    func ruleset() throws {
        var reader = BlocklistReader()
        let text = """
            table inet filter {
                set bl {
                    type ipv4_addr
                    flags interval
                    elements = { 192.0.2.0/24, 198.51.100.7 timeout 1h,
                                 203.0.113.1-203.0.113.2 }
                }
                chain input {
            """
        var found: [AddressPrefix] = []
        var faults = 0
        for line in text.split(separator: "\n") {
            switch reader.read(line) {
            case .networks(let networks): found += networks
            case .fault: faults += 1
            default: break
            }
        }
        #expect(try found == Self.prefixes(["192.0.2.0/24", "198.51.100.7/32", "203.0.113.1/32", "203.0.113.2/32"]))
        #expect(faults == 1)
    }

    @Test("of several ipsets in one file only the first is read: they may mean the opposite of each other")
    func sets() throws {
        var reader = BlocklistReader()
        #expect(try reader.read("add bl 192.0.2.1") == .networks(Self.prefixes(["192.0.2.1/32"])))
        guard case .fault = reader.read("add friends 192.0.2.2") else {
            Issue.record("another set was taken")
            return
        }
    }

    @Test("exceptions are cut out of networks: what is left is the fewest networks, and nothing of the exception")
    func subtracts() throws {
        let left = NetworkSet.subtracting(
            Set(try Self.prefixes(["192.0.2.6/32", "198.51.100.0/24", "2001:db8:1:1::/64"])),
            from: Set(try Self.prefixes(["192.0.2.4/30", "198.51.100.7/32", "203.0.113.0/24", "2001:db8:1::/63"])))
        #expect(
            left == (try Self.prefixes(["192.0.2.4/31", "192.0.2.7/32", "203.0.113.0/24", "2001:db8:1::/64"])))
        let all = Set(try Self.prefixes(["0.0.0.0/0", "::/0"]))
        let holes = Set(try Self.prefixes(["192.0.2.1/32", "2001:db8::1/128"]))
        let rest = NetworkSet.subtracting(holes, from: all)
        #expect(rest.count == 32 + 128)
        #expect(
            !rest.contains { $0.contains(ClientAddress("192.0.2.1")!) || $0.contains(ClientAddress("2001:db8::1")!) })
    }
}
