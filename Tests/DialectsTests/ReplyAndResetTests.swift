import Dialects
import SMTP
import Testing

/// What is known of replies, and what an abort was.
struct ReplyAndResetTests {
    static let vantages = [Vantage.milterPostfix, .milterSendmail]

    /// A client that goes on in one way only after a refused recipient.
    private func afterRefusal(_ next: String) -> String {
        """
        state helo HELO {fqdn}
        state mail MAIL FROM:<{addr}>
        state rcpt RCPT TO:<{addr}>
        state data DATA
        state rset RSET
        state quit QUIT
        on start 220 to helo
        on helo 250 to mail
        on mail 250 to rcpt
        on rcpt 250 to rcpt data
        on rcpt 5xx to \(next)
        on rset 250 to mail
        on quit 221 to quit
        on data 354 to quit
        on data 5xx to rset
        on start 220 to rset
        """
    }

    private var refusalModel: [(name: String, states: String)] {
        [("goes-on", afterRefusal("data")), ("resets", afterRefusal("rset")), ("quits", afterRefusal("quit"))]
    }

    private let begin: [Step] = [.helo("a.b"), .mail(["<a@b>"]), .recipient(["<c@d>"])]

    @Test("After a refused recipient", arguments: vantages)
    func refusedRecipient(vantage: Vantage) throws {
        let machine = try machine(refusalModel, at: vantage)
        func names(_ steps: [Step]) -> [String] { machine.names(after: begin + steps).last ?? [] }
        #expect(names([]).count == 3)
        #expect(names([.answered(.permanent)]).count == 3)
        #expect(names([.answered(.permanent), .data]) == ["goes-on"])
        #expect(names([.answered(.permanent), .abort, .mail(["<a@b>"])]) == ["resets"])
        // QUIT looks like the end of the connection: an abort behind which nothing comes.
        #expect(names([.answered(.permanent), .abort]).count == 3)
        // A temporary failure is foreseen by nobody here.
        #expect(names([.answered(.transient), .data]).isEmpty)
        // An accepted recipient leaves everybody.
        #expect(names([.data]).count == 3)
    }

    @Test func aReplyThatWasNotToldCouldHaveBeenAny() throws {
        let states = "state mail MAIL FROM:<{addr}>\nstate rcpt RCPT TO:<{addr}>\non start 220 to mail\n"
        let machine = try machine([
            ("lucky", states + "on mail 250 to rcpt"), ("stubborn", states + "on mail 5xx to rcpt"),
        ])
        #expect(machine.names(.mail(["<a@b>"]), .recipient(["<c@d>"])) == ["lucky", "stubborn"])
        #expect(machine.names(.mail(["<a@b>"]), .answered(.positive), .recipient(["<c@d>"])) == ["lucky"])
        #expect(machine.names(.mail(["<a@b>"]), .answered(.permanent), .recipient(["<c@d>"])) == ["stubborn"])
        #expect(machine.names(.mail(["<a@b>"]), .answered(.transient), .recipient(["<c@d>"])).isEmpty)
    }

    private let resetting = """
        state helo HELO {fqdn}
        state mail MAIL FROM:<{addr}>
        state rset RSET
        on start 220 to helo
        on helo 250 to mail
        on mail 250 to rset
        on rset 250 to mail helo
        """
    private let greeting = """
        state helo HELO {fqdn}
        state mail MAIL FROM:<{addr}>
        on start 220 to helo
        on helo 250 to mail
        on mail 250 to helo
        """

    @Test("RSET shows as an abort before MAIL", arguments: vantages)
    func resetBeforeMail(vantage: Vantage) throws {
        let machine = try machine([("resets", resetting), ("greets", greeting)], at: vantage)
        let begin: [Step] = [.helo("a.b"), .mail(["<a@b>"]), .abort]
        #expect(machine.names(after: begin).last == ["resets", "greets"])
        #expect(machine.names(after: begin + [.mail(["<a@b>"])]).last == ["resets"])
        #expect(machine.names(after: [.helo("a.b"), .mail(["<a@b>"]), .mail(["<a@b>"])]).last == [])
    }

    @Test("HELO in a transaction shows as an abort, too", arguments: vantages)
    func abortBeforeHELO(vantage: Vantage) throws {
        let steps: [Step] = [.helo("a.b"), .mail(["<a@b>"]), .abort, .helo("a.b"), .mail(["<a@b>"])]
        #expect(try machine([("greets", greeting)], at: vantage).names(after: steps).last == ["greets"])
        #expect(try machine([("resets", resetting)], at: vantage).names(after: steps).last == ["resets"])
        let both = try machine([("greets", greeting), ("resets", resetting)], at: vantage)
        #expect(both.names(after: steps).last == ["greets", "resets"])
        // Without an abort no client was reset.
        let bare = steps.filter { $0 != .abort }
        #expect(try machine([("resets", resetting)], at: vantage).names(after: bare).last == [])
    }

