import Dialects
import KeyedHashing
import Policy
import SMTP
import ScratchFiles
import Testing

@testable import Daemon

/// Since when what decides has decided.
struct DecisionAgeTests {
    private let begin = UnixTime(seconds: 1_800_000_000)

    @Test("A restart is no change; another dialect, another order, a dialect less, and another trap are")
    func changes() throws {
        let scratch = try Scratch()
        let age = DecisionAge(path: scratch.path + "/age", key: try HashingKey(bytes: 0..<32))
        let all = DialectModel.starter().dialects
        let model = DialectModel(dialects: Array(all.prefix(4)))
        let policy = PolicyConfiguration()
        #expect(age.since(model, policy, at: begin) == begin)
        #expect(age.since(model, policy, at: begin + 100) == begin)
        var trapped = policy
        trapped.trapAddresses = ["trap@example.org"]
        var now = begin + 100
        for (model, policy) in [
            (DialectModel(dialects: Array(all.prefix(5))), policy),
            (DialectModel(dialects: Array(all.prefix(3))), policy),
            (DialectModel(dialects: all.prefix(4).reversed()), policy), (model, trapped), (model, policy),
        ] {
            now = now + 100
            #expect(age.since(model, policy, at: now) == now)
            #expect(age.since(model, policy, at: now + 50) == now)
        }
    }
}
