import Dialects
import SMTP
import Testing

/// Situations of single sessions, each with the smallest model that shows it.
struct DecisionMachineTests {
    static let vantages = [Vantage.milterPostfix, .milterSendmail]

    @Test func matchNarrowsFromCandidatesToOne() throws {
        let machine = try machine([
            ("plain", script()), ("sized", script(mail: "MAIL FROM:<{addr}> SIZE={n}")),
            ("bare", script(mail: "MAIL FROM:{addr}")),
        ])
        var matcher = DialectMatcher(machine: machine)
        #expect(matcher.match.dialects.map(\.name) == ["plain", "sized", "bare"])
        matcher.take(.helo("mail.example.net"))
        guard case .candidates(let names) = matcher.match else {
            Issue.record("no candidates: \(matcher.match)")
            return
        }
        #expect(names.map(\.name) == ["plain", "sized", "bare"])
        #expect(matcher.states == "bare:helo plain:helo sized:helo")
        matcher.take(.mail(["<a@b>", "SIZE=5"]))
        #expect(matcher.match == .decided(names[1]))
        #expect(matcher.states == "sized:mail")
        matcher.take(.mail(["<a@b>", "SIZE=5"]))
        #expect(matcher.match == .noOpinion)
    }

    @Test func labelNamesThreeCandidatesAndCountsTheOthers() throws {
        let machine = try machine((1...5).map { ("d\($0)", script()) })
        var matcher = DialectMatcher(machine: machine)
        #expect(matcher.label == "d1|d2|d3|+2")
        #expect(matcher.match.description == matcher.label)
        matcher.take(.data)
        #expect(matcher.label == "")
    }

    @Test func ownedTextIsNobodyElses() throws {
        let machine = try machine([
            ("owner", script(helo: "EHLO \"ylmf-pc\"")), ("label", script(helo: "EHLO {label}")),
            ("any", script(helo: "EHLO {any}")), ("plain", script(helo: "EHLO ylmf-pc")),
            ("other", script(helo: "EHLO friend")),
        ])
        #expect(machine.names(.helo("ylmf-pc")) == ["owner", "plain"])
        #expect(machine.names(.helo("YLMF-PC")) == ["label", "any"])
        #expect(machine.names(.helo("friend")) == ["label", "any", "other"])
        #expect(machine.names(.helo("ylmf-pc.example")) == ["any"])
    }

    @Test func ownedNameIsNoSkeletonsEither() throws {
        let machine = try machine([
            ("owner", script(helo: "EHLO \"nmap.scanme.org\"")), ("skeleton", script(helo: "EHLO {label}.scanme.org")),
            ("inner", script(helo: "EHLO nmap.{label}.org")),
        ])
        #expect(machine.names(.helo("nmap.scanme.org")) == ["owner"])
        #expect(machine.names(.helo("map.scanme.org")) == ["skeleton"])
        #expect(machine.names(.helo("nmap.scanyou.org")) == ["inner"])
    }

    @Test(
        "A skeleton leaves exactly one label open",
        arguments: [
            ("x.net", ["first"]), ("y.net", ["first"]), ("www.x.com", ["second"]), ("www.com", []), ("x.y.net", []),
            ("net", []), (".net", []), ("www.x.com.au", []), ("WWW.x.com", []), ("x.NET", []),
        ])
    func skeleton(argument: String, names: [String]) throws {
        let machine = try machine([
            ("first", script(helo: "HELO {label}.net")), ("second", script(helo: "HELO www.{label}.com")),
        ])
        #expect(machine.names(.helo(argument)) == names)
    }

    @Test(
        "Traits",
        arguments: [
            ("HOST", ["upper", "label"]), ("host", ["label"]), ("host.example.net", ["fqdn"]),
            ("mx.example.org", ["fqdn", "server"]),
            ("other.example.net", ["fqdn", "not-ptr"]), ("192.0.2.10", ["own-ip"]), ("192.0.2.11", ["other-ip"]),
        ])
    func traits(argument: String, names: [String]) throws {
        let machine = try machine([
            ("fqdn", script(helo: "HELO {fqdn}")), ("upper", script(helo: "HELO {label +upper}")),
            ("label", script(helo: "HELO {label}")), ("server", script(helo: "HELO {fqdn +server}")),
            ("not-ptr", script(helo: "HELO {fqdn -ptr -server}")), ("own-ip", script(helo: "HELO {ip -other}")),
            ("other-ip", script(helo: "HELO {ip +other}")),
        ])
        #expect(Set(machine.names(.helo(argument))) == Set(names))
    }

