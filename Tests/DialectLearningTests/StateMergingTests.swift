import Dialects
import DialectLearning
import SMTP
import Seeded
import Testing

/// What merging guarantees, held against machines made at random.
struct StateMergingTests {
    private func learned(_ traces: some Sequence<Trace>) throws -> LearnedWalk {
        var learner = DialectLearner(name: "d", dialectClass: .library, origin: "random")
        for trace in traces { learner.learn(trace, count: 1) }
        return LearnedWalk(dialect: try learner.dialect(keepingNotes: false))
    }

    /// By history and reply: what was seen to follow.
    private func observed(_ traces: [Trace]) -> [[Trace.Step]: [ReplySymbol: Set<String>]] {
        var seen: [[Trace.Step]: [ReplySymbol: Set<String>]] = [:]
        for trace in traces {
            for (index, step) in trace.steps.enumerated() {
                seen[Array(trace.steps[..<index]), default: [:]][step.reply, default: []].insert(step.text)
            }
            if trace.manner != nil { seen[trace.steps, default: [:]][trace.last, default: []].insert("end") }
        }
        return seen
    }

    private func sample(_ traces: [Trace], seed: UInt64) -> [Trace] {
        var generator = SeededGenerator(seed: seed)
        let share = Int.random(in: 1...9, using: &generator)
        let some = traces.filter { _ in Int.random(in: 0..<10, using: &generator) < share }
        return some.isEmpty ? Array(traces.prefix(1)) : some
    }

    @Test("A client that was probed with every reply to a depth is learned exactly to that depth, and beyond it")
    func exactly() throws {
        var generalised = 0
        for seed in 0..<60 as Range<UInt64> {
            let client = RandomClient(states: Int(2 + seed % 4), choices: 1, replies: 2, seed: seed)
            let walk = try learned(client.traces(length: 7))
            for (history, replies) in observed(client.traces(length: 7)) {
                let state = try #require(walk.state(after: history))
                for (reply, reactions) in replies { #expect(walk.reactions(of: state, to: reply) == reactions) }
            }
            // As many states as the client has are enough to say so: the machine is the client.
            #expect(walk.dialect.states.count <= client.texts.count + 1)
            if client.traces(length: 9).allSatisfy(walk.accepts) { generalised += 1 }
        }
        #expect(generalised == 60)
    }

    @Test("Whatever part of it was seen: what was seen is accepted, and nothing else where something was seen")
    func deterministicClients() throws {
        for seed in 0..<100 as Range<UInt64> {
            let client = RandomClient(states: Int(2 + seed % 7), choices: 1, replies: 3, seed: 1_000 + seed)
            let traces = sample(client.traces(length: 5), seed: seed)
            let walk = try learned(traces)
            #expect(traces.allSatisfy(walk.accepts))
            for (history, replies) in observed(traces) {
                let state = try #require(walk.state(after: history))
                for (reply, reactions) in replies { #expect(walk.reactions(of: state, to: reply) == reactions) }
            }
        }
    }

    @Test("Histories that a reply told apart are never one state, whatever else was merged")
    func whatAProbeTellsApart() throws {
        var shared = 0
        var apart = 0
        for seed in 0..<80 as Range<UInt64> {
            let client = RandomClient(states: Int(3 + seed % 5), choices: 2, replies: 3, seed: 5_000 + seed)
            let traces = sample(client.traces(length: 4), seed: seed)
            let walk = try learned(traces)
            #expect(traces.allSatisfy(walk.accepts))
            var states: [Int: [[ReplySymbol: Set<String>]]] = [:]
            for (history, replies) in observed(traces) {
                states[try #require(walk.state(after: history)), default: []].append(replies)
                for (reply, reactions) in replies {
                    let known = walk.reactions(of: try #require(walk.state(after: history)), to: reply)
                    #expect(known.isSuperset(of: reactions))
                }
            }
            for members in states.values {
                for (index, first) in members.enumerated() {
                    for second in members[..<index] {
                        shared += 1
                        for (reply, reactions) in first {
                            if let others = second[reply] { #expect(!reactions.isDisjoint(with: others)) }
                        }
                    }
                }
            }
            apart += states.count
        }
        // The rule has had something to do.
        #expect(shared > 500)
        #expect(apart > 200)
    }

    @Test func whatIsToldApartByWhatFollowsIsNotMergedEither() throws {
        // After either MAIL the client sends RCPT whatever it is told; only what RCPT's refusal leads to differs.
        func trace(_ first: UInt16, _ text: String) -> Trace {
            let codes: [UInt16] = [220, first, 250, 550]
            let texts = ["EHLO {fqdn}", "MAIL FROM:<{addr}>", "RCPT TO:<{addr}>", text]
            let steps = zip(codes, texts).map { Trace.Step(reply: ReplySymbol(codes: [$0]), text: $1) }
            return Trace(steps: steps, last: .none, manner: nil)
        }
        let apart = try learned([trace(250, "RSET"), trace(251, "QUIT")])
        #expect(apart.dialect.states.filter { $0.template?.text == "MAIL FROM:<{addr}>" }.count == 2)
        #expect(apart.dialect.states.filter { $0.template?.text == "RCPT TO:<{addr}>" }.count == 2)
        let alike = try learned([trace(250, "RSET"), trace(251, "RSET")])
        #expect(alike.dialect.states.filter { $0.template?.text == "MAIL FROM:<{addr}>" }.count == 1)
    }
}
