import EngineTraits
import FakeMTA
import Milter
import Testing

@Suite("No more is asked for than was offered", .bothEngines)
struct NegotiationTests {
    static func negotiated(
        _ offer: NegotiationOffer, _ options: [String] = []
    ) throws -> NegotiationAnswer {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: options)
        defer { withExtendedLifetime(filter) {} }
        return try FakeMTASession(socket: filter.socket, offer: offer).negotiated
    }

    @Test(arguments: [NegotiationOffer.postfix, .sendmail])
    func aMailServerThatOffersEverything(offer: NegotiationOffer) throws {
        let answer = try Self.negotiated(offer)
        #expect(answer.version == 6)
        #expect(answer.steps == [.skip, .rejectedRecipients, .leadingSpace])
        #expect(answer.actions.isSuperset(of: MilterActions.all.subtracting(.setSymbolList)))
    }

    @Test(arguments: [UInt32(2), 3, 4, 5])
    func anOldMailServerWithNothing(version: UInt32) throws {
        // To libmilter no action at all means those of version 1.
        let answer = try Self.negotiated(NegotiationOffer(version: version, actions: .addHeaders, steps: []))
        #expect(answer == NegotiationAnswer(version: version, actions: .addHeaders, steps: []))
    }

    @Test func anOldMailServer() throws {
        let answer = try Self.negotiated(.version2)
        #expect(answer == NegotiationAnswer(version: 2, actions: NegotiationOffer.version2.actions, steps: []))
    }

    @Test(arguments: [MilterSteps.skip, .rejectedRecipients, .leadingSpace, .noReplyHeader, .noReplyEndOfHeaders])
    func aSingleStep(step: MilterSteps) throws {
        let all = ["--no-reply", "header,eoh"]
        #expect(try Self.negotiated(NegotiationOffer(steps: step), all).steps == step)
        #expect(
            try Self.negotiated(NegotiationOffer(steps: MilterSteps.all.subtracting(step)), all).steps.contains(step)
                == false)
    }

    @Test func noStepIsLeftOut() throws {
        let leftOut: MilterSteps = [
            .noConnect, .noHelo, .noMail, .noRcpt, .noBody, .noHeaders, .noEndOfHeaders, .noUnknown, .noData,
            .noReplyConnect, .noReplyHelo, .noReplyMail, .noReplyRcpt, .noReplyData, .noReplyUnknown, .noReplyBody,
        ]
        #expect(try Self.negotiated(.postfix, ["--no-reply", "header,eoh"]).steps.isDisjoint(with: leftOut))
    }

    @Test func macrosAreAskedForByStage() throws {
        let symbols = try Self.negotiated(.postfix).symbols
        #expect(Set(symbols.keys) == Set(MacroStage.allCases))
        #expect(
            symbols[.connect] == [
                "j", "_", "v", "{daemon_name}", "{daemon_port}", "{client_addr}", "{client_name}", "{client_ptr}",
                "{client_port}", "{client_resolve}",
            ])
        #expect(symbols[.helo] == ["{tls_version}"])
        #expect(symbols[.mail] == ["i", "r", "{tls_version}", "{auth_authen}", "{auth_type}"])
        #expect(symbols[.rcpt] == ["i", "{rcpt_mailer}", "{rcpt_host}", "{rcpt_addr}"])
        #expect(symbols[.data] == ["i"])
        #expect(symbols[.endOfHeaders] == ["i"])
        #expect(symbols[.endOfMessage] == ["i"])
    }

    @Test func macrosAreNotAskedForIfThatWasNotOffered() throws {
        let offer = NegotiationOffer(actions: MilterActions.all.subtracting(.setSymbolList))
        #expect(try Self.negotiated(offer).symbols.isEmpty)
    }

    @Test func macrosArriveWithTheirStageAndOnlyThose() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe, options: ["--macros"])
        let session = try FakeMTASession(socket: filter.socket)
        _ = try session.connect(Probe.peer)
        _ = try session.helo("h.example", macros: ["{tls_version}": "TLSv1.3", "{cipher}": "not asked for"])
        _ = try session.mail("<A@Example.NET>", macros: ["{auth_type}": "PLAIN", "{auth_authen}": "a\"b"])
        _ = try session.rcpt("<nosuch@lab.example>", refusedByMTA: .unknownUser)
        _ = try session.rcpt("<User1@lab.example>")
        _ = try session.data()
        try session.quit()
        let record = filter.record(ofSession: 1)
        let macros = record.split(whereSeparator: { !$0.hasPrefix("macro ") }).map(Array.init)
        #expect(macros.count == 6)
        #expect(macros[0].contains("macro v=\"Postfix 3.7.11\""))
        #expect(macros[0].contains("macro {client_resolve}=\"OK\""))
        #expect(macros[1].contains("macro {tls_version}=\"TLSv1.3\""))
        #expect(macros[2].contains("macro {auth_authen}=\"a\\x22b\""))
        #expect(
            Set(macros[3]).isSuperset(of: [
                "macro {rcpt_mailer}=\"error\"", "macro {rcpt_host}=\"5.1.1\"",
                "macro {rcpt_addr}=\"Recipient address rejected: User unknown in local recipient table\"",
            ]))
        #expect(macros[4].contains("macro {rcpt_addr}=\"user1@lab.example\""))
        #expect(!macros[4].contains { $0.hasPrefix("macro i=") })
        #expect(macros[5].contains("macro i=\"4FAKE1\""))
        #expect(!record.contains { $0.contains("not asked for") })
    }

    @Test func withoutRejectedRecipientsTheyAreNotShown() throws {
        let filter = try ScriptedFilter(ScriptedFilter.probe)
        let session = try FakeMTASession(
            socket: filter.socket, offer: NegotiationOffer(steps: MilterSteps.all.subtracting(.rejectedRecipients)))
        _ = try Stage.mail.answers(of: session)
        #expect(try session.rcpt("<nosuch@lab.example>", refusedByMTA: .unknownUser).omission == .suppressed)
        try session.quit()
        #expect(!filter.record.contains { $0.contains("rcpt") })
    }
}
