import Seeded
import SMTP
import Testing

/// What a HELO argument looks like, and how it relates to client and server.
struct HELOShapeTests {
    static let client = ClientAddress("192.0.2.10")
    static let server = ClientAddress("198.51.100.25")

    private func shape(_ argument: String, client: ClientAddress? = Self.client) -> HELOShape {
        HELOShape(
            of: Array(argument.utf8), client: client, ptr: "host.example.net", server: "mx.example.org",
            serverAddress: Self.server)
    }

    @Test(
        arguments: [
            ("mail.example.net", .fqdn), ("a.b", .fqdn), ("MAIL.Example.NET", .fqdn), ("mail.example.net.", .fqdn),
            ("foo_bar.example.net", .fqdn), ("xn--bcher-kva.example", .fqdn), ("1.2.3.4.5", .fqdn),
            ("256.1.1.1", .fqdn),
            ("friend", .singleLabel), ("-x-", .singleLabel), ("foo_bar", .singleLabel), ("12345", .singleLabel),
            ("friend.", .singleLabel), ("192.0.2.10", .bareIPv4), ("198.51.100.25", .bareIPv4),
            ("[192.0.2.10]", .literalIPv4), ("[IPv6:2001:db8::1]", .literalIPv6), ("[ipv6:2001:DB8::1]", .literalIPv6),
            ("localhost", .localhost), ("LocalHost", .localhost), ("localhost.localdomain", .localhostLocaldomain),
            ("LOCALHOST.LOCALDOMAIN", .localhostLocaldomain), ("", .empty), ("a b c", .malformed), (" ", .malformed),
            (".", .malformed), (".example.net", .malformed), ("<script>", .malformed), ("a@b", .malformed),
            ("2001:db8::1", .malformed), ("IPv6:2001:db8::1", .malformed), ("[", .malformed), ("[]", .malformed),
            ("[192.0.2.300]", .malformed), ("[host]", .malformed), ("bücher.example", .malformed),
            ("a\u{7f}", .malformed),
            ("a\0b", .malformed), ("host\t", .malformed), ("\u{212a}elvin", .malformed),
        ] as [(String, HELOShape.Form)])
    func form(argument: String, form: HELOShape.Form) {
        #expect(shape(argument).form == form)
    }

    @Test func bytesThatAreNoTextAreMalformed() {
        let shape = HELOShape(of: [0xff, 0xfe, 0x41], client: nil, ptr: nil, server: nil)
        #expect(shape == HELOShape(form: .malformed))
    }

    @Test(
        arguments: [
            ("host.example.net", [.equalsPTR]), ("Host.Example.Net", [.equalsPTR]), ("mx.example.org", [.equalsServer]),
            ("MX.EXAMPLE.ORG", [.equalsServer, .uppercase]), ("[198.51.100.25]", [.equalsServer, .otherAddress]),
            ("198.51.100.25", [.equalsServer, .otherAddress]), ("[192.0.2.10]", []), ("192.0.2.10", []),
            ("[192.0.2.11]", [.otherAddress]), ("192.0.2.11", [.otherAddress]), ("[IPv6:2001:db8::1]", [.otherAddress]),
            ("[IPv6:::ffff:192.0.2.10]", []), ("foo_bar", [.underscore]), ("WORKGROUP", [.uppercase]),
            ("DESKTOP-1A2B", [.uppercase]), ("A1", []), ("A", []), ("Ab", []), ("AB", [.uppercase]), ("123", []),
            ("", []), ("FOO_BAR", [.underscore, .uppercase]), ("other.example", []),
        ] as [(String, HELOShape.Traits)])
    func traits(argument: String, traits: HELOShape.Traits) {
        #expect(shape(argument).traits == traits)
    }

    @Test func nothingIsHeldAgainstAnAddressWhenTheClientIsUnknown() {
        #expect(shape("[192.0.2.11]", client: nil).traits == [])
    }

    @Test func aClientOnTheServerItselfMayGiveTheServersAddress() {
        #expect(shape("[198.51.100.25]", client: Self.server).traits == [])
    }

    @Test func everyArgumentHasExactlyOneForm() {
        var generator = SeededGenerator(seed: 5)
        let alphabet = Array("abzAZ09.-_[]: @é\0".utf8)
        var forms: Set<HELOShape.Form> = []
        for _ in 0..<20_000 {
            let length = Int.random(in: 0...8, using: &generator)
            let bytes = (0..<length).map { _ in alphabet.randomElement(using: &generator)! }
            let shape = HELOShape(of: bytes, client: Self.client, ptr: nil, server: nil)
            forms.insert(shape.form)
            #expect((shape.form == .empty) == bytes.isEmpty)
            let hasOddByte = bytes.contains { $0 >= 0x80 || $0 <= 0x20 || $0 == UInt8(ascii: "@") }
            if hasOddByte { #expect(shape.form == .malformed) }
        }
        #expect(forms.isSuperset(of: [.fqdn, .singleLabel, .empty, .malformed]))
    }
}
