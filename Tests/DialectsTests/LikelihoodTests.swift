import DialectLearning
import Dialects
import SMTP
import Seeded
import Testing

/// What likelihood mode promises, whatever the model.
struct LikelihoodTests {
    static let vantages = Vantage.allCases
    static let software = Starter.model.dialects.filter { !$0.dialectClass.isHostile }

    private func verdict(_ machine: DecisionMachine, _ dialogue: Dialogue) -> DialogueJudgement {
        DialogueJudgement(machine: machine, dialogue: dialogue)
    }

    /// Whether chance made the walk do what the software itself does not: greet with a lie, or send DATA after refusals
    /// that it has been told of, which a machine of replies cannot tell from pipelining.
    private func isChance(_ judgement: DialogueJudgement) -> Bool {
        let signs = judgement.worst.signs
        return [.claimsServerName, .namesOtherAddress, .sendsDataWithoutRecipient].contains { signs.contains($0) }
    }

    /// Each needs a model of its own compiled; "argot dialects evaluate --leave-one-out" leaves all out in turn.
    static let leftOut = ["exim4", "sendmail", "msmtp", "perl-net-smtp", "python-smtplib", "newlisp-smtp", "postal"]

    @Test("Software that the model does not know is never called a bot", arguments: leftOut)
    func leftOutSoftware(name: String) throws {
        let dialect = try #require(Self.software.first { $0.name == name })
        let rest = DialectModel(dialects: Starter.model.dialects.filter { $0.name != name })
        // The other vantages show less than the wire, and hardly more than Postfix.
        for vantage in [Vantage.wire, .milterPostfix] {
            let machine = DecisionMachine(model: rest, vantage: vantage)
            for seed in 0..<10 as Range<UInt64> {
                let judgement = verdict(machine, DialectWalk.dialogue(of: dialect, seed: seed))
                #expect(judgement.verdict != .bot || isChance(judgement), "\(name) at \(vantage): \(judgement.worst)")
            }
        }
    }

