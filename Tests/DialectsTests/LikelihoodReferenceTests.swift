import SMTP
import Testing

@testable import DialectLearning
@testable import Dialects

/// The compiled likelihoods, and what is remembered of them, say what each dialect by itself, worked out from the
/// definitions, says.
@Suite("Likelihoods, held against the definitions")
struct LikelihoodReferenceTests {
    private func difference(_ posterior: DialectPosterior, _ reference: ReferenceLikelihood, _ model: DialectModel)
        -> String?
    {
        let expected = reference.posterior(posterior.signs)
        func differs(_ one: Double, _ other: Double) -> Bool { abs(one - other) > 1e-9 }
        if differs(posterior.unknownSoftware, expected.software) { return "software \(expected.software)" }
        if differs(posterior.unknownEngine, expected.engine) { return "engine \(expected.engine)" }
        for dialectClass in DialectClass.allCases {
            let sum = zip(model.dialects, expected.dialects).filter { $0.0.dialectClass == dialectClass }.reduce(0) {
                $0 + $1.1
            }
            if differs(posterior.probability(of: dialectClass), sum) { return "\(dialectClass) \(sum)" }
        }
        let shares = Dictionary(uniqueKeysWithValues: zip(model.dialects.map(\.name), expected.dialects))
        let likeliest = expected.dialects.sorted(by: >).prefix(8)
        guard posterior.best.count == likeliest.count else { return "\(posterior.best.count) shown" }
        for (best, share) in zip(posterior.best, likeliest) {
            if differs(best.probability, share) { return "\(best.name.name) \(best.probability), not \(share)" }
            if differs(best.probability, shares[best.name.name] ?? -1) { return "\(best.name.name) has a wrong share" }
        }
        return nil
    }

    /// Compares sessions of a model with what the definitions say; returns how many posteriors were compared.
    private func compare(
        _ machine: DecisionMachine, _ random: inout RandomModel, sessions: Int
    ) -> (compared: Int, problem: String?) {
        let reference = ReferenceLikelihood(model: machine.model, vantage: machine.vantage)
        var compared = 0
        for _ in 0..<sessions {
            var matcher = DialectMatcher(machine: machine)
            var expected = ReferenceLikelihood.Session(reference)
            var taken: [Step] = []
            for step in random.session(of: machine.model, at: machine.vantage) {
                matcher.take(step)
                expected.take(step)
                taken.append(step)
                compared += 1
                if let problem = difference(matcher.posterior, expected.reference, machine.model) {
                    return (compared, "\(problem)\n\(DialectDocument.text(for: machine.model))\n\(taken)")
                }
            }
        }
        return (compared, nil)
    }

    @Test("Random families of dialects and sessions, with much memory and with hardly any", arguments: Vantage.allCases)
    func families(vantage: Vantage) throws {
        var random = RandomModel(seed: 31)
        var compared = 0
        for round in 0..<40 {
            let memory = round % 2 == 0 ? DecisionMachine.memoryBound : 1
            let machine = DecisionMachine(model: try random.family(), vantage: vantage, memory: memory)
            let found = compare(machine, &random, sessions: 12)
            compared += found.compared
            if let problem = found.problem {
                Issue.record("\(problem)")
                return
            }
        }
        #expect(compared > 3_000)
    }

    @Test("The starter model", arguments: Vantage.allCases)
    func starter(vantage: Vantage) throws {
        var random = RandomModel(seed: 32)
        let found = compare(DecisionMachine(model: Starter.model, vantage: vantage), &random, sessions: 6)
        #expect(found.problem == nil)
    }

    @Test("Conversations on the wire, walked as they were recorded")
    func wire() throws {
        var random = RandomModel(seed: 33)
        var models = [Starter.model]
        for _ in 0..<12 { models.append(try random.family()) }
        var compared = 0
        for model in models {
            let machine = DecisionMachine(model: model, vantage: .wire)
            let reference = ReferenceLikelihood(model: model, vantage: .wire)
            for (number, dialect) in model.dialects.enumerated() where number % max(1, model.dialects.count / 6) == 0 {
                let dialogue = DialectWalk.dialogue(of: dialect, seed: UInt64(number), length: 10)
                var walk = DialogueMatcher(machine: machine, dialogue: dialogue)
                var expected = ReferenceLikelihood.Session(reference)
                while walk.step() {
                    for step in dialogue.steps(at: walk.position - 1, tellingReply: true) { expected.take(step) }
                    compared += 1
                    let problem = difference(walk.matcher.posterior, expected.reference, model)
                    guard let problem else { continue }
                    let lines = dialogue.exchanges.map { String(decoding: $0.message.bytes, as: UTF8.self) }
                    Issue.record("\(problem)\n\(dialect.name): \(lines.prefix(walk.position))")
                    return
                }
            }
        }
        #expect(compared > 200)
    }

    @Test("Who says the words of many dialects is judged like anybody else")
    func manyOwnWords() throws {
        var text = "argot-dialects 2\n"
        for number in 0..<120 {
            text += """
                dialect d\(number) \(number % 3 == 0 ? "bot" : "mta")
                origin test
                state helo HELO own\(number / 2).example
                state mail MAIL FROM:<{addr}>
                on start 220 to helo
                on helo 250 to mail helo
                final bad mail

                """
        }
        let model = try DialectDocument.model(from: text, file: "m").get()
        let machine = DecisionMachine(model: model, vantage: .milterPostfix)
        var expected = ReferenceLikelihood.Session(ReferenceLikelihood(model: model, vantage: .milterPostfix))
        var matcher = DialectMatcher(machine: machine)
        for number in 0..<60 {
            for step in [Step.helo("own\(number).example"), .helo("mail.example.net")] {
                matcher.take(step)
                expected.take(step)
                #expect(difference(matcher.posterior, expected.reference, model) == nil)
            }
        }
    }
}
