import Seeded
import SMTP
import Testing

/// The address argument of MAIL and RCPT in every spelling that servers take.
struct MailAddressTests {
    struct Spelling: CustomTestStringConvertible {
        var argument: String
        var form = MailAddress.Form.bracketed
        var local: String
        var domain: String
        var route = false
        /// What Postfix 3.7 was seen to print between `<` and `>`.
        var printed: String
        var testDescription: String { argument }
    }

    static let spellings: [Spelling] = [
        Spelling(argument: "<u@d>", local: "u", domain: "d", printed: "u@d"),
        Spelling(
            argument: "<NoSuch@Lab.Example>", local: "NoSuch", domain: "Lab.Example", printed: "NoSuch@Lab.Example"),
        Spelling(
            argument: "nosuch@lab.example", form: .bare, local: "nosuch", domain: "lab.example",
            printed: "nosuch@lab.example"),
        Spelling(argument: "<@x:u@d>", local: "u", domain: "d", route: true, printed: "u@d"),
        Spelling(argument: "<@x,@y:u@d>", local: "u", domain: "d", route: true, printed: "u@d"),
        Spelling(argument: "<\"no such\"@d>", local: "no such", domain: "d", printed: "no such@d"),
        Spelling(argument: "<<u@d>>", local: "u", domain: "d", printed: "u@d"),
        Spelling(argument: "<<<u@d>>>", local: "u", domain: "d", printed: "u@d"),
        Spelling(argument: "<\"a@b\"@d>", local: "a@b", domain: "d", printed: "a@b@d"),
        Spelling(argument: "<\"a\\\"b\"@d>", local: "a\"b", domain: "d", printed: "a\"b@d"),
        Spelling(argument: "<a\\ b@d>", local: "a b", domain: "d", printed: "a b@d"),
        Spelling(argument: "<\"a\\\\b\"@d>", local: "a\\b", domain: "d", printed: "a\\b@d"),
        Spelling(argument: "<root>", local: "root", domain: "", printed: "root"),
        Spelling(argument: "root", form: .bare, local: "root", domain: "", printed: "root"),
        Spelling(argument: "<postmaster>", local: "postmaster", domain: "", printed: "postmaster"),
        Spelling(argument: "<u@[192.0.2.1]>", local: "u", domain: "[192.0.2.1]", printed: "u@[192.0.2.1]"),
        Spelling(
            argument: "<u@[IPv6:2001:db8::1]>", local: "u", domain: "[IPv6:2001:db8::1]",
            printed: "u@[IPv6:2001:db8::1]"),
        Spelling(argument: "<a+b%c!d@e>", local: "a+b%c!d", domain: "e", printed: "a+b%c!d@e"),
        Spelling(argument: "<>", form: .null, local: "", domain: "", printed: ""),
        Spelling(argument: "", form: .bare, local: "", domain: "", printed: ""),
        Spelling(argument: "<", form: .bare, local: "<", domain: "", printed: "<"),
        Spelling(argument: "<u@d", form: .bare, local: "<u", domain: "d", printed: "<u@d"),
    ]

    @Test(arguments: spellings)
    func spelling(_ spelling: Spelling) {
        let address = MailAddress(argument: Array(spelling.argument.utf8))
        #expect(address.form == spelling.form)
        #expect(address.localPart == spelling.local)
        #expect(address.domain == spelling.domain)
        #expect(address.hasSourceRoute == spelling.route)
        #expect(address.unquoted == spelling.printed)
        #expect(address.folded == spelling.printed.lowercased())
    }

    @Test("a quoted local part without a domain has no domain, whatever stands between the quotes")
    func atSignBetweenQuotes() {
        let address = MailAddress(argument: Array("<\"a@b\">".utf8))
        #expect(address.localPart == "a@b")
        #expect(address.domain == "")
    }

    @Test func twoSpellingsOfOneAddressFoldAlike() {
        let plain = MailAddress(argument: Array("<User@Example.Net>".utf8))
        for text in ["user@example.net", "<@relay.example:USER@example.NET>", "<\"user\"@example.net>"] {
            #expect(MailAddress(argument: Array(text.utf8)).folded == plain.folded)
        }
    }

    @Test func anyBytesAreAnAddress() {
        var generator = SeededGenerator(seed: 4)
        let alphabet: [UInt8] = Array("<>@:\"\\,ab. ".utf8) + [0, 0x80, 0xff]
        var forms: Set<MailAddress.Form> = []
        for _ in 0..<50_000 {
            let length = Int.random(in: 0...12, using: &generator)
            let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator)! }
            let address = MailAddress(argument: bytes)
            forms.insert(address.form)
            if address.form == .null { #expect(address.unquoted.isEmpty) }
            #expect(address.unquoted.unicodeScalars.count <= bytes.count)
        }
        #expect(forms == [.bracketed, .bare, .null])
    }

    @Test("what is plain is read as everything else is, and folds to what its text folds to")
    func plain() {
        var random = SeededGenerator(seed: 11)
        let letters = Array("abzABZ019.-_+=<>@\"\\ é\u{7f}".utf8)
        for _ in 0..<4_000 {
            let text = (0..<Int.random(in: 0...12, using: &random)).map { _ in letters.randomElement(using: &random)! }
            let address = MailAddress(argument: Array("<".utf8) + text + Array(">".utf8))
            // A quote in front keeps the address from being plain, and is taken off again.
            let slow = MailAddress(argument: Array("<\"\"".utf8) + text + Array(">".utf8))
            let isQuoted = text.contains(UInt8(ascii: "\"")) || text.contains(UInt8(ascii: "\\"))
            if !isQuoted, text.first != UInt8(ascii: "@"), text.first != UInt8(ascii: "<"), !text.isEmpty {
                #expect(address.localPart == slow.localPart && address.domain == slow.domain)
                #expect(address.unquoted == slow.unquoted && address.foldedDomain == slow.foldedDomain)
                #expect(address.folded == slow.folded)
            }
            #expect(address.foldedDomain == MailDomain.folded(address.domain))
        }
    }
}
