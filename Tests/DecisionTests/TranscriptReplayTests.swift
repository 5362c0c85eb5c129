import Decision
import KeyedHashing
import Policy
import SMTP
import Sessions
import SpamTracker
import Testing

/// Transcripts judged again.
struct TranscriptReplayTests {
    /// Sessions of several kinds, in the order in which they came.
    private func run(_ site: Site) -> [Session] {
        var sessions: [Session] = []
        var harvester = Session.postfix(
            site, at: 0, peers: .sample("192.0.2.30", name: "mail.example.net", resolution: .forged))
        for number in 0..<4 {
            harvester.refused(
                "<n\(number)@virtual.example>", "Recipient address rejected: User unknown in virtual mailbox table")
        }
        harvester.recipient("<b@example.org>")
        harvester.message(("Subject", " x"))
        sessions.append(harvester)
        for time in [10, 20, 90] as [Int64] {
            var bot = Session.festi(site, at: time)
            bot.recipient("<b@virtual.example>")
            bot.wait(5)
            for number in 0..<6 { bot.recipient("<u\(number)@example.org>") }
            bot.recipient("<c@example.org>")
            bot.abort()
            bot.mail("<>")
            bot.recipient("<postmaster>")
            bot.message(("Date", "x"))
            sessions.append(bot)
        }
        var honest = Session.postfix(site, at: 100)
        honest.startTLS()
        honest.recipient("<b@example.org>")
        honest.message(("Received", " x"), ("From", "y"))
        honest.mail("<a@example.net>", "SIZE=1")
        honest.recipient("<c@example.org>")
        honest.abort()
        sessions.append(honest)
        var known = Session(site, at: 110, peers: .nameless("203.0.113.99", mta: .sendmail))
        known.helo("ylmf-pc")
        known.authenticated()
        known.proto("ESMTPA")
        known.mail("<a@example.net>")
        known.recipient("<b@example.org>")
        sessions.append(known)
        var odd = Session(site, at: 120, peers: .nameless("203.0.113.98"))
        odd.abort()
        odd.helo("mail.bot.example")
        odd.abort()
        odd.mail("<a@bot.example>")
        odd.recipient("<b@example.org>")
        odd.unknown("FOO")
        odd.abort()
        odd.abort()
        sessions.append(odd)
        return sessions
    }

    @Test(
        "The same transcripts give the same decisions",
        arguments: [
            EnforcementMode.observe, .enforce,
        ])
    func sameDecisions(mode: EnforcementMode) throws {
        let site = try Site {
            $0.lie(fraction: 0.5)
            $0.mode = mode
        }
        let live = run(site)
        let replay = TranscriptReplay(snapshot: site.snapshot, memory: try Site.memory(for: site.snapshot))
        var verdicts: Set<Verdict> = []
        for session in live {
            let line = TranscriptDocument.line(for: session.finished())
            let transcript = try TranscriptDocument.transcript(from: line, file: "f", line: 1)
            let outcome = try #require(replay.outcome(of: transcript))
            #expect(
                outcome.decisions.map(\.record)
                    == session.decisions.map(\.record).map { record in
                        var record = record
                        record.session = "s"
                        return record
                    })
            #expect(outcome.decisions.map(\.reply) == session.decisions.map(\.reply))
            #expect(outcome.decisions.map(\.changes) == session.decisions.map(\.changes))
            #expect(outcome.decisions.map(\.lie) == session.decisions.map(\.lie))
            #expect(outcome.dialect == session.judge.label)
            #expect(outcome.states == session.judge.states)
            verdicts.formUnion(outcome.decisions.map(\.record.verdict))
        }
        #expect(verdicts.isSuperset(of: [.accept, .tempfail, .fakeReject]))
    }

    /// Scores of a site whose spam goes to three domains, by pseudonyms or in clear.
    func scores(_ pseudonyms: SenderPseudonyms?) throws -> SenderScores {
        var tracker = SenderTracker()
        for number in 0..<60 {
            let client = ClientAddress(ipv4: 0x0A00_0000 + UInt32(number) << 12)
            for step in 0..<3 {
                let name = number % 3 == 0 ? "h\((number + step) % 4).example" : "t\((number + step) % 4).example"
                tracker.record(
                    SenderEvent(
                        sender: pseudonyms?.sender(client) ?? SenderKey(client),
                        domain: pseudonyms.map { SenderPseudonyms.tableName($0.domain(name)) } ?? name,
                        time: UnixTime(seconds: 1_000), label: number % 3 == 0 ? .honest : .spam))
            }
        }
        let snapshot = try tracker.workload(at: UnixTime(seconds: 90_000), window: 90_000).run().snapshot
        return pseudonyms.map { SenderScores(snapshot, pseudonyms: $0) } ?? SenderScores(snapshot)
    }

    @Test("With scores of senders, a replay decides as it was decided live; pseudonyms and names score alike")
    func replaysScores() throws {
        var told: [[String]] = []
        for scores in [try scores(SenderPseudonyms(key: .random())), try scores(nil)] {
            let site = try Site { $0.senderThreshold = 0.6 }
            var live = Session(site, at: 0, peers: .nameless("203.0.113.77"), scores: scores)
            live.helo("mail.linden.example")
            live.mail("<pat@linden.example>")
            for number in 0..<3 { live.recipient("<u@t\(number).example>") }
            live.abort()
            let replay = TranscriptReplay(
                snapshot: site.snapshot, memory: try Site.memory(for: site.snapshot), scores: scores)
            let outcome = try #require(replay.outcome(of: live.finished()))
            #expect(outcome.decisions.map(\.record.words) == live.decisions.map(\.record.words))
            #expect(outcome.decisions.map(\.record.senderScore) == live.decisions.map(\.record.senderScore))
            #expect(outcome.decisions.last?.record.words.contains("senders.spam-cluster") == true)
            told.append(outcome.decisions.map(\.record.senderScore.description))
            let without = TranscriptReplay(snapshot: site.snapshot, memory: try Site.memory(for: site.snapshot))
            let silent = try #require(without.outcome(of: live.finished()))
            #expect(silent.decisions.allSatisfy { $0.record.senderScore.isEmpty })
        }
        #expect(told[0] == told[1])
    }

    @Test func transcriptsOfBytesAreNotJudged() throws {
        let site = try Site()
        let transcript = SessionTranscript(
            id: "w", source: "f", began: nil, vantage: .wire, peers: SessionPeers(), events: EventLog(),
            ending: .unknown)
        #expect(TranscriptReplay(snapshot: site.snapshot, memory: site.memory).outcome(of: transcript) == nil)
    }

    @Test func transcriptWithoutATimeIsJudged() throws {
        let site = try Site()
        var session = Session.festi(site)
        session.recipient("<b@example.org>")
        var transcript = session.finished()
        transcript.began = nil
        let replay = TranscriptReplay(snapshot: site.snapshot, memory: try Site.memory(for: site.snapshot))
        #expect(replay.outcome(of: transcript)?.decisions.map(\.record.verdict) == [.tempfail])
    }
}
