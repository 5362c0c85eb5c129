import Decision
import Dialects
import Judgements
import KeyedHashing
import Memory
import Policy
import SMTP
import Testing

/// What sessions leave to learn from, and that nothing of Argot's own gets into it.
@Suite("Lessons")
struct LessonTests {
    /// A session that is learned from.
    private struct Learner {
        var judge: SessionJudge
        var lessons: [Lesson] = []
        var replies: [RefusalReply?] = []
        var words: Set<String> = []
        private let now = UnixTime(seconds: Site.epoch)

        init(
            _ change: (inout PolicyConfiguration) -> Void = { _ in }, rules: JudgementRules? = JudgementRules(),
            peers: SessionPeers = .sample(), memory: DecisionMemory? = nil, scores: SenderScores? = nil
        ) throws {
            var policy = PolicyConfiguration()
            policy.nameLookups = .yes
            policy.mode = .enforce
            policy.trustedNetworks = [try #require(AddressPrefix("127.0.0.0/8"))]
            change(&policy)
            let snapshot = DecisionSnapshot(
                model: Site.model, modelSource: "built-in", policy: policy, learning: rules)
            let memory = try memory ?? Site.memory(for: snapshot)
            judge = SessionJudge(id: "s", snapshot: snapshot, memory: memory, peers: peers, scores: scores)
        }

        @discardableResult
        mutating func take(_ kind: SessionEvent.Kind, _ parts: String...) -> Decision? {
            let bytes = Array(parts.joined(separator: "\0").utf8)
            let decision = judge.take(kind, bytes.span, at: now).decision
            words.formUnion(decision?.record.words ?? [])
            if kind == .rcpt || kind == .eom { replies.append(decision?.reply) }
            if kind == .eom || kind == .abort, let lesson = judge.lesson(queueID: "Q1", at: now) {
                lessons.append(lesson)
            }
            return decision
        }

        mutating func message(_ id: String = "<1@b.example>") {
            take(.data)
            take(.header, "Message-ID", " \(id)")
            take(.header, "Subject", " x")
            take(.eoh)
            take(.eom)
        }

        mutating func close() {
            if let lesson = judge.lesson(queueID: "", at: now) { lessons.append(lesson) }
            if let lesson = judge.lessonOfSession(at: now) { lessons.append(lesson) }
        }
    }

    @Test("every message leaves one, whatever it is")
    func messages() throws {
        var learner = try Learner(peers: .sample(name: "mx.mail.example.net", resolution: .ok))
        learner.take(.helo, "mx.mail.example.net")
        for number in 1...2 {
            learner.take(.mail, "<a@b.example>")
            learner.take(.rcpt, "<user1@example.org>")
            learner.message("<\(number)@b.example>\r\n")
        }
        learner.close()
        #expect(learner.lessons.map(\.id) == ["s.1", "s.2"])
        #expect(learner.lessons.map(\.messageID) == ["1@b.example", "2@b.example"])
        let lesson = try #require(learner.lessons.first)
        #expect(lesson.queueID == "Q1" && lesson.hasHeaders && lesson.judgements.isEmpty)
        #expect(lesson.organisation?.description == "example.net" && lesson.sender.unquoted == "a@b.example")
        #expect(lesson.dialect != nil)
    }

    @Test("a forged name is no organisation")
    func forgedName() throws {
        var learner = try Learner(peers: .sample(name: "mx.bank.example", resolution: .forged))
        learner.take(.mail, "<a@b.example>")
        learner.take(.rcpt, "<user1@example.org>")
        learner.message()
        #expect(learner.lessons.count == 1 && learner.lessons.first?.organisation == nil)
    }

    @Test("who has logged in, who is trusted, and local submissions leave none")
    func exempt() throws {
        var loggedIn = try Learner()
        loggedIn.take(.auth, "PLAIN")
        let trusted = try Learner(peers: .sample("127.0.0.9"))
        var local = SessionPeers.sample()
        local.clientPort = 0
        let submission = try Learner(peers: local)
        let off = try Learner(rules: nil)
        for var learner in [loggedIn, trusted, submission, off] {
            learner.take(.mail, "<a@b.example>")
            learner.take(.refused, "5.1.1", "User unknown")
            learner.take(.rcpt, "<gone@example.org>")
            learner.take(.rcpt, "<user1@example.org>")
            learner.message()
            learner.close()
            #expect(learner.lessons.isEmpty)
        }
    }

