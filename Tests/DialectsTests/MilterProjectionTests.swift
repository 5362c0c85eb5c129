import DialectLearning
import Dialects
import SMTP
import Testing

/// A conversation of the wire is judged at a milter's vantage by what the milter would have been told.
struct MilterProjectionTests {
    @Test("Walks on the wire and their milter events end at the same node", arguments: Starter.machines.keys)
    func walks(vantage: Vantage) throws {
        let machine = try #require(Starter.machines[vantage])
        for dialect in Starter.model.dialects {
            for seed in 0..<10 as Range<UInt64> {
                // The same seed makes the same walk; the wire shows more of it.
                var matcher = DialectMatcher(machine: machine)
                for step in DialectWalk.steps(of: dialect, at: vantage, seed: seed) { matcher.take(step) }
                var walk = DialogueMatcher(machine: machine, dialogue: DialectWalk.dialogue(of: dialect, seed: seed))
                walk.finish()
                #expect(walk.matcher.match == matcher.match, "\(dialect.name) \(seed)")
                #expect(walk.matcher.posterior.label == matcher.posterior.label, "\(dialect.name) \(seed)")
            }
        }
    }

    @Test func spellingShowsOnTheWireOnly() throws {
        let dialogue = Dialogue.sample(
            (ClientMessage("EHLO mail.example.net"), .offer("SIZE")),
            (ClientMessage("MAIL From:<a@b.example>"), .plain(250)))
        func names(_ vantage: Vantage) throws -> [String] {
            let machine = try #require(Starter.allMachines[vantage])
            var walk = DialogueMatcher(machine: machine, dialogue: dialogue)
            walk.finish()
            return walk.matcher.match.dialects.map(\.name)
        }
        #expect(try names(.wire) == ["sendmail"])
        #expect(try names(.milterPostfix).contains("exim4"))
        #expect(try names(.milterPostfix).contains("qmail"))
        #expect(try !names(.milterSendmail).contains("qmail"))
        #expect(try !names(.milterPostfixPolicy).contains("qmail"))
    }
}
