import Dialects
import DialectLearning
import SMTP
import Seeded
import Testing

/// From conversations to a dialect and on.
struct DialectLearnerTests {
    /// A conversation as two scripts: what the server says, and what the client says after each.
    static func dialogue(
        _ server: [String], _ client: [String], early: Set<Int> = [], closing: SessionTranscript.Closing.Manner? = .fin
    ) -> Dialogue {
        func reply(_ text: String) -> ServerReply? {
            guard !text.isEmpty else { return nil }
            let lines = text.split(separator: "|")
            let codes = lines.map { UInt16($0.prefix(3)) ?? 0 }
            var form: ServerReply.Form = lines.count > 1 ? .multiLine : []
            if Set(codes).count > 1 { form.insert(.mixedCodes) }
            return ServerReply(
                bytes: Array((lines.joined(separator: "\r\n") + "\r\n").utf8), codes: codes, form: form, time: 0)
        }
        let exchanges = client.enumerated().map { index, text in
            let isContent = text.hasSuffix("\r\n")
            let bytes = Array(text.utf8)
            let kind: ClientMessage.Kind =
                isContent ? .content : SMTPVerb(line: bytes).map { .command($0) } ?? .unknownCommand
            return Dialogue.Exchange(
                message: ClientMessage(kind: kind, bytes: bytes, isEarly: early.contains(index)),
                reply: index + 1 < server.count ? reply(server[index + 1]) : nil)
        }
        return Dialogue(
            greeting: reply(server[0]), exchanges: exchanges,
            closings: closing.map { [.init(time: 0, isByClient: true, manner: $0)] } ?? [])
    }

    static let delivery = dialogue(
        ["220 hi", "250-mx|250-PIPELINING|250 SIZE 100", "250 ok", "250 ok", "354 go", "250 ok", "221 bye"],
        ["EHLO a.example", "MAIL FROM:<a@b> SIZE=10", "RCPT TO:<c@d>", "DATA", "From: x\r\nTo: y\r\n", "QUIT"],
        early: [2, 3])
    static let refusal = dialogue(
        ["220 hi", "250 mx", "250 ok", "550 5.1.1 no", "250 reset", "221 bye"],
        ["EHLO a.example", "MAIL FROM:<>", "RCPT TO:<c@d>", "RSET", "QUIT"])
    static let mixed = dialogue(
        ["220 hi", "250 mx", "250 ok", "250 OK|550 Error"], ["EHLO [192.0.2.1]", "MAIL FROM:<a@b>", "RCPT TO:<c@d>"],
        closing: .rst)

