import SiteLab
import Testing

/// What strangers try; those that take long are run by `Tests/faults` alone.
@Suite("Attacks on a site")
struct AttackTests {
    private static let quick = Attack.all.filter { !$0.name.hasPrefix("evict-") && !$0.name.hasSuffix("-100k") }

    @Test(arguments: quick.map(\.name))
    func holds(name: String) throws {
        let attack = try #require(Attack.all.first { $0.name == name })
        let outcome = try attack.run(2026)
        #expect(outcome.broken == [])
    }
}
