import Seeded
import SMTP
import Testing

/// One domain, however it is written.
@Suite("Domains are folded")
struct MailDomainTests {
    @Test(
        "to A-labels in lower case without the root's dot",
        arguments: [
            ("example.net", "example.net"), ("Example.NET", "example.net"), ("example.net.", "example.net"),
            ("example.net..", "example.net"), ("", ""), (".", ""), (".Example.net", ".example.net"),
            ("[192.0.2.1]", "[192.0.2.1]"), ("[IPv6:2001:DB8::1]", "[ipv6:2001:db8::1]"),
            ("b\u{fc}cher.example", "xn--bcher-kva.example"), ("BU\u{308}CHER.example", "xn--bcher-kva.example"),
            ("XN--Bcher-KVA.example", "xn--bcher-kva.example"), ("b\u{fc}cher\u{ff61}example", "xn--bcher-kva.example"),
            (".b\u{fc}cher.example.", ".xn--bcher-kva.example"),
            // Non-transitional: neither becomes "ss" nor another sigma.
            ("stra\u{df}e.example", "xn--strae-oqa.example"), ("fu\u{df}.example", "xn--fu-hia.example"),
            ("\u{3b2}\u{3cc}\u{3bb}\u{3bf}\u{3c2}.example", "xn--nxasmm1c.example"),
            ("\u{4f8b}\u{3048}.\u{30c6}\u{30b9}\u{30c8}", "xn--r8jz45g.xn--zckzah"),
            ("_dmarc.b\u{fc}cher.example", "_dmarc.xn--bcher-kva.example"),
            ("\u{ff4d}\u{ff58}.example", "mx.example"), ("\u{212a}.example", "k.example"),
        ])
    func folding(name: String, folded: String) {
        #expect(MailDomain.folded(name) == folded)
    }

    @Test("a label that cannot be converted keeps its bytes and hides no other one")
    func badLabels() {
        let long = String(repeating: "\u{fc}", count: 80)
        #expect(MailDomain.folded("A\u{fffd}.b\u{fc}cher.example") == "a\u{fffd}.xn--bcher-kva.example")
        #expect(MailDomain.folded("xn--\u{fc}.b\u{fc}cher.example").hasSuffix(".xn--bcher-kva.example"))
        #expect(MailDomain.folded("XN--not-punycode-.B\u{fc}cher.example") == "xn--not-punycode-.xn--bcher-kva.example")
        #expect(MailDomain.folded("\(long).b\u{fc}cher.example") == "\(long).xn--bcher-kva.example")
        #expect(MailDomain.folded("\u{fc}\0b.example") == "\u{fc}\0b.example")
        let endless = String(repeating: "\u{fc}.", count: 2_000)
        #expect(MailDomain.folded(endless) == String(endless.dropLast()))
    }

    @Test("whatever the bytes, what is folded stays as it is when it is folded again")
    func foldedStays() {
        var generator = SeededGenerator(seed: 9)
        let pieces = [
            "a", "B", ".", "xn--", "\u{fc}", "\u{df}", "\u{200d}", "\u{202e}", "\u{3002}", "\u{5d0}", "-", "\u{0}",
            "\u{600}",
        ]
        var converted = 0
        for _ in 0..<5_000 {
            let name = (0..<Int.random(in: 0...8, using: &generator)).map { _ in
                pieces.randomElement(using: &generator)!
            }.joined()
            let folded = MailDomain.folded(name)
            #expect(MailDomain.folded(folded) == folded, "\(name.debugDescription)")
            if folded.contains("xn--"), !name.contains("xn--") { converted += 1 }
        }
        #expect(converted > 100)
    }

    @Test("an address folds like what a log line shows of it")
    func addresses() {
        for argument in [
            "<User@B\u{fc}cher.Example.>", "user@xn--bcher-kva.example", "<\"user\"@B\u{dc}CHER\u{3002}example>",
        ] {
            let address = MailAddress(argument: Array(argument.utf8))
            #expect(address.foldedDomain == "xn--bcher-kva.example")
            #expect(address.folded == "user@xn--bcher-kva.example")
            #expect(MailAddress.folded(address.unquoted) == address.folded)
            #expect(MailAddress.folded("<\(address.unquoted)>") == address.folded)
        }
        #expect(MailAddress.folded("Postmaster") == "postmaster")
        #expect(MailAddress.folded("a@b@C.example") == "a@b@c.example")
        #expect(MailAddress.folded("\"No such\"@C.example") == "no such@c.example")
        #expect(MailAddress.folded("") == "")
    }
}