    @Test func resetOutsideATransactionDoesNotShow() throws {
        let states = """
            state helo HELO {fqdn}
            state rset RSET
            state mail MAIL FROM:<{addr}>
            on start 220 to helo
            on helo 250 to rset
            on rset 250 to mail
            """
        let machine = try machine([("eager", states)])
        #expect(machine.names(.helo("a.b"), .mail(["<a@b>"])) == ["eager"])
        #expect(machine.names(.helo("a.b"), .abort, .mail(["<a@b>"])).isEmpty)
    }

    @Test func silentLoopsEnd() throws {
        let states = """
            state helo HELO {fqdn}
            state noop NOOP
            state vrfy VRFY {x}
            state mail MAIL FROM:<{addr}>
            on start 220 to helo noop
            on noop any to noop vrfy helo
            on vrfy any to noop vrfy mail
            on helo 250 to noop
            """
        let machine = try machine([("chatty", states)])
        #expect(machine.names(.helo("a.b"), .helo("a.b"), .mail(["<a@b>"])) == ["chatty"])
        #expect(machine.names(.mail(["<a@b>"])) == ["chatty"])
    }

    /// qmail and Mydoom of the paper: the one never says EHLO, the other always.
    private func greetings(_ vantage: Vantage) throws -> DecisionMachine {
        try machine(
            [
                ("qmail", script(helo: "HELO {fqdn}")), ("mydoom", script(helo: "EHLO {fqdn}")),
                (
                    "lethic",
                    script(helo: "HELO {fqdn}").replacing(
                        "on start 220 to helo",
                        with: """
                            state ehlo EHLO {fqdn}
                            on start 220 to helo ehlo
                            on ehlo 250 to mail
                            """)
                ),
            ], at: vantage)
    }

    @Test func protocolTellsHELOFromEHLOBehindSendmail() throws {
        let machine = try greetings(.milterSendmail)
        #expect(machine.names(.helo("a.b")) == ["qmail", "mydoom", "lethic"])
        #expect(machine.names(.helo("a.b"), .proto(isExtended: false), .mail(["<a@b>"])) == ["qmail", "lethic"])
        #expect(machine.names(.helo("a.b"), .proto(isExtended: true), .mail(["<a@b>"])) == ["mydoom", "lethic"])
        #expect(machine.names(.helo("a.b"), .mail(["<a@b>"])) == ["qmail", "mydoom", "lethic"])
    }

    @Test func nothingTellsHELOFromEHLOBehindPostfix() throws {
        let machine = try greetings(.milterPostfix)
        for isExtended in [false, true] {
            #expect(machine.names(.helo("a.b"), .proto(isExtended: isExtended), .mail(["<a@b>"])).count == 3)
        }
    }

    @Test func startTLSIsAStepOfItsOwn() throws {
        let tls = script().replacing(
            "on helo 250 to mail",
            with: """
                state starttls STARTTLS
                state again EHLO {fqdn}
                on helo 250 to starttls
                on starttls 220 to again mail
                on again 250 to mail
                """)
        let machine = try machine([("tls", tls), ("plain", script())])
        #expect(machine.names(.helo("a.b"), .mail(["<a@b>"])) == ["plain"])
        #expect(machine.names(.helo("a.b"), .startTLS, .helo("a.b"), .mail(["<a@b>"])) == ["tls"])
        #expect(machine.names(.helo("a.b"), .startTLS, .mail(["<a@b>"])) == ["tls"])
        #expect(machine.names(.helo("a.b"), .helo("a.b")).isEmpty)
    }

    @Test func unknownCommandsAreKnownByTheirFirstWord() throws {
        let machine = try machine([
            ("foo", "state foo XFOO {x}\non start 220 to foo\non foo 5xx to foo"),
            ("lucky", "state foo XFOO {x}\non start 220 to foo\non foo 250 to foo"),
        ])
        #expect(machine.names(.unknown("XFOO")) == ["foo", "lucky"])
        #expect(machine.names(.unknown("XFOO bar")) == ["foo", "lucky"])
        #expect(machine.names(.unknown("xfoo")).isEmpty)
        #expect(machine.names(.unknown("")).isEmpty)
        // Servers answer unknown commands with 5xx.
        #expect(machine.names(.unknown("XFOO"), .unknown("XFOO")) == ["foo"])
    }
}
