import FakeMTA
import SMTP
import Testing

@testable import Milter

@Suite("Headers, macros and agreements")
struct UnitTests {
    @Test(
        arguments: [
            ("X-A", ""), ("X-A", "plain"), ("x", " led by a blank"), ("X-A", "fold\n one"),
            ("X-A", "fold\n\tone\n two"),
            ("X-A", "schön"), ("X-A", "100%"), ("X-A", "a: b"), ("!#$%&'*+-/=?^_`{|}~", "v"), ("X-A", "\u{7f}"),
            ("X-A", "tab\there"),
        ])
    func aHeaderIsBuilt(name: String, value: String) throws {
        let header = try MilterHeader(name: name, value: value)
        #expect(header.name == name)
        #expect(header.value == value)
    }

    @Test(
        arguments: [
            ("", "v"), ("X A", "v"), ("X:", "v"), (":", "v"), ("X\tA", "v"), ("Ü", "v"), ("X\r\nY", "v"), ("X\0", "v"),
            ("\u{7f}", "v"), ("X-A", "a\0b"), ("X-A", "a\rb"), ("X-A", "a\r\n b"), ("X-A", "a\nb"), ("X-A", "a\n"),
            ("X-A", "\n"), ("X-A", "a\n\n b"), ("X-A", "a\n\u{a0}b"),
        ])
    func aHeaderThatWouldBreakTheMessageIsNot(name: String, value: String) {
        #expect(throws: MilterError(.headerSyntax, "")) { try MilterHeader(name: name, value: value) }
    }

    @Test(arguments: [
        ("j", "j"), ("_", "_"), ("i", "i"), ("client_addr", "{client_addr}"), ("{client_addr}", "{client_addr}"),
        ("{j}", "{j}"),
    ])
    func aMacroHasBracesIfItsNameIsLong(text: String, name: String) {
        #expect(MilterMacro(stringLiteral: text).name == name)
    }

    @Test(arguments: [
        (MilterMacro.hostName, "j"), (.clientDescription, "_"), (.version, "v"), (.daemonName, "{daemon_name}"),
        (.daemonAddress, "{daemon_addr}"), (.daemonPort, "{daemon_port}"), (.clientName, "{client_name}"),
        (.clientPTR, "{client_ptr}"), (.clientPort, "{client_port}"), (.clientResolve, "{client_resolve}"),
        (.clientConnections, "{client_connections}"), (.tlsVersion, "{tls_version}"), (.cipher, "{cipher}"),
        (.authenticatedName, "{auth_authen}"), (.authenticationType, "{auth_type}"), (.receivedProtocol, "r"),
        (.queueID, "i"), (.recipientMailer, "{rcpt_mailer}"), (.recipientHost, "{rcpt_host}"),
        (.recipientAddress, "{rcpt_addr}"),
    ])
    func macrosHaveTheNamesOfTheMailServers(macro: MilterMacro, name: String) {
        #expect(macro.name == name)
    }

