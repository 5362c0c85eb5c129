import Dialects
import DialectLearning
import SMTP
import Seeded
import Testing

/// Names, proposals, facts and differences.
struct ModelEditingTests {
    private func learned(_ parts: [(String, [Dialogue])]) throws -> DialectModel {
        var learner = ModelLearner()
        for (name, dialogues) in parts {
            for dialogue in dialogues { try learner.learn(dialogue, as: name, dialectClass: .tool, origin: "o") }
        }
        return try learner.model()
    }

    private typealias Talk = DialectLearnerTests

    @Test func mergingIsLearningTogether() throws {
        let apart = try learned([("a", [Talk.delivery]), ("b", [Talk.refusal]), ("c", [Talk.mixed])])
        let joined = try apart.merging(["a", "b"], into: "both")
        #expect(joined.dialects.map(\.name) == ["both", "c"])
        #expect(joined.dialects[0] == (try learned([("both", [Talk.refusal, Talk.delivery])]).dialects[0]))
        #expect(try apart.merging(["b", "c"], into: "b").dialects.map(\.name) == ["a", "b"])
        #expect(throws: LearningError.nameTaken(name: "c")) { try apart.merging(["a", "b"], into: "c") }
        #expect(throws: LearningError.noDialect(name: "aa", nearest: "a")) {
            try apart.merging(["aa", "b"], into: "x")
        }
    }

    @Test func labellingAndRemoving() throws {
        let model = try learned([("a", [Talk.delivery]), ("b", [Talk.refusal])])
        let named = try model.labelling("a", as: "postfix", dialectClass: .mta, origin: "me")
        #expect(named.dialects.map(\.name) == ["postfix", "b"])
        #expect(named.dialects[0].dialectClass == .mta)
        #expect(named.dialects[0].origin == "me")
        #expect(named.dialects[0].evidence == model.dialects[0].evidence)
        #expect(throws: LearningError.nameTaken(name: "b")) { try model.labelling("a", as: "b") }
        #expect(throws: LearningError.badName(name: "x y")) { try model.labelling("a", as: "x y") }
        #expect(try model.removing(["a"]).dialects.map(\.name) == ["b"])
        #expect(throws: LearningError.noDialect(name: "postfx", nearest: "postfix")) { try named.removing(["postfx"]) }
    }

    @Test(
        "A slip finds its name, a stranger none",
        arguments: [
            ("postfx", "postfix"), ("SENDMAIL", "sendmail"), ("exim", "exim4"), ("qmail", nil), ("p", nil),
        ] as [(String, String?)])
    func nearest(text: String, name: String?) {
        #expect(DialectName.nearest(to: text, among: ["postfix", "sendmail", "exim4"]) == name)
    }

    @Test("Programs that nobody named are told apart by what they do, whatever the order, and learning goes on")
    func proposals() throws {
        func talks(_ mail: String, quits: Bool) -> [Dialogue] {
            ["a.example", "b.example", "[192.0.2.7]"].prefix(2).flatMap { name in
                [
                    Talk.dialogue(
                        ["220 hi", "250 mx", "250 ok", "550 no", "221 bye"],
                        ["EHLO \(name)", "\(mail)<x@y>", "RCPT TO:<c@d>"] + (quits ? ["QUIT"] : [])),
                    Talk.dialogue(
                        ["220 hi", "250 mx", "250 ok", "250 ok", "354 go", "250 ok", "221 bye"],
                        ["EHLO \(name)", "\(mail)<x@y>", "RCPT TO:<c@d>", "DATA", "From: x\r\n", "QUIT"]),
                ]
            }
        }
        let programs = [
            talks("MAIL FROM:", quits: true), talks("MAIL From:", quits: true), talks("MAIL FROM:", quits: false),
        ]
        func model(_ dialogues: [Dialogue], addingTo model: DialectModel = DialectModel(dialects: [])) throws
            -> DialectModel
        {
            var learner = ModelLearner(addingTo: model)
            for dialogue in dialogues { learner.learn(unnamed: dialogue, origin: "o") }
            return try learner.model()
        }
        var generator = SeededGenerator(seed: 4)
        let all = programs.flatMap { $0 }
        let whole = try model(all)
        #expect(whole.dialects.map(\.name) == ["proposed-1", "proposed-2", "proposed-3"])
        for _ in 0..<10 {
            let shuffled = all.shuffled(using: &generator)
            #expect(try model(shuffled) == whole)
            let cut = Int.random(in: 1..<all.count, using: &generator)
            #expect(try model(Array(shuffled[cut...]), addingTo: model(Array(shuffled[..<cut]))) == whole)
        }
        // What was named stays.
        let named = try whole.labelling("proposed-2", as: "known")
        #expect(try model(programs[0], addingTo: named).dialects.contains { $0.name == "known" })
    }

    @Test func factsAreEvidenceBesideRecordings() throws {
        let facts = try DialectDocument.model(
            from: """
                argot-dialects 2
                dialect tester library
                  origin known: more
                  state ehlo EHLO {fqdn}
                  state mail MAIL FROM:<{path}>[ BODY={x}]
                  state quit QUIT
                  on start 220 to ehlo
                  on ehlo 250 to mail
                  on mail 4xx to quit
                dialect other bot
                  origin published
                  state helo HELO "x"
                  on start 220 to helo
                """, file: "f"
        ).get()
        var learner = ModelLearner()
        learner.add(facts: facts)
        try learner.learn(Talk.delivery, as: "tester", dialectClass: .library, origin: "recorded: t 1")
        let model = try learner.model()
        #expect(model.dialects.map(\.name) == ["other", "tester"])
        #expect(model.dialects[0] == facts.dialects[1])
        let tester = model.dialects[1]
        #expect(tester.origin == "known: more; recorded: t 1")
        let walk = LearnedWalk(dialect: tester)
        let mail = try #require(
            tester.states.firstIndex { $0.template?.text == "MAIL FROM:<{path}>[ BODY={x}][ SIZE={n}]" })
        #expect(walk.reactions(of: mail, to: ReplySymbol(codes: [450])) == ["QUIT"])
        #expect(walk.reactions(of: mail, to: ReplySymbol(codes: [250])) == ["RCPT TO:<{addr}>"])
    }

    @Test func aProgramsOwnNameIsKept() throws {
        var learner = ModelLearner()
        learner.hostNames = ["mail.maple.example"]
        for (name, helo) in [("scanner", "scanner.tool"), ("honest", "mail.maple.example"), ("short", "maple")] {
            let talk = Talk.dialogue(["220 hi", "250 mx", "221 bye"], ["EHLO \(helo)", "QUIT"])
            try learner.learn(talk, as: name, dialectClass: .tool, origin: "o")
        }
        let texts = try learner.model().dialects.map { $0.states[1].template?.text }
        #expect(texts == ["EHLO {fqdn}", "EHLO \"scanner.tool\"", "EHLO {label}"])
    }

    @Test("What a difference says is so: one does, the other does not, and nothing shorter tells them apart")
    func differences() throws {
        var apart = 0
        for seed in 0..<60 as Range<UInt64> {
            let clients = [0, 1].map {
                RandomClient(states: Int(2 + seed % 4), choices: 1, replies: 2, seed: 2 * seed + $0 + 40_000)
            }
            let walks = try clients.map { client in
                var learner = DialectLearner(name: "d", dialectClass: .tool, origin: "o")
                for trace in client.traces(length: 6) { learner.learn(trace, count: 1) }
                return LearnedWalk(dialect: try learner.dialect())
            }
            let difference = DialectDifference(between: walks[0].dialect, and: walks[1].dialect)
            // Brute force: the shortest way to different reactions.
            var shortest: Int?
            var queue: [(Int, Int, Int)] = [(0, 0, 0)]
            var seen: Set<[Int]> = []
            while !queue.isEmpty, shortest == nil {
                let (a, b, depth) = queue.removeFirst()
                guard seen.insert([a, b]).inserted, depth < 12 else { continue }
                for (index, _) in RandomClient.replies.prefix(2).enumerated() {
                    let one = clients[0].reactions[a][index][0]
                    let two = clients[1].reactions[b][index][0]
                    switch (one, two) {
                    case (nil, nil): break
                    case (let x?, let y?) where clients[0].texts[x - 1] == clients[1].texts[y - 1]:
                        queue.append((x, y, depth + 1))
                    default: shortest = shortest ?? depth
                    }
                }
            }
            #expect(difference.reply != nil ? difference.conversation.count == shortest : shortest == nil)
            if shortest != nil { apart += 1 }
            #expect(DialectDifference(between: walks[0].dialect, and: walks[0].dialect).isNone)
        }
        #expect(apart > 20)
    }
}
