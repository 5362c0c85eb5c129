import Policy
import Testing

/// Names alone, and names with all below them.
struct DomainSetTests {
    static let set: DomainSet = ["example.net", ".Example.ORG", ".deep.example.com"]

    @Test(arguments: [
        ("example.net", true), ("a.example.net", false), ("xexample.net", false), ("example.org", true),
        ("a.example.org", true), ("a.b.c.example.org", true), ("xexample.org", false), ("org", false), ("", false),
        ("deep.example.com", true), ("very.deep.example.com", true), ("example.com", false), ("com", false),
        ("example.org.", true), (".example.org", true), ("A.EXAMPLE.ORG", true),
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

    @Test("A- and U-labels name one domain", arguments: SpellingSamples.spellings)
    func spelling(_ spelling: String) {
        for name in SpellingSamples.spellings {
            #expect(DomainSet([name]).contains(spelling), "\(name)")
            #expect(DomainSet([".\(name)"]).contains("mx.\(spelling)"), "\(name)")
            #expect(!DomainSet([name]).contains("mx.\(spelling)"))
        }
        #expect(!DomainSet([spelling]).contains("bucher.example"))
    }

    @Test func setsOfTheSameNamesAreEqual() {
        #expect(DomainSet(["A.example", ".b.example"]) == [".B.example", "a.example"])
    }
}
