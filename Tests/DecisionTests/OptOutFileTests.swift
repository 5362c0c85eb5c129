import Policy
import SMTP
import Testing

@testable import Decision

/// Recipients that are never lied about.
@Suite("Recipients that have opted out")
struct OptOutFileTests {
    @Test func anAddressOrADomainALine() throws {
        let text = "# who has asked\nBoss@Example.org # in May\r\n\n  example.net\n.B\u{fc}cher.example"
        let entries = try OptOutFile.entries(text, file: "f")
        #expect(entries == ["boss@example.org", "example.net", ".xn--bcher-kva.example"])
        var selection = RecipientSelection(["x@a.example"])
        selection.formUnion(RecipientSelection(entries))
        for (address, isSelected) in [
            ("<boss@example.org>", true), ("<x@a.example>", true), ("<y@a.example>", false), ("<y@example.net>", true),
            ("<y@sub.example.net>", false), ("<y@sub.xn--bcher-kva.example>", true), ("<>", false),
        ] {
            #expect(
                selection.contains(MailAddress(argument: address.utf8), isTrap: true) == isSelected, "\(address)")
        }
    }

    @Test(
        arguments: [
            ("a@b.example c@d.example", "more than one word"), ("\n@example.org", "not a mail address"),
            ("boss", "neither an address"), ("x\u{0}@", "not a mail address"),
        ])
    func whatIsNoEntryIsSaidWithItsPlace(text: String, problem: String) {
        let fault = #expect(throws: DocumentFault.self) { try OptOutFile.entries(text, file: "f") }
        #expect(fault?.problem.contains(problem) == true && (fault?.line ?? 0) > 0)
    }

    @Test func aFileThatIsNamedIsThere() throws {
        #expect(try OptOutFile.read("") == [])
        let fault = #expect(throws: DocumentFault.self) { try OptOutFile.read("/nonexistent/opt-out") }
        #expect(fault?.problem.hasPrefix("cannot be read") == true)
    }
}
