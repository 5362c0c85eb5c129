import Dialects
import Documents
import SMTP
import Seeded
import Testing

/// What shows of a client beside what it says: hellos, SYNs, and what they say of the dialect that it speaks.
struct ConnectionTests {
    private static let openssl = "t13d311000_e8f1e7e78f70_d41ae481755e"
    private static let resumed = "t13d311100_e8f1e7e78f70_b26ce05bbdd6"
    private static let gnutls = "t13i291200_723694b0fccc_2cc26d266019"
    private static let strange = "t12i010000_aaaaaaaaaaaa_bbbbbbbbbbbb"

    private static let text = """
        argot-dialects 2

        dialect relay mta
          origin test
          state ehlo EHLO {fqdn}
          on start 220 to ehlo
          final good ehlo
          tls openssl libressl
          hello \(openssl)*3
          tcp linux freebsd
          syn 64/mss,sok,ts,nop,ws,?34,nop,nop*2

        dialect mailer mua
          origin test
          state ehlo EHLO {label}
          on start 220 to ehlo
          final good ehlo
          tls gnutls openssl
          hello \(gnutls)*1

        dialect engine bot
          origin test
          state ehlo EHLO {ip}
          on start 220 to ehlo
          final good ehlo
          hello \(strange)*9 \(openssl)*4
          tcp windows
          syn 128/mss*7

        dialect quiet bot
          origin test
          state ehlo EHLO {literal}
          on start 220 to ehlo
          final good ehlo

        """

    private func model() throws -> DialectModel {
        try DialectDocument.model(from: Self.text, file: "test").get()
    }

    private func names(_ model: DialectModel, _ names: String...) -> [DialectMatch.DialectName] {
        let machine = DecisionMachine(
            model: DialectModel(dialects: model.dialects.filter { names.contains($0.name) }), vantage: .wire)
        return DialectMatcher(machine: machine).match.dialects
    }

    @Test("A document keeps it, word for word")
    func document() throws {
        #expect(DialectDocument.text(for: try model()) == Self.text)
    }

    @Test(
        "Each fault in its line",
        arguments: [
            ("tls", "write \"tls\" and at least one word behind it"),
            ("tls OpenSSL", "\"OpenSSL\" is not a library: use lower-case letters, digits, dashes"),
            ("tcp beos", "\"beos\" is not a system: use linux, windows, freebsd, openbsd, apple"),
            ("hello t13d311000", "\"t13d311000\" is not a JA4 fingerprint, with *N for a count"),
            ("hello \(openssl)*0", "\"\(openssl)*0\" is not a JA4 fingerprint, with *N for a count"),
            (
                "syn 63/mss", "\"63/mss\" is not the shape of a SYN: write HOPS/OPTION,OPTION…, as 64/mss,sok,ts,nop,ws"
            ),
            (
                "syn 64/mss1460",
                "\"64/mss1460\" is not the shape of a SYN: write HOPS/OPTION,OPTION…, as 64/mss,sok,ts,nop,ws"
            ),
        ])
    func faults(line: String, fault: String) {
        let text = "argot-dialects 2\ndialect x tool\norigin t\nstate a QUIT\non start any to a\n\(line)\n"
        guard case .failure(let faults) = DialectDocument.model(from: text, file: "m") else {
            Issue.record("no fault")
            return
        }
        #expect(faults.faults.map(\.description) == ["m:6: \(fault)"])
    }

    @Test("Version 1 has none of it, and there is a bound")
    func bounds() {
        let body = "dialect x tool\norigin t\nstate a QUIT\non start any to a\n"
        for line in ["tls openssl", "tcp linux", "hello \(Self.openssl)", "syn 64/mss"] {
            guard case .failure = DialectDocument.model(from: "argot-dialects 1\n" + body + line + "\n", file: "m")
            else {
                Issue.record("\(line) in version 1")
                continue
            }
        }
        let hellos = (0..<65).map { "t13d311000_e8f1e7e78f70_0000000000\(10 + $0)" }.joined(separator: " ")
        guard case .failure = DialectDocument.model(from: "argot-dialects 2\n" + body + "hello \(hellos)\n", file: "m")
        else {
            Issue.record("65 hellos")
            return
        }
    }

    @Test(
        "The way is taken off a SYN",
        arguments: [
            ("64240/57/mss1460,sok,ts,nop,ws7", "64/mss,sok,ts,nop,ws", ClientSystem.linux),
            ("65535/64/mss65495,sok,ts,nop,ws10", "64/mss,sok,ts,nop,ws", .linux),
            ("64240/41/mss1360,sok,ts,nop,ws7,?34,nop,nop", "64/mss,sok,ts,nop,ws,?34,nop,nop", .linux),
            ("8192/126/mss1460,nop,ws8,nop,nop,sok", "128/mss,nop,ws,nop,nop,sok", .windows),
            ("65535/128/mss1460,nop,nop,sok", "128/mss,nop,nop,sok", .windows),
            ("8192/110/mss1360,nop,ws8,sok,ts", "128/mss,nop,ws,sok,ts", .windows),
            ("65535/51/mss1460,nop,ws6,sok,ts", "64/mss,nop,ws,sok,ts", .freebsd),
            ("65535/64/mss1460,nop,ws4,nop,nop,ts,sok,eol", "64/mss,nop,ws,nop,nop,ts,sok,eol", .apple),
            ("16384/50/mss1460,nop,nop,sok,nop,ws3,nop,nop,ts", "64/mss,nop,nop,sok,nop,ws,nop,nop,ts", .openbsd),
            ("512/63/mss1460", "64/mss", nil), ("8192/64/", "64/none", nil), ("4128/240/mss536", "255/mss", nil),
        ] as [(String, String, ClientSystem?)])
    func shapes(seen: String, pattern: String, system: ClientSystem?) throws {
        let found = try #require(SYNPattern.seen(seen)?.pattern)
        #expect(found.description == pattern)
        #expect(SYNPattern(pattern) == found)
        #expect(ClientSystem(found) == system)
    }

