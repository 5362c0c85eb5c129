import DialectLearning
import DialectReputation
import Dialects
import SMTP
import Testing

/// The experiments on a small model.
struct SiteExperimentTests {
    /// A model of some of the shipped dialects.
    private func model(_ names: String...) -> DialectModel {
        DialectModel(dialects: DialectModel.starter().dialects.filter { names.contains($0.name) })
    }

    @Test func anUnknownBotIsRecognisedUnlessItLooksHonest() throws {
        let model = model("postfix", "sendmail", "mutt", "outlook-express", "dronzho", "plurp", "avstral", "bugbear")
        var options = SiteExperiment.Options()
        options.seed = 3
        let report = try SiteExperiment(model: model, options: options).run()
        let outcomes = Dictionary(uniqueKeysWithValues: report.outcomes.map { ($0.name, $0) })
        #expect(outcomes.count == 4 && report.honestPrograms == 4)
        let dronzho = try #require(outcomes["dronzho"])
        #expect(dronzho.lookAlikes == 0 && dronzho.recognisedAfter != nil && dronzho.called > 0.8)
        // By how it speaks it may be mutt; the name that it brings along is nobody's.
        let plurp = try #require(outcomes["plurp"])
        #expect(plurp.recognisedAfter != nil && plurp.calledByName > 0.8)
        let avstral = try #require(outcomes["avstral"])
        #expect(avstral.lookAlikes == 1 && avstral.called == avstral.calledByName)
        let bugbear = try #require(outcomes["bugbear"])
        #expect(bugbear.lookAlikes == 1 && bugbear.recognisedAfter == nil && bugbear.called == 0)
        #expect(bugbear.state == .mixed && !bugbear.distinctions.isEmpty && bugbear.question != nil)
        #expect(report.honestCalled == [:])
    }

    @Test func recordedConversationsAreAskedAboutToo() throws {
        func recorded(_ program: String, isHonest: Bool, _ lines: String...) -> SiteExperiment.Recording {
            let exchanges = lines.map { line in
                Dialogue.Exchange(
                    message: ClientMessage(
                        kind: SMTPVerb(line: line.utf8).map { .command($0) } ?? .unknownCommand,
                        bytes: Array(line.utf8)), reply: nil)
            }
            return SiteExperiment.Recording(
                program: program, isHonest: isHonest, dialogue: Dialogue(greeting: nil, exchanges: exchanges))
        }
        let report = try SiteExperiment(
            model: model("postfix", "dronzho"),
            recordings: [
                recorded(
                    "postfix", isHonest: true, "EHLO a.example", "MAIL FROM:<a@b.example> SIZE=1",
                    "RCPT TO:<c@d.example>"),
                recorded(
                    "dronzho-2", isHonest: false, "HELO a.example", "MAIL From: <a@b.example>", "RCPT To: <c@d.example>"
                ),
                recorded("dronzho", isHonest: false, "NOOP"),
            ]
        ).run()
        #expect(report.honestRecorded == 1 && report.honestRecordedCalled == [:])
        #expect(report.outcomes.map(\.recorded) == [2] && report.outcomes.map(\.recordedCalled) == [1])
    }

    @Test func theSameSeedGivesTheSame() throws {
        let model = model("postfix", "storm-lower", "mutt")
        func report(_ seed: UInt64) throws -> SiteExperiment.Report {
            var options = SiteExperiment.Options()
            options.seed = seed
            options.sessions = 100
            options.vantage = .milterPostfix
            return try SiteExperiment(model: model, options: options).run()
        }
        #expect(try report(1) == report(1))
    }

    @Test("No stranger moves a program that somebody honest uses", arguments: [Vantage.wire, .milterPostfix])
    func poisoning(vantage: Vantage) {
        let rows = PoisoningExperiment.run(
            model: model("postfix", "sendmail", "mutt"), program: "postfix", vantage: vantage, seed: 5)
        #expect(rows.count == 11)
        for row in rows where row.isInUse {
            #expect(row.honestCalled == 0 && row.state == .mixed, "\(row.attack)")
        }
        // Only many networks of many organisations move what nobody honest speaks, until somebody does.
        let called = rows.filter { $0.honestCalled > 0 }
        #expect(called.map(\.organisations) == [50] && called.allSatisfy { $0.state == .hostile })
        #expect(rows.suffix(2).allSatisfy { $0.state == .mixed })
    }

    @Test func softwareThatOnlyTheModelKnowsIsNotCalled() throws {
        // The site has met nothing but postfix; mutt, which bugbear speaks like, is only described.
        let model = model("postfix", "mutt", "bugbear", "dronzho")
        func recorded(_ lines: String...) -> SiteExperiment.Recording {
            SiteExperiment.Recording(
                program: "postfix", isHonest: true,
                dialogue: Dialogue(
                    greeting: nil,
                    exchanges: lines.map { line in
                        Dialogue.Exchange(
                            message: ClientMessage(
                                kind: SMTPVerb(line: line.utf8).map { .command($0) } ?? .unknownCommand,
                                bytes: Array(line.utf8)), reply: nil)
                    }))
        }
        func outcomes(_ model: DialectModel) throws -> [String: SiteExperiment.Outcome] {
            var options = SiteExperiment.Options()
            options.isHonestRecorded = true
            let report = try SiteExperiment(
                model: model, options: options,
                recordings: [recorded("EHLO a.example", "MAIL FROM:<a@b.example> SIZE=1", "RCPT TO:<c@d.example>")]
            ).run()
            return Dictionary(uniqueKeysWithValues: report.outcomes.map { ($0.name, $0) })
        }
        let knowing = try outcomes(model)
        let bugbear = try #require(knowing["bugbear"])
        #expect(bugbear.state == .mixed && bugbear.called == 0 && bugbear.question != nil)
        #expect((knowing["dronzho"]?.called ?? 0) > 0.8)
        let ignorant = try outcomes(DialectModel(dialects: model.dialects.filter { $0.name != "mutt" }))
        #expect((ignorant["bugbear"]?.called ?? 0) > 0.8 && ignorant["bugbear"]?.state == .hostile)
    }