    @Test("a session whose recipients were all refused leaves one, with what the mail server said")
    func refused() throws {
        var learner = try Learner()
        learner.take(.helo, "friend")
        for number in 1...3 {
            learner.take(.mail, "<a\(number)@b.example>")
            learner.take(.refused, "5.7.1", "Service unavailable; Client host [203.0.113.9] blocked using bl.example")
            learner.take(.rcpt, "<user1@example.org>")
            learner.take(.abort)
        }
        #expect(learner.lessons.isEmpty)
        learner.close()
        #expect(learner.lessons.map(\.id) == ["s.0"] && learner.lessons.map(\.hasHeaders) == [false])
        #expect(learner.lessons.first?.judgements.map(\.source) == [.blocklist])
        #expect(learner.lessons.first?.queueID == "")
    }

    @Test("a session that asks for no recipient says how it spoke, and is known again by that")
    func noRecipient() throws {
        let key = try HashingKey(bytes: 1...32)
        func lesson(_ client: String, _ words: [(SessionEvent.Kind, String)]) throws -> Lesson {
            var learner = try Learner(peers: .sample(client))
            for (kind, word) in words { learner.take(kind, word) }
            learner.close()
            #expect(learner.lessons.count == 1)
            return try #require(learner.lessons.first)
        }
        let first = try lesson("203.0.113.9", [(.helo, "friend"), (.mail, "<a@b.example>")])
        #expect(!first.hasRecipient && first.id == "s.0" && first.judgements.isEmpty && !first.hasHeaders)
        #expect(first.dialect?.shape == "greets name; MAIL <>")
        let attempt = first.attempt(under: key, dialect: first.dialect)
        func again(_ client: String, _ words: [(SessionEvent.Kind, String)]) throws -> Bool {
            let lesson = try lesson(client, words)
            return lesson.attempt(under: key, dialect: lesson.dialect) == attempt
        }
        #expect(try again("203.0.113.9", [(.helo, "friend"), (.mail, "<other@c.example>")]))
        #expect(try !again("203.0.113.9", [(.helo, "friend")]) && !again("203.0.113.9", [(.helo, "[192.0.2.1]")]))
        #expect(try !again("203.0.113.8", [(.helo, "friend"), (.mail, "<a@b.example>")]))
        // An attempt that asked is another one.
        var asked = try Learner()
        asked.take(.helo, "friend")
        asked.take(.mail, "<>")
        asked.take(.rcpt, "<user1@example.org>")
        asked.close()
        #expect(
            asked.lessons.map(\.hasRecipient) == [true]
                && asked.lessons.first?.attempt(under: key, dialect: nil) != attempt)
        // Who says nothing at all leaves nothing.
        var silent = try Learner()
        silent.close()
        #expect(silent.lessons.isEmpty)
    }

    @Test("what the mail server refuses before any recipient is said of the session")
    func refusedEarly() throws {
        var learner = try Learner()
        learner.take(.helo, "friend")
        learner.take(.refused, "5.7.1", "Service unavailable; Client host [203.0.113.9] blocked using bl.example")
        learner.take(.mail, "<a@b.example>")
        learner.close()
        #expect(learner.lessons.map(\.hasRecipient) == [false])
        #expect(learner.lessons.first?.judgements.map(\.source) == [.blocklist])
    }

    @Test("a trap is said, whether the mail server knows it or not")
    func traps() throws {
        for isRefused in [false, true] {
            var learner = try Learner({ $0.trapAddresses = ["trap@example.org"] })
            learner.take(.mail, "<a@b.example>")
            if isRefused { learner.take(.refused, "5.1.1", "User unknown") }
            learner.take(.rcpt, "<Trap@example.org>")
            learner.close()
            #expect(learner.lessons.first?.judgements.map(\.source) == [.trap])
        }
    }

    @Test("a message that somebody else refuses at its end leaves one: the abort comes behind DATA")
    func refusedByOthers() throws {
        var learner = try Learner()
        learner.take(.mail, "<a@b.example>")
        learner.take(.rcpt, "<user1@example.org>")
        learner.take(.data)
        learner.take(.abort)
        learner.close()
        #expect(learner.lessons.map(\.id) == ["s.1"] && learner.lessons.first?.queueID == "Q1")
        #expect(learner.lessons.first?.hasHeaders == false)
    }

