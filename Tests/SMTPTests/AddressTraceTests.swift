import SMTP
import Testing

/// Names that are addresses, and names that only look like it.
@Suite("Addresses in names")
struct AddressTraceTests {
    @Test(arguments: [
        ("192.0.2.14", "192-0-2-14.pool.example.net", true), ("192.0.2.14", "14.2.0.192.in.example.net", true),
        ("192.0.2.14", "host192000002014.example.net", true), ("192.0.2.14", "c000020e.dsl.example.net", true),
        ("192.0.2.14", "dsl-2-14.example.net", false), ("192.0.2.14", "mail.example.net", false),
        ("192.0.2.14", "192-0-2-15.pool.example.net", false), ("192.0.2.14", "", false),
        ("192.0.2.2", "192-0-2-2.example.net", true), ("192.0.2.2", "mx2.example.net", false),
        ("2001:db8::25", "2001-0db8-0000-0000-0000-0000-0000-0025.example.net", true),
        ("2001:db8::25", "mail.example.net", false),
    ])
    func isWhole(address: String, name: String, isWhole: Bool) throws {
        let address = try #require(ClientAddress(address))
        #expect(AddressTrace(of: address).isWhole(in: Array(name.utf8)) == isWhole)
    }
}
