import DialectLearning
import SMTP
import Seeded
import Testing

@testable import Dialects

#if canImport(Glibc)
    import Glibc
#endif

/// The reply that tells dialects apart (B@bel, section 4).
struct DistinguishingTests {
    /// Two clients that differ in nothing until a reply is odd.
    private func model(_ one: String, _ other: String) throws -> DialectModel {
        func dialect(_ name: String, _ dialectClass: String, _ more: String) -> String {
            """
            dialect \(name) \(dialectClass)
              origin test
              state helo HELO {fqdn}
              state mail MAIL FROM:<{addr}>
              state rcpt RCPT TO:<{addr}>
              state data DATA
              state message {message}
              state quit QUIT
              \(more.contains("rset") ? "state rset RSET" : "")
              on start 220 to helo
              on helo 250 to mail
              on mail 250 to rcpt
              on rcpt 250 to data
              on data 354 to message
              on message 250 to quit
              \(more)
              final good quit
            """
        }
        let text = dialect("qmail", "mta", one) + "\n" + dialect("mydoom", "bot", other)
        return try DialectDocument.model(from: "argot-dialects 2\n" + text, file: "test").get()
    }

    private func pairs(_ one: String, _ other: String, at vantage: Vantage = .wire) throws -> DialectPairs {
        try DialectPairs(machine: DecisionMachine(model: try model(one, other), vantage: vantage))
    }

    @Test("The paper's example: the first code counts, or the last")
    func firstOrLastCode() throws {
        let pairs = try pairs("on rcpt 250/550 to data", "on rcpt 250/550 to quit")
        let pair = try #require(pairs.ambiguous.first)
        #expect(pairs.count == 1 && pairs.ambiguous.count == 1)
        guard case .reply(let variation, let one, let other) = pair.distinction else {
            Issue.record("not told apart: \(pair)")
            return
        }
        #expect(variation.id == "rcpt.mixed.250-550")
        #expect(one.words == "DATA" && other.words == "QUIT")
    }

    @Test("Of several replies the harmless one is taken")
    func harmlessFirst() throws {
        let pairs = try pairs(
            "on rcpt 250/550 to data\n  on rcpt 450 to rset", "on rcpt 250/550 to quit\n  on rcpt 450 to quit")
        guard case .reply(let variation, _, _)? = pairs.ambiguous.first?.distinction else {
            Issue.record("not told apart")
            return
        }
        #expect(variation.id == "rcpt.code.450" && variation.harm == .none)
    }

    @Test("A milter has no mixed codes, and sees no QUIT but the end")
    func whatAMilterCanAsk() throws {
        let mixed = try pairs("on rcpt 250/550 to data", "on rcpt 250/550 to quit", at: .milterPostfix)
        guard case .inseparable? = mixed.ambiguous.first?.distinction else {
            Issue.record("a milter cannot answer 250-550")
            return
        }
        let refusal = try pairs("on rcpt 450 to rset", "on rcpt 450 to quit", at: .milterPostfix)
        guard case .reply(let variation, let one, let other)? = refusal.ambiguous.first?.distinction else {
            Issue.record("not told apart by a refusal")
            return
        }
        #expect(variation.isPossibleForMilter && variation.stage == .rcpt)
        #expect(one.words == "RSET" && other.words == "ends")
    }

    @Test("Dialects that do the same after every known reply are reported, with how much was compared")
    func inseparable() throws {
        let pairs = try pairs("on rcpt 450 to quit", "on rcpt 450 to quit")
        guard case .inseparable(let compared, let possible)? = pairs.ambiguous.first?.distinction else {
            Issue.record("told apart by nothing")
            return
        }
        #expect(possible == VariationCatalogue.all.count)
        #expect(compared > 0 && compared < possible)
    }

    @Test("A dialect of which nothing is known after a reply is not told apart by it")
    func unknownReactionsTellNothing() throws {
        let pairs = try pairs("on rcpt 250/550 to data", "on rcpt 450 to quit")
        if case .reply(let variation, _, _)? = pairs.ambiguous.first?.distinction {
            #expect(variation.id != "rcpt.mixed.250-550")
        }
    }

