import Policy
import SMTP
import Testing

/// Who loses mail to a temporary refusal.
@Suite("Senders that retry badly")
struct RetryListTests {
    private static let document = """
        # A comment.
        .pool.example   elsewhere  a pool (docs.pool.example)
        one.example     never      a host without a queue (one.example/help)

        192.0.2.0/24    late       a network (net.example)
        2001:db8:1::/48 elsewhere  another (net.example)
        """

    private let list: RetryList

    init() throws { list = try RetryList(document: Self.document, file: "list") }

    @Test(arguments: [
        ("203.0.113.1", "out-7.pool.example", true), ("203.0.113.1", "pool.example", true),
        ("203.0.113.1", "notpool.example", false), ("203.0.113.1", "pool.example.evil.example", false),
        ("203.0.113.1", "one.example", true), ("203.0.113.1", "a.one.example", false), ("203.0.113.1", "", false),
        ("192.0.2.200", "", true), ("192.0.3.1", "", false), ("2001:db8:1:7::5", "", true),
        ("2001:db8:2::5", "", false),
        ("::ffff:192.0.2.9", "", true),
    ])
    func holds(client: String, name: String, isIn: Bool) throws {
        #expect(list.contains(client: try #require(ClientAddress(client)), verifiedName: name) == isIn)
    }

    @Test func everyFaultIsNamedWithItsLine() {
        let text =
            "ok.example never why (x)\n.pool.example sometimes why\n0.0.0.0/0 never why\nuser@a.example never why\nb.example never"
        #expect {
            try RetryList(document: text, file: "/etc/list")
        } throws: { error in
            guard let faults = error as? RetryList.Faults else { return false }
            return faults.faults.map(\.line) == [2, 3, 4, 5]
                && faults.description.contains("/etc/list:2: \".pool.example\" lacks how it retries")
                && faults.description.contains("/etc/list:3: \"0.0.0.0/0\" is everybody")
        }
    }

    @Test func tooLongADocumentIsRefused() {
        let lines = (0...RetryList.maximumEntries).map { "h\($0).example never why" }
        #expect(throws: RetryList.Faults.self) {
            try RetryList(document: lines.joined(separator: "\n"), file: "list")
        }
    }

    @Test func theShippedListSaysWhyAndWhere() throws {
        let shipped = RetryList.shipped
        #expect(shipped.entries.count > 20)
        #expect(shipped.entries.allSatisfy { $0.reason.contains("(") && $0.reason.hasSuffix(")") })
        #expect(Set(shipped.entries.map(\.client)).count == shipped.entries.count)
        let somewhere = try #require(ClientAddress("203.0.113.1"))
        #expect(shipped.contains(client: somewhere, verifiedName: "a4-10.smtp-out.eu-west-1.amazonses.com"))
        #expect(shipped.contains(client: try #require(ClientAddress("40.107.22.5")), verifiedName: ""))
        // Hosts for hire and lines of customers are no pool of mail servers.
        for name in ["ec2-1-2-3-4.compute.amazonaws.com", "4.3.2.1.bc.googleusercontent.com", "", "localhost"] {
            #expect(!shipped.contains(client: somewhere, verifiedName: name))
        }
    }
}
