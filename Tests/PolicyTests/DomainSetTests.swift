import Policy
import Testing

/// Names alone, and names with all below them.
struct DomainSetTests {
    static let set: DomainSet = ["example.net", ".Example.ORG", ".deep.example.com"]

    @Test(arguments: [
        ("example.net", true), ("a.example.net", false), ("xexample.net", false), ("example.org", true),
        ("a.example.org", true), ("a.b.c.example.org", true), ("xexample.org", false), ("org", false), ("", false),
        ("deep.example.com", true), ("very.deep.example.com", true), ("example.com", false), ("com", false),
        ("example.org.", false), (".example.org", true),
    ])
    func membership(domain: String, isInside: Bool) {
        #expect(Self.set.contains(domain) == isInside)
    }

    @Test func anEmptySetHoldsNothing() {
        #expect(DomainSet([]).isEmpty)
        #expect(!DomainSet([]).contains("example.net"))
        #expect(!Self.set.isEmpty)
        #expect(!DomainSet(["."]).contains("example.net"))
    }

    @Test func setsOfTheSameNamesAreEqual() {
        #expect(DomainSet(["A.example", ".b.example"]) == [".B.example", "a.example"])
    }
}