    @Test func softwareThatTheModelKnowsIsNeverCalledABot() throws {
        for (vantage, machine) in Starter.allMachines {
            for dialect in Self.software {
                for seed in 100..<106 as Range<UInt64> {
                    let judgement = verdict(machine, DialectWalk.dialogue(of: dialect, seed: seed))
                    #expect(
                        judgement.verdict != .bot || isChance(judgement),
                        "\(dialect.name) at \(vantage): \(judgement.worst)")
                }
            }
        }
    }

    @Test(
        "Bots with a constant of their own are recognised by it",
        arguments: ["plurp", "windaus", "spysheriff", "ylmf-pc"])
    func constants(name: String) throws {
        let dialect = try #require(Starter.model.dialects.first { $0.name == name })
        for machine in Starter.allMachines.values {
            let judgement = verdict(machine, DialectWalk.dialogue(of: dialect, seed: 3))
            #expect(judgement.verdict == .bot)
            #expect(judgement.isBeforeData)
            #expect(judgement.beforeData.best.first?.name.name == name)
        }
    }

    @Test("A posterior is a probability distribution", arguments: vantages)
    func sums(vantage: Vantage) throws {
        let machine = try #require(Starter.allMachines[vantage])
        for dialect in Starter.model.dialects {
            var walk = DialogueMatcher(machine: machine, dialogue: DialectWalk.dialogue(of: dialect, seed: 7))
            repeat {
                let posterior = walk.matcher.posterior
                let sum = posterior.hostile + posterior.knownSoftware + posterior.unknownSoftware
                #expect(abs(sum - 1) < 1e-9)
                #expect(posterior.best.allSatisfy { 0...1 ~= $0.probability })
                #expect(posterior.best.map(\.probability) == posterior.best.map(\.probability).sorted(by: >))
            } while walk.step()
        }
    }

    @Test func oneDeviationCostsLikelihoodAndRulesNothingOut() throws {
        let machine = try #require(Starter.allMachines[.wire])
        let ordinary: [(ClientMessage, ServerReply?)] = [
            (ClientMessage("EHLO mail.example.net"), .offer("SIZE", "STARTTLS")),
            (ClientMessage("STARTTLS"), .plain(220)), (ClientMessage("EHLO mail.example.net"), .offer("SIZE")),
            (ClientMessage("MAIL From:<a@b.example> SIZE=7"), .plain(250)),
            (ClientMessage("RCPT To:<c@d.example>"), .plain(250)),
        ]
        var odd = ordinary
        odd.insert((ClientMessage("NOOP"), .plain(250)), at: 3)
        func share(_ exchanges: [(ClientMessage, ServerReply?)]) -> (probability: Double, match: DialectMatch) {
            var dialogue = Dialogue.sample()
            dialogue.exchanges = exchanges.map { Dialogue.Exchange(message: $0.0, reply: $0.1) }
            var walk = DialogueMatcher(machine: machine, dialogue: dialogue)
            walk.finish()
            let best = walk.matcher.posterior.best.first { $0.name.name == "sendmail" }
            return (best?.probability ?? 0, walk.matcher.match)
        }
        let (usual, match) = share(ordinary)
        let (deviating, hard) = share(odd)
        #expect(match.dialects.map(\.name) == ["sendmail"])
        #expect(hard == .noOpinion)
        #expect(usual > 0.7)
        #expect(deviating < usual)
        #expect(deviating > 0.02)
    }

    @Test("An unknown dialect is not a bot", arguments: vantages)
    func unknown(vantage: Vantage) throws {
        let machine = try #require(Starter.allMachines[vantage])
        var generator = SeededGenerator(seed: 21)
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        func word() -> String {
            String(
                (0..<Int.random(in: 3...9, using: &generator)).map { _ in letters.randomElement(using: &generator)! })
        }
        for _ in 0..<200 {
            var exchanges: [(ClientMessage, ServerReply?)] = [
                (
                    ClientMessage("\(Bool.random(using: &generator) ? "EHLO" : "HELO") \(word()).\(word()).example"),
                    .offer()
                ),
                (
                    ClientMessage("MAIL FROM:<\(word())@\(word()).example> X-\(word().uppercased())=\(word())"),
                    .plain(250)
                ),
                (ClientMessage("RCPT TO:<\(word())@\(word()).example>"), .plain(250)),
            ]
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let place = Int.random(in: 0...exchanges.count, using: &generator)
                let line = ["RSET", "NOOP", "HELP", "X\(word().uppercased())"].randomElement(using: &generator)!
                exchanges.insert((ClientMessage(line), .plain(250)), at: place)
            }
            var dialogue = Dialogue.sample()
            dialogue.exchanges = exchanges.map { Dialogue.Exchange(message: $0.0, reply: $0.1) }
            let judgement = verdict(machine, dialogue)
            #expect(judgement.verdict != .bot, "\(judgement.worst)")
        }
    }

    @Test func whoLogsInIsNotCalledABot() throws {
        let machine = try #require(Starter.allMachines[.wire])
        let judgement = verdict(
            machine,
            .sample(
                (ClientMessage("EHLO cx"), .offer("AUTH LOGIN")), (ClientMessage("AUTH PLAIN x"), .plain(235)),
                (ClientMessage("MAIL FROM:<a@b>"), .plain(250))))
        // Before that nobody knew.
        #expect(judgement.decidedAt != 2)
        var walk = DialogueMatcher(
            machine: machine,
            dialogue: .sample(
                (ClientMessage("HELO cx"), .offer()), (ClientMessage("AUTH PLAIN x"), .plain(235)),
                (ClientMessage("MAIL FROM:<a@b>"), .plain(250))))
        walk.step()
        #expect(walk.matcher.posterior.verdict == .bot)
        walk.finish()
        #expect(walk.matcher.posterior.isAuthenticated)
        #expect(walk.matcher.posterior.verdict != .bot)
    }

    @Test func sayingTheSameAgainTellsNothingNew() throws {
        let machine = try #require(Starter.allMachines[.wire])
        func hostile(_ recipients: Int) -> Double {
            var dialogue = Dialogue.sample(
                (ClientMessage("HELO mail.example.net"), .plain(250)), (ClientMessage("MAIL FROM: <a@b>"), .plain(250)))
            for number in 0..<recipients {
                dialogue.exchanges.append(
                    .init(message: ClientMessage("RCPT TO: <c\(number)@d>"), reply: .plain(250)))
            }
            var walk = DialogueMatcher(machine: machine, dialogue: dialogue)
            while walk.step() {}
            return walk.matcher.posterior.hostile
        }
        #expect(hostile(2) > 0.5)
        #expect(hostile(60) < 0.98)
    }

    @Test func aModelWithoutDialectsKnowsNobody() throws {
        let machine = DecisionMachine(model: DialectModel(dialects: []), vantage: .wire)
        let judgement = verdict(
            machine,
            .sample((ClientMessage("EHLO a.example"), .offer()), (ClientMessage("MAIL FROM:<a@b>"), .plain(250))))
        #expect(judgement.verdict == .unknown)
        #expect(judgement.decidedAt == nil)
    }
}