    /// A client without recipients' names: `HELO`, `MAIL FROM:<>`, `RCPT TO:<>` with brackets, in that spelling.
    private func speech(at vantage: Vantage) throws -> SiteDialect {
        var fingerprint = SessionFingerprint(vantage: vantage)
        for line in ["HELO a.example", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>"] {
            let name = Array("a.example".utf8)
            let shape = HELOShape(of: name, client: nil, ptr: nil, server: nil)
            fingerprint.take(
                ClientMessage(kind: .command(try #require(SMTPVerb(line: line.utf8))), bytes: Array(line.utf8)),
                greeting: line.hasPrefix("HELO") ? (name, shape) : nil, isUnasked: false)
        }
        return SiteDialect(
            depth: .speech, fingerprint: fingerprint.speech, vantage: vantage, state: .mixed, shape: "")
    }

    @Test func onlyWhatSomebodyCalledHonestIsHonestSoftware() throws {
        let seen = try speech(at: .wire)
        func names(_ model: DialectModel) -> [String] {
            DialectVoices(ofHonestSoftwareIn: model, at: [.wire]).names(like: seen).map(\.name)
        }
        let model = model("postfix", "mutt", "bugbear")
        #expect(names(model) == ["mutt"])
        let mutt = try #require(model.dialects.first { $0.name == "mutt" })
        #expect(names(DialectModel(dialects: [mutt.renamed("proposed-1")])) == [])
        // What one vantage shows is not what another does.
        #expect(DialectVoices(ofHonestSoftwareIn: model, at: [.milterPostfix]).names(like: seen).isEmpty)
    }

    @Test func aDialectThatOnlySoftwareIsKnownToSpeakIsProposedToBeLeftAlone() throws {
        let seen = try speech(at: .wire)
        let kin = DialectKin(model: model("postfix", "mutt"), vantages: [.wire])
        #expect(SiteProposal.proposals(for: SiteDialects([seen]), kin: kin)[seen.id] == [.beware(["mutt"])])
    }

    @Test func kinAreThoseThatSpeakAlike() throws {
        let model = model("postfix", "mutt", "storm", "grum", "dronzho")
        var options = SiteExperiment.Options()
        options.vantage = .wire
        let kin = DialectKin(model: model, vantages: [.wire])
        var fingerprint = SessionFingerprint(vantage: .wire)
        for line in ["HELO a.example", "MAIL FROM: <a@b.example>", "RCPT TO: <c@d.example>"] {
            let message = ClientMessage(
                kind: .command(try #require(SMTPVerb(line: line.utf8))), bytes: Array(line.utf8))
            let name = Array("a.example".utf8)
            fingerprint.take(
                message,
                greeting: line.hasPrefix("HELO")
                    ? (name, HELOShape(of: name, client: nil, ptr: nil, server: nil)) : nil, isUnasked: false)
        }
        let site = SiteDialect(
            depth: .speech, fingerprint: fingerprint.speech, vantage: .wire, state: .hostile, shape: "")
        let names = kin.names(like: site).map(\.name)
        #expect(!names.contains("postfix") && !names.contains("dronzho"))
        let proposals = SiteProposal.proposals(for: SiteDialects([site]), kin: kin)
        #expect(proposals[site.id] == (names.isEmpty ? [.nameAnew] : [.name(names)]))
    }

    @Test func aQuestionIsProposedWhereBotsAndSoftwareSpeakAlike() throws {
        let kin = DialectKin(model: model("mutt", "bacula-bsmtp", "bugbear"), vantages: [.wire])
        var fingerprint = SessionFingerprint(vantage: .wire)
        for line in ["HELO a.example", "MAIL FROM:<a@b.example>", "RCPT TO:<c@d.example>"] {
            let name = Array("a.example".utf8)
            let shape = HELOShape(of: name, client: nil, ptr: nil, server: nil)
            fingerprint.take(
                ClientMessage(kind: .command(try #require(SMTPVerb(line: line.utf8))), bytes: Array(line.utf8)),
                greeting: line.hasPrefix("HELO") ? (name, shape) : nil, isUnasked: false)
        }
        let site = SiteDialect(
            depth: .speech, fingerprint: fingerprint.speech, vantage: .wire, state: .mixed, shape: "")
        #expect(kin.names(like: site).contains { $0.name == "bugbear" })
        let proposals = SiteProposal.proposals(for: SiteDialects([site]), kin: kin)[site.id]
        #expect(proposals?.first == .beware(["bacula-bsmtp", "mutt"]))
        guard case .ask(_, let pairs, let all)? = proposals?.last else {
            Issue.record("\(String(describing: proposals))")
            return
        }
        #expect(pairs >= 1 && pairs <= all)
    }
}
