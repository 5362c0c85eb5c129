import EngineTraits
import FakeMTA
import Milter
import Testing

/// Traps of libmilter and of the mail servers that the Milter room makes impossible to step into.
@Suite("Traps", .bothEngines)
struct TrapTests {
    static let everything = ["accept", "discard", "reject", "tempfail", "skip", "reply:550:5.7.1:no", "progress"]

    // MARK: Postfix's smtpd panics at the next MAIL after ACCEPT to an unknown command.

    /// Another case does not compile here: no default.
    static func isContinueOrRefusal(_ response: MilterUnknownResponse) -> Bool {
        switch response {
        case .continue: true
        case .refuse: true
        }
    }

    @Test(arguments: everything)
    func acceptToAnUnknownCommandIsNeverSent(option: String) throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "unknown=\(option)"])
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Probe.peer)
        for _ in 1...3 {
            let verdict = try session.unknown("FOO").verdict
            #expect(verdict == .continue || verdict == .reply(FilterReply(raw: "550 5.7.1 no")))
        }
        #expect(try session.mail("<a@example.net>") == MilterAnswer(.continue))
        try session.quit()
        #expect(filter.record(ofSession: 1).suffix(3) == ["mail \"<a@example.net>\"", "abort", "close"])
    }

    // MARK: After a refusal of DATA libmilter swallows the next RCPT or DATA, and the session stalls.

    @Test(arguments: everything)
    func dataIsNeverRefused(option: String) throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "data=\(option)"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket)
        _ = try Stage.rcpt.answers(of: session)
        #expect(try session.data().verdict == .continue)
        for stage in [Stage.header, .eoh, .body, .eom] {
            #expect(try stage.answer(of: session) == MilterAnswer(.continue))
        }
        // A client that goes away, or begins again, within DATA.
        for stage in [Stage.mail, .rcpt] { #expect(try stage.answer(of: session) == MilterAnswer(.continue)) }
        #expect(try session.data().verdict == .continue)
        try session.abort()
        for stage in [Stage.mail, .rcpt] { #expect(try stage.answer(of: session) == MilterAnswer(.continue)) }
        #expect(try session.data().verdict == .continue)
    }

    // MARK: SKIP anywhere but in the body lets Sendmail pass the mail unfiltered.

    @Test(arguments: Stage.allCases)
    func skipIsSentInTheBodyOnly(stage: Stage) throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "\(stage.rawValue)=skip"])
        defer { withExtendedLifetime(filter) {} }
        let session = try FakeMTASession(socket: filter.socket, identity: .sendmail)
        let answers = try Stage.eom.answers(of: session)
        for (other, answer) in answers {
            #expect(answer == MilterAnswer(other == .body && stage == .body ? .skip : .continue), "at \(other)")
        }
    }

    @Test(arguments: [NegotiationOffer(steps: MilterSteps.all.subtracting(.skip)), .version2])
    func skipIsNotSentIfItWasNotOffered(offer: NegotiationOffer) throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "body=skip"])
        let session = try FakeMTASession(socket: filter.socket, offer: offer)
        let stages = Stage.allCases.filter { offer.version == 6 || ($0 != .data && $0 != .unknown) }
        for stage in stages { #expect(try stage.answer(of: session) == MilterAnswer(.continue), "at \(stage)") }
        try session.quit()
        #expect(filter.record(ofSession: 1).contains("body 6"))
    }

    // MARK: Sendmail takes progress before the end of the message for an answer.

    @Test(arguments: ["Postfix 3.7.11", "8.17.1.9", "8.18.1", "Sendmail 9", "Exim 4.96", nil])
    func progressIsReportedEarlyToPostfixOnly(version: String?) throws {
        let stages = Stage.allCases
        let filter = try ScriptedFilter(
            ScriptedFilter.probe, options: stages.flatMap { ["--answer", "\($0.rawValue)=progress"] })
        let session = try FakeMTASession(socket: filter.socket)
        session.macros["v"] = version
        let isPostfix = version?.hasPrefix("Postfix") ?? false
        for stage in stages {
            let expected = isPostfix || stage == .eom ? 1 : 0
            #expect(try stage.answer(of: session) == MilterAnswer(.continue, progressCount: expected), "at \(stage)")
        }
        try session.quit()
        let refused = filter.record(ofSession: 1).count { $0 == "error progress" }
        #expect(refused == (isPostfix ? 0 : stages.count - 1))
    }

    /// The version is that of the session's own CONNECT.
    @Test func theMailServerIsKnownBySession() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--answer", "mail=progress"])
        defer { withExtendedLifetime(filter) {} }
        let sendmail = try FakeMTASession(socket: filter.socket, identity: .sendmail)
        let postfix = try FakeMTASession(socket: filter.socket)
        for session in [sendmail, postfix] { _ = try session.connect(Probe.peer) }
        #expect(try postfix.mail("<a@example.net>").progressCount == 1)
        #expect(try sendmail.mail("<a@example.net>").progressCount == 0)
    }

    // MARK: A reply where none is awaited, or none where one is, puts the session out of step.

    @Test(arguments: ["header", "eoh", "header,eoh"], ["continue", "reject", "accept", "reply:550:5.7.1:no"])
    func whatIsPromisedNotToBeAnsweredIsNot(stages: String, option: String) throws {
        let unanswered = stages.split(separator: ",").compactMap { Stage(rawValue: String($0)) }
        let filter = try ScriptedFilter(
            ScriptedFilter.probe,
            options: ["--no-reply", stages] + unanswered.flatMap { ["--answer", "\($0.rawValue)=\(option)"] })
        let session = try FakeMTASession(socket: filter.socket)
        for stage in Stage.allCases {
            let omission: MilterAnswer.Omission? = unanswered.contains(stage) ? .noReply : nil
            #expect(try stage.answer(of: session) == MilterAnswer(.continue, omission: omission), "at \(stage)")
        }
        try session.quit()
        #expect(
            filter.record(ofSession: 1).suffix(5).map { $0.prefix(6) } == ["header", "eoh", "body 6", "eom", "close"])
    }

    /// libmilter offers a filter these steps in any case, and goes on by itself where the mail server awaits an answer.
    @Test func withoutTheOfferTheyAreAnswered() throws {
        let filter = try ScriptedFilter(
            ScriptedFilter.probe, options: ["--no-reply", "header,eoh", "--answer", "eoh=reject"])
        defer { withExtendedLifetime(filter) {} }
        let steps = MilterSteps.all.subtracting([.noReplyHeader, .noReplyEndOfHeaders])
        let session = try FakeMTASession(socket: filter.socket, offer: NegotiationOffer(steps: steps))
        let answers = try Stage.eoh.answers(of: session)
        #expect(answers[.header] == MilterAnswer(.continue))
        #expect(answers[.eoh] == MilterAnswer(.continue))
        #expect(session.negotiated.steps.isDisjoint(with: [.noReplyHeader, .noReplyEndOfHeaders]))
    }

    /// A session that was let through at CONNECT has no one to ask; what comes nevertheless is answered.
    @Test func afterAcceptAtConnectThereIsAnAnswerToEverything() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--maximum-sessions", "0"])
        defer { withExtendedLifetime(filter) {} }
        let connection = try FakeMTAConnection(to: filter.socket)
        _ = try connection.negotiate()
        try connection.send(MilterPacket(.connect, payload: Probe.peer.payload))
        #expect(try connection.receiveAnswer(to: .connect) == MilterAnswer(.accept))
        try connection.send(MilterPacket(.quit))
        connection.finishWriting()
        try connection.awaitClose()
        try filter.process.awaitCounts { $0.active == 0 && $0.turnedAway == 1 }
    }
}