    @Test func stagesAndBitsAreThoseOfTheProtocol() {
        for stage in MacroStage.allCases { #expect(MilterStage(rawValue: Int32(stage.rawValue)) != nil) }
        #expect(MilterStage.recipient.rawValue == Int32(MacroStage.rcpt.rawValue))
        #expect(MilterStage.endOfMessage.rawValue == Int32(MacroStage.endOfMessage.rawValue))
        #expect(MilterStage.endOfHeaders.rawValue == Int32(MacroStage.endOfHeaders.rawValue))
        #expect(MilterNegotiation.skip == MilterSteps.skip.rawValue)
        #expect(MilterNegotiation.refusedRecipients == MilterSteps.rejectedRecipients.rawValue)
        #expect(MilterNegotiation.headerLeadingSpace == MilterSteps.leadingSpace.rawValue)
        #expect(MilterNegotiation.setMacros == MilterActions.setSymbolList.rawValue)
        #expect(MilterNegotiation.UnansweredStage.header.rawValue == MilterSteps.noReplyHeader.rawValue)
        #expect(MilterNegotiation.UnansweredStage.endOfHeaders.rawValue == MilterSteps.noReplyEndOfHeaders.rawValue)
        #expect(MilterNegotiation.Actions.quarantine.rawValue == MilterActions.quarantine.rawValue)
        #expect(MilterNegotiation.Actions.changeSender.rawValue == MilterActions.changeSender.rawValue)
    }

    struct Agreement: Sendable {
        var wanted: MilterNegotiation
        var offer: NegotiationOffer
        var actions: MilterActions
        var steps: MilterSteps
        var takesMacroLists: Bool
    }

    static let usual: MilterSteps = [.skip, .rejectedRecipients, .leadingSpace]

    static let agreements = [
        Agreement(
            wanted: MilterNegotiation(), offer: .postfix, actions: [], steps: usual, takesMacroLists: true),
        Agreement(
            wanted: MilterNegotiation(actions: .all, unanswered: [.header, .endOfHeaders]), offer: .postfix,
            actions: MilterActions.all.subtracting(.setSymbolList),
            steps: usual.union([.noReplyHeader, .noReplyEndOfHeaders]), takesMacroLists: true),
        Agreement(
            wanted: MilterNegotiation(actions: [.addHeaders, .changeSender], unanswered: [.header]), offer: .version2,
            actions: .addHeaders, steps: [], takesMacroLists: false),
        Agreement(
            wanted: MilterNegotiation(actions: .all, unanswered: [.endOfHeaders]),
            offer: NegotiationOffer(actions: [.quarantine, .setSymbolList], steps: [.noReplyEndOfHeaders, .skip]),
            actions: .quarantine, steps: [.noReplyEndOfHeaders, .skip], takesMacroLists: true),
        Agreement(
            wanted: MilterNegotiation(actions: .all), offer: NegotiationOffer(actions: [], steps: []), actions: [],
            steps: [], takesMacroLists: false),
        Agreement(
            wanted: MilterNegotiation(wantsBody: false), offer: .postfix, actions: [], steps: usual.union(.noBody),
            takesMacroLists: true),
        Agreement(
            wanted: MilterNegotiation(wantsBody: false), offer: NegotiationOffer(steps: []), actions: [], steps: [],
            takesMacroLists: true),
    ]

    @Test(arguments: agreements)
    func onlyWhatIsWantedAndOfferedIsAgreed(agreement: Agreement) {
        let agreed = agreement.wanted.agreed(
            actions: agreement.offer.actions.rawValue, steps: agreement.offer.steps.rawValue)
        #expect(agreed.actions == agreement.actions.rawValue)
        #expect(agreed.steps == agreement.steps.rawValue)
        #expect(agreed.takesMacroLists == agreement.takesMacroLists)
        #expect(agreed.canSkip == agreement.steps.contains(.skip))
        #expect(agreed.showsRefusedRecipients == agreement.steps.contains(.rejectedRecipients))
        #expect(agreed.keepsLeadingSpace == agreement.steps.contains(.leadingSpace))
        #expect(agreed.isUnanswered(.header) == agreement.steps.contains(.noReplyHeader))
        #expect(agreed.isUnanswered(.endOfHeaders) == agreement.steps.contains(.noReplyEndOfHeaders))
        for bit in 0..<8 {
            let action = UInt32(1) << bit
            #expect(
                agreed.allows(MilterNegotiation.Actions(rawValue: action))
                    == agreement.actions.contains(MilterActions(rawValue: action)))
        }
    }

    @Test func nothingIsAgreedWithoutANegotiation() {
        let none = MilterAgreement.none
        #expect(!none.takesMacroLists && !none.canSkip && !none.keepsLeadingSpace && !none.showsRefusedRecipients)
        #expect(!none.allows(.addHeaders))
        #expect(none.allows([]))
    }

    @Test func anErrorIsItsCode() {
        #expect(MilterError(.headerSyntax, "a") == MilterError(.headerSyntax, "b"))
        #expect(MilterError(.headerSyntax, "a") != MilterError(.actionNotAgreed, "a"))
        #expect(Set([MilterError(.headerSyntax, "a"), MilterError(.headerSyntax, "b")]).count == 1)
        #expect("\(MilterError(.headerSyntax, "what: remedy"))" == "what: remedy")
    }
}
