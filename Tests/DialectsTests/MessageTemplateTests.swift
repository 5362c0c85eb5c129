import Dialects
import SMTP
import Testing

/// Templates as a document has them.
struct MessageTemplateTests {
    private func content(_ text: String) throws -> MessageTemplate.Content { try MessageTemplate(text).content }

    @Test(
        arguments: [
            ("HELO {fqdn}", .forms([.fqdn])), ("HELO {label}", .forms([.singleLabel])),
            ("HELO {ip}", .forms([.bareIPv4])),
            ("HELO {literal}", .forms([.literalIPv4])), ("HELO {literal6}", .forms([.literalIPv6])),
            ("HELO {localhost}", .forms([.localhost])), ("HELO {localdomain}", .forms([.localhostLocaldomain])),
            ("HELO {empty}", .forms([.empty])), ("HELO {malformed}", .forms([.malformed])),
            ("HELO {any}", .forms(Set(HELOShape.Form.allCases))), ("HELO {fqdn|label}", .forms([.fqdn, .singleLabel])),
            ("HELO localhost", .literal("localhost", isOwned: false)),
            ("HELO mail.ru", .literal("mail.ru", isOwned: false)),
            ("HELO \"ylmf-pc\"", .literal("ylmf-pc", isOwned: true)), ("HELO {label}.net", .skeleton("{label}.net")),
            ("HELO www.{label}.com", .skeleton("www.{label}.com")),
            ("HELO {label}.co.example", .skeleton("{label}.co.example")),
        ] as [(String, HELOPattern.Content)])
    func argumentOfHELO(text: String, content: HELOPattern.Content) throws {
        guard case .helo(let pattern, false) = try self.content(text) else {
            Issue.record("no HELO: \(text)")
            return
        }
        #expect(pattern.content == content)
        #expect(pattern.required == [])
        #expect(pattern.forbidden == [])
    }

    @Test func traitsAreRequiredOrForbidden() throws {
        let pattern = try HELOPattern("{label|fqdn +upper -ptr -server +underscore -other}")
        #expect(pattern.content == .forms([.singleLabel, .fqdn]))
        #expect(pattern.required == [.uppercase, .underscore])
        #expect(pattern.forbidden == [.equalsPTR, .equalsServer, .otherAddress])
    }

    @Test func verbsMayHaveAnyLetterCase() throws {
        #expect(try content("ehlo {fqdn}") == content("EHLO {fqdn}"))
        #expect(try content("mail FROM:<{addr}>") == content("MAIL From: <{addr}>"))
        #expect(try content("rcpt to:<{addr}>") == content("RCPT TO:<{addr}>"))
        #expect(try content("data") == .data)
        #expect(try MessageTemplate("mail From: <{addr}>").text == "mail From: <{addr}>")
    }

    @Test(
        arguments: [
            ("DATA", .data), ("BDAT {n} LAST", .data), ("RSET", .reset), ("STARTTLS", .startTLS), ("QUIT", .hidden),
            ("NOOP", .hidden), ("VRFY {x}", .hidden), ("AUTH LOGIN", .hidden), ("ETRN x", .hidden),
            ("HELP", .hidden),
            ("XFOO bar", .unknown("XFOO")), ("xfoo", .unknown("xfoo")), ("{message}", .message(.any)),
        ] as [(String, MessageTemplate.Content)])
    func otherCommands(text: String, content: MessageTemplate.Content) throws {
        #expect(try self.content(text) == content)
    }