    @Test("Who was never heard to send the null path writes an address, whatever varies behind it")
    func addressesWithoutNull() throws {
        var learner = ModelLearner()
        try learner.learn(Self.delivery, as: "a", dialectClass: .tool, origin: "o")
        try learner.learn(Self.mixed, as: "a", dialectClass: .tool, origin: "o")
        let templates = try learner.model().dialects[0].states.compactMap(\.template?.text)
        #expect(templates.contains("MAIL FROM:<{addr}>[ SIZE={n}]"))
        try learner.learn(Self.refusal, as: "a", dialectClass: .tool, origin: "o")
        #expect(
            try learner.model().dialects[0].states.compactMap(\.template?.text).contains(
                "MAIL FROM:<{path}>[ SIZE={n}]"))
    }

    static let document = """
        argot-dialects 2

        dialect tester library
          origin test
          offer none
          offer PIPELINING SIZE
          state ehlo EHLO {fqdn|literal}
          state mail MAIL FROM:<{path}>[ SIZE={n}]
          state rcpt RCPT TO:<{addr}>
          state rcpt-early RCPT TO:<{addr}>
          state rset RSET
          state data-early DATA
          state quit QUIT
          state message {message}
          wire mail sent=after*2,after-offered*1
          wire rcpt-early sent=early-offered*1
          wire data-early sent=early-offered*1
          wire quit sent=after*1,after-offered*1
          wire message sent=after-offered*1
          on start 220 to ehlo*3
          on ehlo 250 to mail*3
          on mail 250 to rcpt*2 rcpt-early*1
          on rcpt 5xx to rset*1
          on rcpt-early 250 to data-early*1
          on rset 250 to quit*1
          on data-early 354 to message*1
          on message 250 to quit*1
          final bad rcpt*1 after 250/550 by rst*1
          final good quit*1 by fin*1
          final bad quit*1 by fin*1
          heard m1 DATA
          heard m2 EHLO {fqdn}
          heard m3 EHLO {literal}
          heard m4 MAIL FROM:<>
          heard m5 MAIL FROM:<{addr}>
          heard m6 MAIL FROM:<{addr}> SIZE={n}
          heard m7 QUIT
          heard m8 RCPT TO:<{addr}>
          heard m9 RSET
          heard m10 {message From,To}
          trace 1 1 fin 220 m2 250 m4 250 m8 550 m9 250 m7 221
          trace 1 1 rst 220 m3 250 m5 250 m8 250/550
          trace 1 2 fin 220 m2 250 m6 250 m8~e 250 m1~e 354 m10 250 m7 221

        """

    private func document(_ dialogues: [Dialogue]) throws -> String {
        var learner = DialectLearner(name: "tester", dialectClass: .library, origin: "test")
        for dialogue in dialogues { learner.learn(dialogue) }
        return DialectDocument.text(for: DialectModel(dialects: [try learner.dialect()]))
    }

    @Test func goldenDialect() throws {
        let text = try document([Self.delivery, Self.refusal, Self.mixed])
        #expect(text == Self.document)
        let model = try DialectDocument.model(from: text, file: "m").get()
        #expect(DialectDocument.text(for: model) == text)
    }

    @Test func theOrderOfConversationsDoesNotMatter() throws {
        for order in [[0, 2, 1], [1, 0, 2], [2, 1, 0]] {
            let all = [Self.delivery, Self.refusal, Self.mixed]
            #expect(try document(order.map { all[$0] }) == Self.document)
        }
    }

    @Test("Learning A and then B gives, bit for bit, what learning A and B gives")
    func incrementally() throws {
        for seed in 0..<40 as Range<UInt64> {
            var generator = SeededGenerator(seed: seed)
            let client = RandomClient(states: Int(3 + seed % 5), choices: 2, replies: 3, seed: 9_000 + seed)
            let traces = client.traces(length: 4).shuffled(using: &generator)
            func model(_ traces: some Sequence<Trace>, addingTo model: DialectModel) throws -> DialectModel {
                var learner = ModelLearner(addingTo: model)
                for trace in traces {
                    try learner.learn(trace, count: 2, as: "d", dialectClass: .bot, origin: "o")
                }
                return try learner.model()
            }
            let empty = DialectModel(dialects: [])
            let whole = DialectDocument.text(for: try model(traces.shuffled(using: &generator), addingTo: empty))
            let cut = Int.random(in: 1..<traces.count, using: &generator)
            let first = DialectDocument.text(for: try model(traces[..<cut], addingTo: empty))
            let second = try model(traces[cut...], addingTo: DialectDocument.model(from: first, file: "m").get())
            #expect(DialectDocument.text(for: second) == whole)
            #expect(try DialectDocument.model(from: whole, file: "m").get() == second)
        }
    }

    @Test func whatHasNoNotesCannotBeLearnedInto() throws {
        let model = try DialectDocument.model(from: Self.document, file: "m").get()
        let bare = DialectModel(dialects: [model.dialects[0].renamed(keepingEvidence: false)])
        var learner = ModelLearner(addingTo: bare)
        #expect(throws: LearningError.noEvidence(dialect: "tester")) {
            try learner.learn(Self.delivery, as: "tester", dialectClass: .library, origin: "x")
        }
        #expect(throws: LearningError.badName(name: "a b")) {
            try learner.learn(Self.delivery, as: "a b", dialectClass: .library, origin: "x")
        }
        // The rest of the model stays as it is.
        try learner.learn(Self.delivery, as: "other", dialectClass: .tool, origin: "x")
        let learned = try learner.model()
        #expect(learned.dialects.map(\.name) == ["tester", "other"])
        #expect(learned.dialects[0] == bare.dialects[0])
    }

    @Test(
        "Broken notes are named with their line",
        arguments: [
            ("trace 1 1 fin 220 m9 250", "note 1: nobody heard \"m9\": write \"heard NAME TEMPLATE\" before"),
            (
                "trace 0 1 fin 220 m1 250",
                "note 1: write \"heard NAME TEMPLATE\" or \"trace COUNT OFFER END REPLY NAME … REPLY\""
            ),
            ("trace 1 7 fin 220 m1 250", "note 1: there is no offer 7 in this dialect"),
            ("trace 1 - end 220 m1 250", "note 1: \"end\" is not a way to end"),
            ("heard m1 QUIT\n trace 1 - fin 2x0 m1 250", "note 2: \"2x0\" is not a reply"),
            ("trace", "note 1: write \"heard NAME TEMPLATE\" or \"trace COUNT OFFER END REPLY NAME … REPLY\""),
        ])
    func brokenNotes(notes: String, problem: String) throws {
        let text =
            "argot-dialects 2\ndialect d tool\n origin o\n offer none\n state a QUIT\n on start any to a\n " + notes
        let model = try DialectDocument.model(from: text, file: "m").get()
        let error = #expect(throws: LearningError.self) { try DialectLearner(continuing: model.dialects[0]) }
        #expect(error?.description == "dialect d, " + problem)
    }

    @Test func conversationsThatTeachNothingAreCounted() throws {
        var learner = DialectLearner(name: "d", dialectClass: .tool, origin: "o")
        learner.learn(Dialogue(greeting: nil, exchanges: []))
        var gap = Self.delivery
        gap.hasGaps = true
        learner.learn(gap)
        #expect(learner.skipped == 2)
        #expect(learner.conversations == 0)
        #expect(throws: LearningError.self) { try learner.dialect() }
    }

    @Test func aServerThatHangsUpSaysNothingOfTheClient() throws {
        var cut = Self.dialogue(["220 hi", "421 bye"], ["EHLO a.example"])
        cut.closings = [
            .init(time: 1, isByClient: false, manner: .fin), .init(time: 2, isByClient: true, manner: .fin),
        ]
        var learner = DialectLearner(name: "d", dialectClass: .tool, origin: "o")
        learner.learn(cut)
        #expect(try learner.dialect().finals.isEmpty)
        let silent = Self.dialogue(["220 hi", "25 ok"], ["EHLO a.example"], closing: .timeout)
        learner.learn(silent)
        #expect(try learner.dialect().finals.map(\.manners) == [[.hang: 1]])
    }
}