    @Test("What is no SYN and no fingerprint is none, whatever it is")
    func garbage() {
        for text in ["", "/", "1/2", "64240/0/mss", "64240/300/mss", "99999/64/mss", "1/64/mss1460,xyz", "1/64/?300"] {
            #expect(SYNPattern.seen(text) == nil, "\(text)")
        }
        for text in ["", "t13d311000_e8f1e7e78f70", Self.openssl + "0", "q" + Self.openssl.dropFirst(), "é"] {
            #expect(HelloPrint(text) == nil, "\(text)")
        }
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5_000 {
            var bytes = Array(Self.openssl.utf8)
            bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            let text = String(decoding: bytes, as: UTF8.self)
            if let hello = HelloPrint(text) { #expect(hello.suites.count == 12 && hello.extensions.count == 12) }
            _ = SYNPattern.seen(text)
        }
    }

    @Test("A hello agrees, is another's, or the dialect's own")
    func hellos() throws {
        let model = try model()
        let table = ConnectionTable(model: model)
        let (relay, mailer) = (names(model, "relay"), names(model, "mailer"))
        let (engine, quiet) = (names(model, "engine"), names(model, "quiet"))
        func say(_ hello: String, _ speakers: [DialectMatch.DialectName]) throws -> ConnectionFinding {
            table.finding(of: try #require(HelloPrint(hello)), speaking: speakers)
        }
        #expect(try say(Self.openssl, relay) == .agrees)
        // Resumption adds an extension.
        #expect(try say(Self.resumed, relay) == .agrees)
        #expect(try say(Self.gnutls, relay) == .other)
        #expect(try say(Self.openssl, mailer) == .agrees)
        // One of two may be it.
        #expect(try say(Self.gnutls, relay + mailer) == .agrees)
        #expect(try say(Self.strange, engine) == .own)
        // What honest software has as well is nobody's own.
        #expect(try say(Self.openssl, engine) == .agrees)
        // A hostile dialect is not contradicted, nor is one of which nothing is known, nor nobody.
        #expect(try say(Self.gnutls, engine) == .unknown)
        #expect(try say(Self.strange, quiet) == .unknown)
        #expect(try say(Self.strange, engine + quiet) == .agrees)
        #expect(try say(Self.strange, engine + relay) == .agrees)
        #expect(try say(Self.gnutls, []) == .unknown)
        // A hello that nobody has.
        #expect(try say("t13d010100_cccccccccccc_dddddddddddd", relay) == .unknown)
        #expect(try say(Self.strange, relay) == .unknown, "whose library is not known")
        #expect(table.libraries(of: try #require(HelloPrint(Self.openssl))) == ["openssl"])
    }

    @Test("A SYN agrees, is another system's, or the dialect's own")
    func syns() throws {
        let model = try model()
        let table = ConnectionTable(model: model)
        func say(_ syn: String, _ speakers: [DialectMatch.DialectName]) throws -> ConnectionFinding {
            table.finding(of: try #require(SYNPattern.seen(syn)).pattern, speaking: speakers)
        }
        let (linux, windows) = ("64240/57/mss1460,sok,ts,nop,ws7", "8192/126/mss1460,nop,ws8,nop,nop,sok")
        #expect(try say(linux, names(model, "relay")) == .agrees)
        #expect(try say(linux + ",?34,nop,nop", names(model, "relay")) == .agrees)
        #expect(try say(windows, names(model, "relay")) == .other)
        #expect(try say(windows, names(model, "mailer")) == .unknown)
        #expect(try say(windows, names(model, "relay") + names(model, "mailer")) == .unknown)
        #expect(try say(windows, names(model, "engine")) == .agrees)
        #expect(try say(linux, names(model, "engine")) == .unknown, "a bot may come through a proxy")
        #expect(try say("512/100/mss1460", names(model, "engine")) == .own)
        #expect(try say("512/100/mss1460", names(model, "engine") + names(model, "quiet")) == .agrees)
        #expect(try say("512/100/mss1460", names(model, "relay")) == .unknown)
    }

    @Test("The systems' SYNs differ, and each is a pattern")
    func systems() {
        for system in ClientSystem.allCases {
            #expect(!system.words.isEmpty)
            for word in system.words { #expect(SYNPattern(word).flatMap { ClientSystem($0) } == system, "\(word)") }
        }
    }

    @Test("The decision machine is the same without it")
    func vantagesOfTheirOwn() throws {
        let model = try model()
        let bare = DialectModel(
            dialects: model.dialects.map {
                Dialect(
                    name: $0.name, dialectClass: $0.dialectClass, origin: $0.origin, offers: $0.offers,
                    states: $0.states, transitions: $0.transitions, finals: $0.finals)
            })
        for vantage in Vantage.allCases {
            for argument in ["mail.example.org", "box", "192.0.2.1", "[192.0.2.1]"] {
                var posteriors: [DialectPosterior] = []
                for model in [model, bare] {
                    var matcher = DialectMatcher(machine: DecisionMachine(model: model, vantage: vantage))
                    let bytes = Array(argument.utf8)
                    matcher.take(.hello, Array(Self.gnutls.utf8).span)
                    matcher.take(.syn, Array("64240/57/mss1460".utf8).span)
                    matcher.take(.helo(EventReader(peers: SessionPeers()).shape(of: bytes)), bytes.span)
                    posteriors.append(matcher.posterior)
                }
                #expect(posteriors[0] == posteriors[1], "\(vantage.rawValue) \(argument)")
            }
        }
    }
}
