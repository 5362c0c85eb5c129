import ClientLab
import Decision
import Foundation
import Glibc
import KeyedHashing
import SMTP
import SenderExchange
import Signing
import SpamTracker
import Testing

/// A group's list as a DNS zone: served by a real rbldnsd, asked by a real Postfix and a real rspamd.
@Suite("A group's list as a DNS zone", .enabled(if: BlocklistServer.isUsable || Requirements.isInCI))
struct BlocklistZoneTests {
    private static let now = UnixTime(seconds: 1_790_000_000)

    /// A snapshot that lists addresses, each with its probability in thousandths.
    private func zone(_ listed: [(String, UInt16)], sequence: UInt64 = 42) throws -> SenderZone {
        let group = SenderPseudonyms(key: .random())
        let key = SigningKey.random()
        let lines = try listed.map { address, probability in
            ListedSender(
                sender: group.sender(try #require(ClientAddress(address))), probability: probability, confidence: 80,
                domains: 7, sites: 3, cluster: 1)
        }
        let snapshot = SenderSnapshot(
            group: group.groupID, until: Self.now, window: 86_400, sites: (3, 0), senderCount: 9, anonymity: 3,
            input: 1,
            listed: ListedSenders(lines), model: SenderModel())
        let document = SignedDocument.bytes(
            kind: SenderSnapshot.kind, sequence: sequence, time: Self.now, payload: snapshot.bytes, key: key)
        let signed = try SignedSnapshot(document, file: "x", demands: .init(keys: [key.publicKey]), now: Self.now)
        return SenderZone(signed, group: group, choice: .init(probability: 0.5))
    }

    private func write(_ zone: SenderZone, to directory: String, with more: String = "") throws {
        for (format, name) in [(SenderZone.Format.rbldnsd4, "zone4"), (.rbldnsd6, "zone6")] {
            let text = zone.text(format) + (format == .rbldnsd4 ? more : "")
            try text.write(toFile: "\(directory)/\(name)", atomically: true, encoding: .utf8)
            chmod("\(directory)/\(name)", 0o644)
        }
    }

    private static let files = ["ip4set:zone4", "ip6trie:zone6"]

    /// RFC 5782 asks every zone to list 127.0.0.2; the test waits for it.
    private static let testPoint = "127.0.0.2 :127.0.0.2:test point\n"

    @Test("rbldnsd answers with the class of the score and the reason, for IPv4 and IPv6, and takes a new file in")
    func server() throws {
        let scratch = try ScratchDirectory(prefix: "argot-zone")
        let listed: [(String, UInt16)] = [
            ("203.0.113.7", 995), ("203.0.113.8", 960), ("203.0.113.9", 910), ("203.0.113.10", 850),
            ("203.0.113.11", 600),
            ("2001:db8:1:2::1", 995),
        ]
        try write(try zone(listed), to: scratch.path, with: Self.testPoint)
        let server = try BlocklistServer(directory: scratch.path, files: Self.files, port: try LoopbackPort.free())
        func answer(_ address: String) throws -> BlocklistServer.Answer {
            try #require(try server.answer(for: BlocklistServer.name(of: address)))
        }
        for (address, number) in [
            ("203.0.113.7", 6), ("203.0.113.8", 5), ("203.0.113.9", 4), ("203.0.113.10", 3), ("203.0.113.11", 2),
        ] {
            let found = try answer(address)
            #expect(found.addresses == ["127.0.0.\(number)"], "\(address)")
            #expect(found.lifetimes == [900])
            #expect(found.texts.first?.contains("4 or more domains at 2 or more sites") ?? false, "\(found)")
        }
        // A whole /64 is one sender.
        #expect(try answer("2001:db8:1:2:ffff::9").addresses == ["127.0.0.6"])
        #expect(try answer("2001:db8:1:3::1").code == 3)
        #expect(try answer("203.0.113.12").code == 3)
        // Another snapshot takes its place while it runs.
        try write(try zone([("203.0.113.12", 995)], sequence: 43), to: scratch.path, with: Self.testPoint)
        let isNew = Poll.until(.after(.seconds(60))) {
            ((try? server.answer(for: BlocklistServer.name(of: "203.0.113.12")))??.addresses ?? []) == ["127.0.0.6"]
        }
        #expect(isNew)
        #expect(try answer("203.0.113.7").code == 3)
    }

    @Test("a zone in several files answers as one in one file, and takes in the only file that has changed")
    func parts() throws {
        let scratch = try ScratchDirectory(prefix: "argot-zone")
        let parts = 16
        var listed: [(String, UInt16)] = (0..<400).map { ("203.\($0 / 4).113.\($0 % 200)", $0 % 2 == 0 ? 995 : 600) }
        func write(_ zone: SenderZone) throws -> [String] {
            try (0..<parts).compactMap { part -> String? in
                let (file, text) = ("\(scratch.path)/zone.\(part)", zone.text(.rbldnsd4, part: part, of: parts))
                let whole = (part == 0 ? Self.testPoint : "") + text
                guard (try? String(contentsOfFile: file, encoding: .utf8)) != whole else { return nil }
                try whole.write(toFile: file, atomically: true, encoding: .utf8)
                chmod(file, 0o644)
                return file
            }
        }
        #expect(try write(try zone(listed)).count == parts)
        let names = (0..<parts).map { "zone.\($0)" }.joined(separator: ",")
        let server = try BlocklistServer(
            directory: scratch.path, files: ["ip4set:\(names)"], port: try LoopbackPort.free())
        func answer(_ address: String) throws -> BlocklistServer.Answer {
            try #require(try server.answer(for: BlocklistServer.name(of: address)))
        }
        for (number, (address, _)) in listed.enumerated() where number % 37 == 0 {
            #expect(try answer(address).addresses == ["127.0.0.\(number % 2 == 0 ? 6 : 2)"], "\(address)")
        }
        // The same senders in a later snapshot, a little more likely: nothing to write.
        #expect(try write(try zone(listed.map { ($0, $1 + 1) }, sequence: 43)).isEmpty)
        listed[7] = ("198.51.100.1", 995)
        let changed = try write(try zone(listed, sequence: 44))
        #expect((1...2).contains(changed.count), "\(changed)")
        let isNew = Poll.until(.after(.seconds(60))) {
            ((try? server.answer(for: BlocklistServer.name(of: "198.51.100.1")))??.addresses ?? []) == ["127.0.0.6"]
        }
        #expect(isNew)
        #expect(try answer("203.1.113.7").code == 3 && answer("203.1.113.6").addresses == ["127.0.0.6"])
    }

    @Test(
        "Postfix' reject_rbl_client asks it, and warn_if_reject only says what it would have done", Requirements.postfix
    )
    func postfix() throws {
        let scratch = try ScratchDirectory(prefix: "argot-zone")
        try write(
            try zone([("203.0.113.7", 995), ("203.0.113.11", 600), ("2001:db8:1:2::1", 995)]), to: scratch.path,
            with: Self.testPoint)
        // Resolvers ask port 53 only: an address of loopback that nobody else has.
        let address = "127.\(Int.random(in: 1...250)).\(Int.random(in: 1...250)).\(Int.random(in: 1...250))"
        let server = try BlocklistServer(directory: scratch.path, files: Self.files, address: address, port: 53)
        let zone = BlocklistServer.zone
        for (restriction, code) in [
            ("reject_rbl_client \(zone)=127.0.0.[4..6]", 554),
            ("warn_if_reject reject_rbl_client \(zone)=127.0.0.[4..6]", 250),
        ] {
            let postfix = try PostfixInstance(
                directory: scratch.path + "/postfix\(code)",
                overrides: [
                    "smtpd_recipient_restrictions": "reject_unauth_destination, \(restriction)",
                    "smtpd_delay_reject": "yes", "disable_dns_lookups": "no",
                ], nameServer: server.address)
            try postfix.start()
            func reply(_ address: String) throws -> ClientLab.ServerReply {
                let client = MailClient(
                    identity: ClientIdentity(address, name: "mail.linden.example"), helo: "EHLO mail.linden.example",
                    sender: "dora@linden.example")
                let conversation = try SMTPConversation(on: postfix.connect(as: client.identity))
                try conversation.readReply()
                try conversation.expect(250, client.helo)
                try conversation.expect(250, "MAIL FROM:<\(client.sender)>")
                return try conversation.command("RCPT TO:<user1@lab.example>")
            }
            let listed = try reply("203.0.113.7")
            #expect(listed.code == code, "\(listed)\n\(postfix.log)")
            if code == 554 {
                #expect("\(listed)".contains("blocked using \(zone); writes to whom spammers write"), "\(listed)")
            } else {
                try postfix.waitForLog(containing: "reject_warning: RCPT from mail.linden.example[203.0.113.7]")
            }
            #expect(try reply("2001:db8:1:2::77").code == code)
            // Of a lower class, and not listed at all.
            #expect(try reply("203.0.113.11").code == 250)
            #expect(try reply("203.0.113.200").code == 250)
            postfix.stop()
        }
    }

    /// In a network namespace of its own, where nothing filters but this.
    @Test(
        "nft and ipset take their scripts, twice, and have what is in the zone",
        .enabled(
            if: ["nft", "ipset"].allSatisfy { Executable.path(of: $0) != nil } && geteuid() == 0 || Requirements.isInCI),
        arguments: [("nft", SenderZone.Format.nft), ("ipset", .ipset)])
    func packetFilters(_ program: String, _ format: SenderZone.Format) throws {
        let scratch = try ScratchDirectory(prefix: "argot-zone")
        var listed: [(String, UInt16)] = (0..<450).map { ("203.0.\(113 + $0 / 200).\($0 % 200)", 995) }
        listed.append(("2001:db8:1:2::9", 995))
        let script = scratch.path + "/script"
        try zone(listed).text(format).write(toFile: script, atomically: true, encoding: .utf8)
        let take = program == "nft" ? "nft -f \(script)" : "ipset restore -! <\(script)"
        let list = program == "nft" ? "nft list ruleset" : "ipset list"
        let output = scratch.path + "/out"
        let child = try ChildProcess(
            try Executable.require("unshare", package: "util-linux"),
            ["-n", "/bin/sh", "-c", "\(take) && \(take) && \(list)"], output: output, errors: output)
        let ending = child.wait(until: .after(.seconds(60)))
        let text = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
        #expect(ending == .exited(0), "\(text)")
        for address in ["203.0.113.0", "203.0.113.199", "203.0.115.49", "2001:db8:1:2::/64"] {
            #expect(text.contains(address), "\(address)")
        }
        #expect(text.matches(of: /203\.0\.11[345]\.\d+/).count == 450)
        #expect(!text.contains("-new"))
    }

    /// postscreen takes nobody's word for who a client is, so that the list has to name the test's own address.
    @Test("postscreen counts its answers by class and drops or passes a client before smtpd", Requirements.postfix)
    func postscreen() throws {
        for (listed, isDropped) in [[("127.0.0.1", 995)], [("127.0.0.1", 600)], []].map({ $0 as [(String, UInt16)] })
            .enumerated().map({ ($1, $0 == 0) })
        {
            let scratch = try ScratchDirectory(prefix: "argot-zone")
            try write(try zone(listed), to: scratch.path, with: Self.testPoint)
            let address = "127.\(Int.random(in: 1...250)).\(Int.random(in: 1...250)).\(Int.random(in: 1...250))"
            let server = try BlocklistServer(directory: scratch.path, files: Self.files, address: address, port: 53)
            let port = try LoopbackPort.free()
            let postfix = try PostfixInstance(
                directory: scratch.path + "/postfix",
                overrides: [
                    "postscreen_dnsbl_sites": "\(BlocklistServer.zone)=127.0.0.[4..6]*2",
                    "postscreen_dnsbl_threshold": "2", "postscreen_dnsbl_action": "enforce",
                    "postscreen_access_list": "", "postscreen_greet_wait": "2s", "postscreen_greet_action": "ignore",
                    "postscreen_cache_map": "", "postscreen_whitelist_interfaces": "static:all",
                ],
                services: [
                    "127.0.0.1:\(port) inet n - n - 1 postscreen", "smtpd pass - - n - - smtpd",
                    "dnsblog unix - - n - 0 dnsblog",
                ], nameServer: server.address)
            try postfix.start()
            let conversation = try SMTPConversation(port: port)
            try conversation.readReply()
            try conversation.expect(250, "EHLO mail.linden.example")
            try conversation.expect(250, "MAIL FROM:<dora@linden.example>")
            let reply = try conversation.command("RCPT TO:<user1@lab.example>")
            #expect(reply.code == (isDropped ? 550 : 250), "\(reply)\n\(postfix.log)")
            if isDropped { #expect("\(reply)".contains("blocked using \(BlocklistServer.zone)"), "\(reply)") }
            postfix.stop()
        }
    }

    @Test(
        "rspamd's rbl module asks it and has a symbol for the class",
        .enabled(if: SpamFilter.Kind.rspamd.isUsable || Requirements.isInCI))
    func rspamd() throws {
        let scratch = try ScratchDirectory(prefix: "argot-zone")
        try write(try zone([("203.0.113.7", 995), ("203.0.113.11", 600)]), to: scratch.path, with: Self.testPoint)
        let server = try BlocklistServer(directory: scratch.path, files: Self.files, port: try LoopbackPort.free())
        let port = try LoopbackPort.free()
        chmod(scratch.path, 0o777)
        try "example\n".write(toFile: scratch.path + "/tld", atomically: true, encoding: .utf8)
        let configuration = """
            options {
              pidfile = "\(scratch.path)/rspamd.pid";
              dns { nameserver = ["\(server.address):\(server.port):1"]; timeout = 2s; retransmits = 3; }
              filters = "";
              local_addrs = [];
              control_socket = "\(scratch.path)/control.sock mode=0600";
              disable_hyperscan = true;
              url_tld = "\(scratch.path)/tld";
            }
            logging { type = "file"; filename = "\(scratch.path)/log"; level = "info"; }
            actions { reject = 1000; add_header = 6; }
            worker "normal" { bind_socket = "127.0.0.1:\(port)"; count = 1; }
            rbl {
              default_enabled = true;
              rbls {
                argot {
                  rbl = "\(BlocklistServer.zone)";
                  checks = ["from"];
                  ipv4 = true; ipv6 = true;
                  exclude_local = false; exclude_users = false;
                  disable_monitoring = true;
                  symbol = "ARGOT_SENDERS";
                  returncodes { ARGOT_SENDERS_HIGH = "127.0.0.6"; ARGOT_SENDERS_LOW = "127.0.0.2"; }
                }
              }
            }
            group "rbl" {
              symbols {
                ARGOT_SENDERS_HIGH { weight = 2.0; }
                ARGOT_SENDERS_LOW { weight = 0.5; }
              }
            }
            modules { path = "/usr/share/rspamd/plugins/rbl.lua"; }

            """
        try configuration.write(toFile: scratch.path + "/rspamd.conf", atomically: true, encoding: .utf8)
        try "From: <a@linden.example>\r\nSubject: hello\r\n\r\ntext\r\n".write(
            toFile: scratch.path + "/message", atomically: true, encoding: .utf8)
        let process = try ChildProcess(
            try Executable.require("rspamd", package: "rspamd"), ["-f", "-i", "-c", scratch.path + "/rspamd.conf"],
            output: scratch.path + "/out", errors: scratch.path + "/out")
        let lifeline = try Lifeline(of: process)
        defer {
            process.stop(within: .milliseconds(500))
            lifeline.cut()
        }
        func symbols(_ address: String) throws -> [String: Double]? {
            let output = "\(scratch.path)/answer-\(address)"
            unlink(output)
            let curl = try ChildProcess(
                try Executable.require("curl", package: "curl"),
                [
                    "-s", "-m", "20", "-H", "IP: \(address)", "-H", "From: a@linden.example", "--data-binary",
                    "@\(scratch.path)/message", "http://127.0.0.1:\(port)/checkv2",
                ], output: output)
            guard curl.wait(until: .after(.seconds(30))) == .exited(0),
                let data = FileManager.default.contents(atPath: output),
                let document = try? JSONDecoder().decode(Checked.self, from: data)
            else { return nil }
            return document.symbols.mapValues(\.score)
        }
        #expect(Poll.until(.after(.seconds(60))) { (try? symbols("203.0.113.200")) ?? nil != nil })
        let log = { (try? String(contentsOfFile: scratch.path + "/log", encoding: .utf8)) ?? "" }
        let high = try #require(try symbols("203.0.113.7"))
        #expect(high["ARGOT_SENDERS_HIGH"] == 2, "\(high)\n\(log())")
        #expect(try symbols("203.0.113.11")?["ARGOT_SENDERS_LOW"] == 0.5)
        #expect(try symbols("203.0.113.200")?.keys.contains { $0.hasPrefix("ARGOT") } == false)
    }

    private struct Checked: Decodable {
        struct Symbol: Decodable { let score: Double }
        let symbols: [String: Symbol]
    }
}