    /// Promise 6: whatever Argot itself thinks, says and remembers, the lesson is the same, and no judgement is in it.
    @Test("nothing of Argot's own verdicts, scores, greylist or breaker gets into a lesson")
    func nothingOfOnesOwn() throws {
        func lesson(
            _ change: (inout PolicyConfiguration) -> Void, times: Int = 1, scores: SenderScores? = nil,
            trips: Int = 0
        ) throws -> (lesson: Lesson, replies: [RefusalReply?], words: Set<String>) {
            var policy = PolicyConfiguration()
            policy.breaker.minimumCount = 1
            let memory = try Site.memory(
                for: DecisionSnapshot(model: Site.model, modelSource: "built-in", policy: policy))
            try tripBreaker(of: memory, times: trips)
            var last: Learner?
            for _ in 0..<times {
                var learner = try Learner(change, memory: memory, scores: scores)
                // Its HELO gives this server's own name, its address has none.
                learner.take(.helo, "mx.example.org")
                learner.take(.mail, "<a@b.example>")
                for number in 0..<4 { learner.take(.rcpt, "<user\(number)@t\(number).example>") }
                learner.message()
                learner.close()
                last = learner
            }
            let learner = try #require(last)
            return (try #require(learner.lessons.first), learner.replies, learner.words)
        }
        let observing = try lesson { $0.mode = .observe }
        let scores = try TranscriptReplayTests().scores(nil)
        let variants = [
            ("deferred", try lesson { $0.enforcedVerdicts = [.tempfail] }),
            ("deferred again", try lesson({ $0.enforcedVerdicts = [.tempfail] }, times: 3)),
            (
                "rejected",
                try lesson {
                    $0.deniedAddresses = [AddressPrefix("203.0.113.0/24")!]
                    $0.enforcedVerdicts = [.reject]
                }
            ),
            (
                "lied to",
                try lesson {
                    $0.lie()
                    $0.deniedAddresses = [AddressPrefix("203.0.113.0/24")!]
                }
            ),
            ("let in", try lesson { $0.allowedAddresses = [AddressPrefix("203.0.113.9/32")!] }),
            (
                "scored",
                try lesson(
                    {
                        $0.senderThreshold = 0.5
                        $0.senderConfidence = 0
                    }, scores: scores)
            ),
            ("suspended in part", try lesson({ $0.enforcedVerdicts = [.tempfail] }, trips: 1)),
            ("suspended", try lesson({ $0.enforcedVerdicts = [.tempfail] }, trips: 2)),
        ]
        for (name, variant) in variants {
            let found = variant.lesson
            #expect(found.judgements.isEmpty && found.unreadReplies.isEmpty, "\(name)")
            #expect(found.dialect == observing.lesson.dialect && found.hasHeaders, "\(name)")
            #expect(found.messageID == observing.lesson.messageID && found.keys == observing.lesson.keys, "\(name)")
        }
        // The variants did differ in what was thought and answered.
        #expect(observing.replies.allSatisfy { $0 == nil })
        #expect(variants[0].1.replies.contains { $0?.isTemporary == true })
        #expect(variants[0].1.words.contains("greylist.new") && variants[1].1.words.contains("greylist.early"))
        #expect(variants[2].1.replies.contains { $0?.isTemporary == false })
        #expect(variants[4].1.words.contains { $0.hasPrefix("exempt.") })
        #expect(variants[5].1.words.contains("senders.spam-cluster"))
        #expect(variants[6].1.words.contains("breaker.helo"))
        #expect(variants[7].1.replies.allSatisfy { $0 == nil } && variants[7].1.words.contains("breaker.helo"))
    }

    /// Makes the breaker switch off what is said of HELO, and with a second trip all refusals: clients with a long history
    /// greet with this server's own name, and then as Gmail.
    private func tripBreaker(of memory: DecisionMemory, times: Int) throws {
        let now = UnixTime(seconds: Site.epoch)
        let record = ClientRecord(firstSeen: now + -30 * 86_400, lastSeen: now + -86_400, count: 10)
        for number in 0..<times {
            let address = "203.\(number).5.9"
            let client = try #require(ClientAddress(address))
            memory.restore(clients: [(memory.key.keys(of: client).client, record)], at: now)
            var learner = try Learner(
                peers: .sample(address, name: "h.o\(number).example", resolution: .ok), memory: memory)
            learner.take(.helo, number == 0 ? "mx.example.org" : "mail.gmail.com")
            learner.take(.mail, "<a@b.example>")
            learner.take(.rcpt, "<user1@example.org>")
            learner.take(.data)
            learner.take(.header, "Received", " from x by y")
            learner.take(.eoh)
            learner.take(.eom)
            // What the breaker does is no judgement of the session that trips it either.
            learner.close()
            #expect(learner.lessons.map(\.judgements) == [[]])
        }
        #expect(memory.suspended(at: now).isEmpty == (times == 0) && memory.isBreakerTripped(at: now) == (times == 2))
    }

    @Test("a Message-ID is the same with and without brackets, blanks and line ends, and bounded")
    func messageIDs() throws {
        #expect(Lesson.plain(messageID: " <a@b>\r\n") == "a@b" && Lesson.plain(messageID: "a@b") == "a@b")
        #expect(Lesson.plain(messageID: "<>") == "" && Lesson.plain(messageID: "") == "")
        #expect(Lesson.plain(messageID: String(repeating: "x", count: 5_000)).utf8.count == 998)
        let key = try HashingKey(bytes: 1...32)
        #expect(key.hash(messageID: "<a@b>") == key.hash(messageID: "a@b"))
        #expect(key.hash(messageID: "ABC").bits != key.hash(queueID: "ABC").bits)
    }
}
