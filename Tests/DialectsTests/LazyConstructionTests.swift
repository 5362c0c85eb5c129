import SMTP
import Testing

@testable import Dialects

/// The lazy construction comes to the places of the whole one, whatever it remembers and whoever else uses it.
@Suite("Lazy construction")
struct LazyConstructionTests {
    @Test(
        "Random families: the dialects of the reference, at places of the full construction",
        arguments: Vantage.allCases)
    func families(vantage: Vantage) throws {
        var random = RandomModel(seed: 41)
        var alive = 0
        for round in 0..<40 {
            let model = try random.family()
            let memory = round % 2 == 0 ? DecisionMachine.memoryBound : 1
            let machine = DecisionMachine(model: model, vantage: vantage, memory: memory)
            let places = Set(try FullConstruction(of: machine).places)
            for _ in 0..<20 {
                var reference = ReferenceMachine(model: model, vantage: vantage)
                var matcher = DialectMatcher(machine: machine)
                for step in random.session(of: model, at: vantage) {
                    reference.take(step)
                    matcher.take(step)
                    let names = matcher.match.dialects
                    #expect(names.map(\.name) == reference.names)
                    #expect(matcher.classes == Set(names.map(\.dialectClass)))
                    #expect(matcher.decided == (names.count == 1 ? names[0] : nil))
                    #expect(matcher.label == matcher.match.description)
                    #expect(places.contains(matcher.place.positions))
                    if !names.isEmpty { alive += 1 }
                }
            }
        }
        #expect(alive > 1_000)
    }

    @Test("What is remembered is bounded")
    func bounded() throws {
        let machine = DecisionMachine(model: Starter.model, vantage: .milterSendmail, memory: 400_000)
        var random = RandomModel(seed: 42)
        for _ in 0..<3_000 {
            var matcher = DialectMatcher(machine: machine)
            for step in random.session(of: Starter.model, at: .milterSendmail) {
                matcher.take(step)
                _ = matcher.posterior
            }
        }
        #expect(machine.rememberedWeight <= 400_000)
        #expect(machine.rememberedWeight > 10_000)
    }

    @Test("Clients that greet by names of their own take the steps of the others but for a few positions")
    func ownNames() throws {
        func dialect(_ number: Int, helo: String) -> String {
            """
            dialect d\(number) tool
             origin t
             state helo EHLO \(helo)
             state mail MAIL FROM:<{addr}>
             state rcpt RCPT TO:<{addr}>
             state more XCMD\(number)
             on start 220 to helo
             on helo 250 to mail
             on mail 250 to rcpt
             on rcpt any to rcpt more

            """
        }
        let text = (0..<1_200).map { dialect($0, helo: $0 < 1_000 ? "{fqdn}" : "own\($0).example") }.joined()
        let machine = DecisionMachine(model: try model(text), vantage: .milterPostfix)
        var before = 0
        for number in 1_000..<1_200 {
            var matcher = DialectMatcher(machine: machine)
            for step in [Step.helo("own\(number).example"), .mail(["<a@b>"]), .recipient(["<c@d>"])] {
                matcher.take(step)
            }
            if number == 1_000 { before = machine.rememberedWeight }
            guard number == 1_199 else { continue }
            #expect((machine.rememberedWeight - before) / 199 < 10_000)
            #expect(matcher.match.dialects.count == 1_001)
            matcher.take(.unknown("XCMD1199"))
            #expect(matcher.match.dialects.map(\.name) == ["d1199"])
        }
    }

    @Test("Sessions at once on one machine say what they say alone", arguments: [DecisionMachine.memoryBound, 20_000])
    func atOnce(memory: Int) async throws {
        let shared = DecisionMachine(model: Starter.model, vantage: .milterSendmail, memory: memory)
        await withTaskGroup(of: Int.self) { group in
            for worker in 0..<8 {
                group.addTask {
                    var random = RandomModel(seed: UInt64(worker % 4))
                    let alone = DecisionMachine(model: Starter.model, vantage: .milterSendmail)
                    var differences = 0
                    for _ in 0..<60 {
                        var one = DialectMatcher(machine: shared)
                        var other = DialectMatcher(machine: alone)
                        for step in random.session(of: Starter.model, at: .milterSendmail) {
                            one.take(step)
                            other.take(step)
                            if one.match != other.match || one.states != other.states { differences += 1 }
                            if one.posterior != other.posterior { differences += 1 }
                        }
                    }
                    return differences
                }
            }
            for await differences in group { #expect(differences == 0) }
        }
    }

    @Test("A question asked again is the same, and that of the place")
    func questions() throws {
        let machine = DecisionMachine(model: Starter.model, vantage: .milterSendmail)
        let table = DistinguishingTable(machine: machine) { $0.stage == .rcpt && $0.form == .transientRefusal }
        let all = table.everywhere(in: try FullConstruction(of: machine))
        #expect(all.count > 10)
        var random = RandomModel(seed: 43)
        var asked = 0
        for _ in 0..<150 {
            var matcher = DialectMatcher(machine: machine)
            for step in random.session(of: Starter.model, at: .milterSendmail) {
                matcher.take(step)
                let question = table.reply(to: matcher)
                #expect(question == table.reply(to: matcher))
                #expect(
                    question
                        == DistinguishingTable(machine: machine) {
                            $0.stage == .rcpt && $0.form == .transientRefusal
                        }.reply(to: matcher))
                guard let question else { continue }
                asked += 1
                #expect(all.contains { $0.states == matcher.states && $0.reply == question })
            }
        }
        #expect(asked > 10)
    }

    @Test("A model that is too large to be compared is refused, not gone through")
    func tooLarge() throws {
        let text = (0..<1_025).map { "dialect d\($0) tool\n origin t\n state a HELO {fqdn}\n on start any to a\n" }
            .joined()
        let machine = DecisionMachine(model: try model(text), vantage: .milterPostfix)
        #expect(throws: FullConstruction.TooLarge.self) { try FullConstruction(of: machine) }
        var matcher = DialectMatcher(machine: machine)
        matcher.take(.helo("mail.example.net"))
        #expect(matcher.match.dialects.count == 1_025)
        #expect(matcher.states.hasSuffix(" +1021"))
    }
}