    @Test func headersOfAMessage() throws {
        #expect(
            try content("{message From,X-Y!}")
                == .message(.prefix([.init(name: "From"), .init(name: "X-Y", hasBlank: false)])))
    }

    @Test(
        arguments: [
            ("<{addr}>", [.bracketed, .null], .any), ("{addr}", [.bare], .any), ("<>", [.null], .any),
            ("<{path}>", [.bracketed, .null], .any), ("<{sender}>", [.bracketed], .sameAsSender),
            ("{sender}", [.bare], .sameAsSender), ("<a@b>", [.bracketed], .literal("a@b")),
            ("a@b", [.bare], .literal("a@b")),
        ] as [(String, Set<MailAddress.Form>, AddressPattern.Content)])
    func address(text: String, forms: Set<MailAddress.Form>, content: AddressPattern.Content) throws {
        let pattern = try AddressPattern(text)
        #expect(pattern.forms == forms)
        #expect(pattern.content == content)
    }

    @Test func parametersBehindAnAddress() throws {
        let list = try ParameterPattern.list(" SIZE={n}[ BODY=8BITMIME][ RET={x}] SMTPUTF8[ A]")
        #expect(list.map(\.name) == ["SIZE", "BODY", "RET", "SMTPUTF8", "A"])
        #expect(list.map(\.value) == [.number, .literal("8BITMIME"), .any, .absent, .absent])
        #expect(list.map(\.isOptional) == [false, true, true, false, true])
    }

    @Test(
        "Each fault of a template, with its remedy",
        arguments: [
            ("", "the template is empty: write a command or {message}"),
            (": x", "the template is empty: write a command or {message}"),
            ("{label}", "\"{label}\" is not a command"), ("{mess", "\"{mess\" is not a command"),
            ("HELO }", "\"}\" without \"{\" in \"}\""),
            (
                "HELO {ip}.example",
                "\"{ip}.example\" mixes text and placeholders: only {label} as first or second label can"
            ),
            (
                "HELO a.b.{label}",
                "\"a.b.{label}\" mixes text and placeholders: only {label} as first or second label can"
            ),
            (
                "HELO x{label}.net",
                "\"x{label}.net\" mixes text and placeholders: only {label} as first or second label can"
            ),
            (
                "HELO {label}.{label}",
                "\"{label}.{label}\" mixes text and placeholders: only {label} as first or second label can"
            ),
            (
                "HELO {fqdn",
                "\"{fqdn\" mixes text and placeholders: only {label} as first or second label can"
            ),
            (
                "HELO {name}",
                "\"name\" is not a form of a HELO argument: use any, fqdn, label, ip, literal, literal6, localhost, "
                    + "localdomain, empty, malformed"
            ),
            (
                "HELO {}",
                "\"{}\" names no form: use any, fqdn, label, ip, literal, literal6, localhost, localdomain, empty, malformed"
            ),
            ("HELO {fqdn upper}", "\"upper\" is not a trait: use + or - before ptr, server, other, underscore, upper"),
            ("HELO {fqdn +high}", "\"+high\" is not a trait: use + or - before ptr, server, other, underscore, upper"),
            ("HELO {fqdn +}", "\"+\" is not a trait: use + or - before ptr, server, other, underscore, upper"),
            ("MAIL <{addr}>", "\"MAIL <{addr}>\": FROM: is missing"),
            ("MAIL TO:<{addr}>", "\"MAIL TO:<{addr}>\": FROM: is missing"),
            ("RCPT FROM:<{addr}>", "\"RCPT FROM:<{addr}>\": TO: is missing"), ("RCPT", "\"RCPT\": TO: is missing"),
            ("MAIL FROM:<{addr}", "\"MAIL FROM:<{addr}\": \">\" is missing"),
            ("MAIL FROM:", "\"\" is not an address: use {addr}, {path}, {sender} or a literal address"),
            ("MAIL FROM:<{name}>", "\"<{name}>\" is not an address: use {addr}, {path}, {sender} or a literal address"),
            ("MAIL FROM:<a b>", "\"<a b>\" is not an address: use {addr}, {path}, {sender} or a literal address"),
            ("RCPT TO:{path}", "\"{path}\" is not an address: use {addr}, {path}, {sender} or a literal address"),
            ("MAIL FROM:<{sender}>", "{sender} has no meaning in MAIL"),
            ("MAIL FROM:<{addr}>SIZE={n}", "a blank is missing before \"SIZE={n}\""),
            ("MAIL FROM:<{addr}>[SIZE={n}]", "a blank is missing before \"SIZE={n}]\""),
            ("MAIL FROM:<{addr}>[ SIZE={n}", "\"]\" is missing after \"SIZE={n}\""),
            ("MAIL FROM:<{addr}> ={n}", "\"={n}\" is not a parameter: write NAME, NAME={n}, NAME={x} or NAME=TEXT"),
            ("MAIL FROM:<{addr}> A]", "\"A]\" is not a parameter: write NAME, NAME={n}, NAME={x} or NAME=TEXT"),
            (
                "MAIL FROM:<{addr}> SIZE={d}",
                "\"SIZE={d}\" is not a parameter: write NAME, NAME={n}, NAME={x} or NAME=TEXT"
            ),
            ("MAIL FROM:<{addr}>[ {x}]", "\"{x}\" is not a parameter: write NAME, NAME={n}, NAME={x} or NAME=TEXT"),
            ("{message From,,To}", "\"\" is not a header name"), ("{message From:}", "\"From:\" is not a header name"),
            ("{message !}", "\"!\" is not a header name"), ("{message A B}", "\"A B\" is not a header name"),
        ])
    func fault(text: String, problem: String) {
        let error = #expect(throws: TemplateError.self) { try MessageTemplate(text) }
        #expect(error?.description == problem)
    }

    @Test func visibilityDependsOnTheVantage() throws {
        let shown = ["HELO {any}", "MAIL FROM:<{addr}>", "RCPT TO:<{addr}>", "DATA", "{message}", "STARTTLS", "XFOO"]
        for template in try shown.map({ try MessageTemplate($0) }) {
            for vantage in Vantage.allCases {
                #expect(template.isVisible(at: vantage, inTransaction: false))
                #expect(template.isVisible(at: vantage, inTransaction: true))
            }
        }
        let reset = try MessageTemplate("RSET")
        let quit = try MessageTemplate("QUIT")
        for vantage in [Vantage.milterPostfix, .milterSendmail] {
            #expect(reset.isVisible(at: vantage, inTransaction: true))
            #expect(!reset.isVisible(at: vantage, inTransaction: false))
            #expect(!quit.isVisible(at: vantage, inTransaction: true))
        }
        #expect(reset.isVisible(at: .wire, inTransaction: false))
        #expect(quit.isVisible(at: .wire, inTransaction: false))
    }
}
