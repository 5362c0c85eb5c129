import Policy
import Testing

/// What `argot allow` and `argot deny` take.
@Suite("Entries of the lists")
struct ClientListsTests {
    @Test(arguments: [
        ("192.0.2.1", "192.0.2.1"), ("192.0.2.0/24", "192.0.2.0/24"), ("2001:DB8::/32", "2001:db8::/32"),
        ("Example.NET", "example.net"), (".example.net", ".example.net"), ("example.net.", "example.net"),
        (".B\u{fc}cher.example", ".xn--bcher-kva.example"), ("XN--BCHER-KVA.example", "xn--bcher-kva.example"),
        ("b\u{fc}cher\u{3002}example", "xn--bcher-kva.example"), ("0.0.0.0/1", "0.0.0.0/1"),
    ])
    func areReadAndWrittenAlike(text: String, entry: String) throws {
        #expect(try #require(ClientLists.Entry(text)).description == entry)
    }

    @Test(arguments: [
        ("nonsense", "write an address"), ("a@example.net", "write the domain"), ("192.0.2.1/24", "no bits set"),
        ("0.0.0.0/0", "is everybody"), ("::/0", "is everybody"), ("..example.net", "write an address"),
    ])
    func isNoEntry(text: String, problem: String) {
        #expect(ClientLists.Entry(text) == nil)
        #expect(ClientLists.Entry.problem(with: text).contains(problem))
    }
}
