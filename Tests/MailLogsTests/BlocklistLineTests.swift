import MailLogs
import SMTP
import Testing

@Suite("Blocklists")
struct BlocklistLineTests {
    @Test(arguments: [
        ("192.0.2.1", ["192.0.2.1/32"]), ("192.0.2.0/24 :127.0.0.2:spam", ["192.0.2.0/24"]),
        ("192.0.2", ["192.0.2.0/24"]),
        ("10", ["10.0.0.0/8"]), ("192.0.2.5:127.0.0.2", ["192.0.2.5/32"]), ("192.0.2.9/24", ["192.0.2.0/24"]),
        ("192.0.2.5-9", ["192.0.2.5/32", "192.0.2.6/31", "192.0.2.8/31"]),
        ("192.0.0-192.0.3", ["192.0.0.0/22"]), ("2001:db8::/32", ["2001:db8::/32"]), ("0/0", ["0.0.0.0/0"]),
        ("  192.0.2.1 # why", ["192.0.2.1/32"]), ("0.0.0.0-255.255.255.255", ["0.0.0.0/0"]),
    ])
    func networks(line: String, networks: [String]) throws {
        #expect(BlocklistLine(line) == .networks(try networks.map { try #require(AddressPrefix($0)) }))
    }

    @Test(arguments: ["", "# x", "; x", "$SOA 3000 a b", ":127.0.0.2:text", "bad.example", "*.bad.example :2:x"])
    func nothing(line: String) { #expect(BlocklistLine(line) == .nothing) }

    @Test(arguments: ["???", "192.0.2.9-192.0.2.5", "300.1", "192.0.2.1/40"]) func faults(line: String) {
        guard case .fault = BlocklistLine(line) else {
            Issue.record("taken: \(BlocklistLine(line))")
            return
        }
    }

    @Test func exceptions() throws {
        #expect(BlocklistLine("!192.0.2.7") == .exclusion([try #require(AddressPrefix("192.0.2.7/32"))]))
    }
}