    @Test("The table names the reply of greatest expected information where several dialects are possible")
    func table() throws {
        let model = try model("on rcpt 450 to rset", "on rcpt 450 to quit")
        let machine = DecisionMachine(model: model, vantage: .milterSendmail)
        let table = DistinguishingTable(machine: machine) { $0.form == .transientRefusal && $0.stage == .rcpt }
        var matcher = DialectMatcher(machine: machine)
        for step in [Step.helo("a.example"), .proto(isExtended: false), .mail(["<a@b.example>"])] { matcher.take(step) }
        #expect(table.reply(to: matcher) == nil)
        matcher.take(.recipient(["<c@d.example>"]))
        let reply = try #require(table.reply(to: matcher))
        #expect(reply.variation.id == "rcpt.code.450" && reply.separatesHostile)
        // Two dialects told apart for certain: as many bits as their priors hold.
        let shares = ClassPriors.priors(of: model.dialects)
        let total = shares.reduce(0, +)
        let entropy = shares.map { -$0 / total * log2($0 / total) }.reduce(0, +)
        #expect(abs(reply.gain - entropy) < 1e-9)
    }

    @Test("Expected information is that of the definition", arguments: 1...40 as ClosedRange<UInt64>)
    func gain(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let slots: [TemplateIndex.Slot] = [.mail, .recipient, .data, .reset, .quit]
        let dialects = (0..<Int.random(in: 2...6, using: &generator)).map { _ in
            var reaction = ProbeReaction()
            for slot in slots where Bool.random(using: &generator) { reaction.insert(slot) }
            if reaction.isUnknown { reaction.insertEnd() }
            return (weight: Double.random(in: 0.01...1, using: &generator), reaction: reaction)
        }
        // I(D;R) = H(R) - H(R|D), every outcome of a reaction alike.
        let total = dialects.reduce(0) { $0 + $1.weight }
        var outcomes: [Int: Double] = [:]
        var conditional = 0.0
        for (weight, reaction) in dialects {
            let share = 1 / Double(reaction.outcomes.count)
            for outcome in reaction.outcomes { outcomes[outcome, default: 0] += weight / total * share }
            conditional += weight / total * log2(Double(reaction.outcomes.count))
        }
        let entropy = outcomes.values.reduce(0) { $0 - $1 * log2($1) }
        #expect(abs(DistinguishingTable.gain(dialects) - (entropy - conditional)) < 1e-9)
    }

    @Test(
        "HELO against EHLO: only where nobody tells them apart do such dialects look alike", arguments: Vantage.allCases
    )
    func greetings(vantage: Vantage) throws {
        let text = ["HELO", "EHLO"].map { verb in
            """
            dialect \(verb.lowercased()) \(verb == "HELO" ? "bot" : "mta")
              origin test
              state helo \(verb) {fqdn}
              state mail MAIL FROM:<{path}>
              state rcpt RCPT TO:<{addr}>
              state data DATA
              state message {message}
              on start 220 to helo
              on helo 250 to mail
              on mail 250 to rcpt
              on rcpt 250 to data
              on data 354 to message
              final good message
            """
        }.joined(separator: "\n")
        let model = try DialectDocument.model(from: "argot-dialects 2\n" + text, file: "test").get()
        let pairs = try DialectPairs(machine: DecisionMachine(model: model, vantage: vantage))
        #expect(pairs.ambiguous.isEmpty == vantage.tellsHELOFromEHLO)
    }

    @Test("The shipped model: what a reply is said to tell apart, it does; the rest is counted")
    func shippedModel() throws {
        let machine = try #require(Starter.allMachines[.wire])
        let pairs = try DialectPairs(machine: machine)
        var inseparable = 0
        for pair in pairs.ambiguous {
            switch pair.distinction {
            case .reply(_, let one, let other):
                #expect(!one.isUnknown && !other.isUnknown && one.isDisjoint(with: other))
            case .inseparable(let compared, let possible):
                #expect(compared < possible)
                inseparable += 1
            }
        }
        #expect(pairs.ambiguous.count - inseparable > 9 * inseparable)
    }
}