    @Test("Optional parameters in every combination, in order, with their letter case")
    func optionalParameters() throws {
        let machine = try machine([
            ("d", script(mail: "MAIL FROM:<{path}>[ SIZE={n}][ BODY=8BITMIME][ ENVID={x}][ SMTPUTF8]"))
        ])
        let all = ["SIZE=12", "BODY=8BITMIME", "ENVID=a=b", "SMTPUTF8"]
        for chosen in 0..<16 {
            let parameters = all.indices.filter { chosen >> $0 & 1 == 1 }.map { all[$0] }
            #expect(machine.names(.helo("a.b"), .mail(["<a@b>"] + parameters)) == ["d"])
            #expect(machine.names(.helo("a.b"), .mail(["<>"] + parameters)) == ["d"])
            guard parameters.count > 1 else { continue }
            #expect(machine.names(.helo("a.b"), .mail(["<a@b>"] + parameters.reversed())).isEmpty)
        }
        let wrong = [
            ["size=12"], ["Size=12"], ["SIZE=x"], ["SIZE="], ["SIZE"], ["BODY=7BIT"], ["BODY=8bitmime"], ["SMTPUTF8=1"],
            ["smtputf8"], ["SIZE=1", "SIZE=2"], ["X=1"], [""], ["ENVID"],
        ]
        for parameters in wrong { #expect(machine.names(.helo("a.b"), .mail(["<a@b>"] + parameters)).isEmpty) }
        #expect(machine.names(.helo("a.b"), .mail(["<a@b>", "ENVID="])) == ["d"])
    }

    @Test func aValueThatOneDialectNamesIsStillAnyValueOfAnother() throws {
        let machine = try machine([
            ("eight", script(mail: "MAIL FROM:<{addr}> BODY=8BITMIME")),
            ("any", script(mail: "MAIL FROM:<{addr}> BODY={x}")),
            ("seven", script(mail: "MAIL FROM:<{addr}> SIZE=7")),
            ("number", script(mail: "MAIL FROM:<{addr}> SIZE={n}")),
        ])
        #expect(machine.names(.helo("a.b"), .mail(["<a@b>", "BODY=8BITMIME"])) == ["eight", "any"])
        #expect(machine.names(.helo("a.b"), .mail(["<a@b>", "BODY=7BIT"])) == ["any"])
        #expect(machine.names(.helo("a.b"), .mail(["<a@b>", "SIZE=7"])) == ["seven", "number"])
        #expect(machine.names(.helo("a.b"), .mail(["<a@b>", "SIZE=8"])) == ["number"])
    }

    @Test(
        "The address as MAIL named it",
        arguments: [
            ("<a@b>", "<a@b>", true), ("<a@b>", "<A@B>", true), ("<A@b>", "<a@B>", true), ("a@b", "<a@b>", true),
            ("<a@b>", "<c@b>", false), ("<a@b>", "a@b", false), ("<>", "<a@b>", false), ("<a@b>", "<a@b.c>", false),
        ])
    func sameAsSender(sender: String, recipient: String, isTaken: Bool) throws {
        let states =
            "state mail MAIL FROM:<{path}>\nstate bare MAIL FROM:{addr}\nstate rcpt RCPT TO:<{sender}>\n"
            + "on start 220 to mail bare\non mail 250 to rcpt\non bare 250 to rcpt"
        let machine = try machine([("d", states)])
        #expect(machine.names(.mail([sender]), .recipient([recipient])) == (isTaken ? ["d"] : []))
    }

    @Test func senderOfASecondTransactionCounts() throws {
        let states =
            "state mail MAIL FROM:<{addr}>\nstate rcpt RCPT TO:<{sender}>\nstate data DATA\nstate message {message}\n"
            + "on start 220 to mail\non mail 250 to rcpt\non rcpt 250 to data\non data 354 to message\non message any to mail"
        let machine = try machine([("d", states)])
        let first: [Step] = [.mail(["<a@b>"]), .recipient(["<a@b>"]), .data, .endOfHeaders, .mail(["<c@d>"])]
        #expect(machine.names(after: first + [.recipient(["<c@d>"])]).last == ["d"])
        #expect(machine.names(after: first + [.recipient(["<a@b>"])]).last == [])
    }

    @Test func headersThatAMessageBeginsWith() throws {
        let states = "state data DATA\nstate message {message Date,From!}\non start 220 to data\non data 354 to message"
        let machine = try machine([("d", states)])
        func names(_ headers: (String, String)...) -> [String] {
            machine.names(after: [.data] + headers.map { .header($0.0, $0.1) } + [.endOfHeaders]).last ?? []
        }
        #expect(names(("Date", " x"), ("From", "x")) == ["d"])
        #expect(names(("Date", " x"), ("From", "  x"), ("Other", "x")) == ["d"])
        #expect(names(("Date", "x"), ("From", "x")).isEmpty)
        #expect(names(("Date", "  x"), ("From", "x")).isEmpty)
        #expect(names(("date", " x"), ("From", "x")).isEmpty)
        #expect(names(("Date", " x")).isEmpty)
        #expect(names(("From", "x"), ("Date", " x")).isEmpty)
        #expect(names().isEmpty)
    }

    /// A TAB or a blank where nobody else has one is part of how a command is spelled, in templates as on the wire.
    @Test("Odd blanks are spelling", arguments: [Vantage.wire, .milterPostfixWire])
    func oddBlanks(vantage: Vantage) throws {
        func dialect(_ name: String, _ helo: String, _ mail: String, _ data: String) -> String {
            """
            dialect \(name) tool
             origin t
             state helo \(helo)
             state mail \(mail)
             state data \(data)
             on start 220 to helo
             on helo 250 to mail
             on mail 250 to data

            """
        }
        let text =
            dialect("plain", "EHLO {fqdn}", "MAIL FROM:<{addr}>", "DATA")
            + dialect("tab", "EHLO{tab}{fqdn}", "MAIL FROM:{tab}<{addr}>", "DATA{tab}")
            + dialect("blank", "EHLO  {fqdn}", "MAIL FROM: <{addr}>", "DATA{sp}")
        let machine = DecisionMachine(model: try model(text), vantage: vantage)
        for (name, between) in [
            ("plain", ["\u{20}", "", ""]), ("tab", ["\t", "\t", "\t"]), ("blank", ["  ", " ", " "]),
        ] {
            let lines = ["EHLO\(between[0])a.example.net", "MAIL FROM:\(between[1])<a@b>", "DATA\(between[2])"]
            for count in 1...3 { #expect(machine.names(after: lines.prefix(count).map(Step.line)).last == [name]) }
        }
    }
}
