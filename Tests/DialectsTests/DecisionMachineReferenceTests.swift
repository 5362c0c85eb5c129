import SMTP
import Testing

@testable import Dialects

/// The compiled machine says what each dialect's own machine, run by itself, says.
struct DecisionMachineReferenceTests {
    /// How far a session of a model stays with some dialect, and where machine and reference part.
    private func compare(_ machine: DecisionMachine, _ steps: [Step]) -> (alive: Int, parted: Int?) {
        var reference = ReferenceMachine(model: machine.model, vantage: machine.vantage)
        var matcher = DialectMatcher(machine: machine)
        var alive = 0
        for (index, step) in steps.enumerated() {
            reference.take(step)
            matcher.take(step)
            if matcher.match.dialects.map(\.name) != reference.names { return (alive, index) }
            if !reference.names.isEmpty { alive = index + 1 }
        }
        return (alive, nil)
    }

    @Test("Random models and sessions", arguments: Vantage.allCases)
    func randomModels(vantage: Vantage) throws {
        var random = RandomModel(seed: 9)
        var lengths = 0
        for _ in 0..<80 {
            let model = try random.model()
            let machine = DecisionMachine(model: model, vantage: vantage)
            for _ in 0..<60 {
                let steps = random.session(of: model, at: vantage)
                let (alive, parted) = compare(machine, steps)
                lengths += alive
                guard let parted else { continue }
                Issue.record("\(DialectDocument.text(for: model))\n\(steps.prefix(parted + 1))")
                return
            }
        }
        // Sessions that die at once would compare nothing.
        #expect(lengths > 4_800 * 2)
    }

    @Test("The starter model and sessions with garbage in them", arguments: Vantage.allCases)
    func starterModel(vantage: Vantage) throws {
        let machine = Starter.machines[vantage] ?? DecisionMachine(model: Starter.model, vantage: vantage)
        var random = RandomModel(seed: 10)
        for _ in 0..<250 {
            let steps = random.session(of: Starter.model, at: vantage)
            let parted = compare(machine, steps).parted
            #expect(parted == nil, "\(steps.prefix((parted ?? 0) + 1))")
        }
    }

    @Test func whatIsUnknownStaysUnknown() throws {
        for machine in Starter.machines.values {
            var random = RandomModel(seed: 11)
            var matcher = DialectMatcher(machine: machine)
            matcher.take(.helo("what is this"))
            #expect(matcher.match == .noOpinion)
            for _ in 0..<200 {
                for step in random.session(of: Starter.model, at: machine.vantage) {
                    matcher.take(step)
                    #expect(matcher.match == .noOpinion)
                    #expect(matcher.states.isEmpty)
                    #expect(matcher.label.isEmpty)
                }
            }
        }
    }

    @Test func everyCompilationGivesTheSameMachine() throws {
        var random = RandomModel(seed: 12)
        for _ in 0..<30 {
            let model = try random.model()
            let one = DecisionMachine(model: model, vantage: .milterSendmail)
            let other = DecisionMachine(model: model, vantage: .milterSendmail)
            #expect(one.kindCount == other.kindCount)
            #expect(try FullConstruction(of: one).places == FullConstruction(of: other).places)
            for _ in 0..<30 {
                var first = DialectMatcher(machine: one)
                var second = DialectMatcher(machine: other)
                for step in random.session(of: model, at: .milterSendmail) {
                    first.take(step)
                    second.take(step)
                    #expect(first.place.positions == second.place.positions)
                    #expect(first.states == second.states)
                }
            }
        }
    }
}
