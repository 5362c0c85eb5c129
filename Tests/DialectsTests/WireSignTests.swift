import DialectLearning
import Dialects
import SMTP
import Testing

/// What the wire shows beside a dialect, and what is not concluded where the record may mislead.
struct WireSignTests {
    private let machine = Starter.allMachines[.wire]!

    private func signs(_ dialogue: Dialogue) -> Set<BehaviourSign> { dialogue.signs(machine) }

    private let ehlo = (ClientMessage("EHLO a.example.net"), ServerReply.offer("PIPELINING") as ServerReply?)

    @Test func speakingBeforeTheGreeting() {
        let first = ClientMessage("EHLO a.example.net", early: true)
        #expect(signs(.sample((first, .offer()))).contains(.speaksBeforeGreeting))
        // Without a greeting on record nobody knows who spoke first.
        #expect(!signs(.sample(greeting: nil, (first, nil))).contains(.speaksBeforeGreeting))
        var gappy = Dialogue.sample((first, .offer()))
        gappy.hasGaps = true
        #expect(!signs(gappy).contains(.speaksBeforeGreeting))
    }

    @Test func pipelining() {
        let mail = (ClientMessage("MAIL FROM:<a@b>"), ServerReply.plain(250) as ServerReply?)
        let recipient = (ClientMessage("RCPT TO:<c@d>", early: true), ServerReply.plain(250) as ServerReply?)
        #expect(signs(.sample(ehlo, mail, recipient)).contains(.pipelinesOffered))
        #expect(!signs(.sample(ehlo, mail, recipient)).contains(.pipelinesUnoffered))
        let plain = (ClientMessage("EHLO a.example.net"), ServerReply.offer("SIZE") as ServerReply?)
        #expect(signs(.sample(plain, mail, recipient)).contains(.pipelinesUnoffered))
        // EHLO ends a group, whatever is offered.
        let eager = (ClientMessage("MAIL FROM:<a@b>", early: true), ServerReply.plain(250) as ServerReply?)
        #expect(signs(.sample(ehlo, eager)).contains(.pipelinesUnoffered))
        // Whoever was never answered has been recorded on one side only; whoever gives up says QUIT.
        #expect(signs(.sample((ClientMessage("EHLO a.example.net"), nil), (eager.0, nil))).isEmpty)
        #expect(
            !signs(.sample(plain, (ClientMessage("QUIT", early: true), .plain(221)))).contains(.pipelinesUnoffered))
    }

    @Test(
        "Lines that are no commands",
        arguments: [
            ("GET / HTTP/1.1", .speaksHTTP), ("POST /a HTTP/1.0", .speaksHTTP), ("CONNECT b:25", .speaksHTTP),
            ("Host: mx.example.org", .sendsHeaderAsCommand), ("Content-Type: text/plain", .sendsHeaderAsCommand),
            ("GETTING THERE SOON", .sendsUnknownCommand), ("XYZZY", .sendsUnknownCommand),
            (": x", .sendsUnknownCommand),
            ("VRFY a", .asksForAddresses), ("EXPN a", .asksForAddresses),
        ] as [(String, BehaviourSign)])
    func lines(line: String, sign: BehaviourSign) {
        #expect(signs(.sample(ehlo, (ClientMessage(line), .plain(502)))) == [sign])
    }

    @Test func goingOnAfterRefusals() {
        let mail = (ClientMessage("MAIL FROM:<a@b>"), ServerReply.plain(250) as ServerReply?)
        let refused = (ClientMessage("RCPT TO:<c@d>"), ServerReply.plain(550) as ServerReply?)
        let taken = (ClientMessage("RCPT TO:<e@d>"), ServerReply.plain(250) as ServerReply?)
        let data = (ClientMessage("DATA"), ServerReply.plain(554) as ServerReply?)
        let helo = (ClientMessage("EHLO a.example.net"), ServerReply.offer("SIZE") as ServerReply?)
        #expect(signs(.sample(helo, mail, refused, data)).contains(.sendsDataWithoutRecipient))
        #expect(!signs(.sample(helo, mail, refused, taken, data)).contains(.sendsDataWithoutRecipient))
        // With PIPELINING, and without times, DATA may have been on its way already.
        #expect(!signs(.sample(ehlo, mail, refused, data)).contains(.sendsDataWithoutRecipient))
        let sender = (ClientMessage("MAIL FROM:<a@b>"), ServerReply.plain(550) as ServerReply?)
        #expect(signs(.sample(helo, sender, refused)).contains(.sendsRecipientAfterRefusedMail))
        #expect(signs(.sample(greeting: .plain(554), helo)).contains(.ignoresRefusedGreeting))
        #expect(signs(.sample(greeting: .plain(554), (ClientMessage("QUIT"), .plain(221)))).isEmpty)
    }

    @Test func greetings() {
        func of(_ argument: String, client: ClientAddress? = Site.client, verb: String = "EHLO") -> Set<BehaviourSign> {
            signs(.sample(client: client, (ClientMessage("\(verb) \(argument)"), .offer())))
        }
        #expect(of("mail.example.net").isEmpty)
        #expect(of("mail.example.net", verb: "HELO") == [.beginsWithHELO])
        #expect(of("mx.example.org") == [.claimsServerName])
        #expect(of("example.org") == [.claimsRecipientDomain])
        #expect(of("org").contains(.claimsRecipientDomain) == false)
        #expect(of("198.51.100.25") == [.claimsServerName, .namesBareAddress])
        #expect(of("203.0.113.9") == [.namesOtherAddress, .namesBareAddress])
        #expect(of("192.0.2.10") == [.namesBareAddress])
        #expect(of("[192.0.2.10]") == [.namesLiteral])
        #expect(of("4-3-2-1.pool.example.net") == [.namesPoolHost])
        #expect(of("15.120.16.95.dynamic.example.es") == [.namesPoolHost])
        // A neighbour may bear the server's name, a stranger may not.
        #expect(of("mx.example.org", client: ClientAddress("192.168.1.7")).isEmpty)
        #expect(of("mx.example.org", client: ClientAddress("127.0.0.1")).isEmpty)
        let again = Dialogue.sample((ClientMessage("EHLO "), .plain(501)), (ClientMessage("HELO "), .plain(501)))
        #expect(signs(again) == [.namesNothing, .namesNothingAgain])
    }

    @Test(
        "Names made of an address",
        arguments: [
            ("1-2-3-4.example.net", true), ("host-1-2-3-4.example.net", true), ("dsl1.2.3.4.example.net", true),
            ("1.2.3.example.net", false), ("1-2-3-400.example.net", false), ("mail4-3-2.example.net", false),
            ("a1-2b-3-4.example.net", false), ("mail.example.net", false), ("2001-2-3-4-5.example.net", true),
            ("1-2-3-4x.example.net", false),
        ])
    func poolNames(name: String, isPool: Bool) {
        let dialogue = Dialogue.sample((ClientMessage("EHLO \(name)"), .offer()))
        #expect(signs(dialogue).contains(.namesPoolHost) == isPool)
    }

    @Test func wording() {
        let helo = (ClientMessage("EHLO a.example.net"), ServerReply.offer() as ServerReply?)
        func of(_ mail: String, _ recipient: String) -> Set<BehaviourSign> {
            signs(.sample(helo, (ClientMessage(mail), .plain(250)), (ClientMessage(recipient), .plain(250))))
        }
        #expect(of("MAIL FROM:<a@b>", "RCPT TO:<c@d>").isEmpty)
        #expect(of("MAIL FROM: <a@b>", "RCPT TO: <c@d>") == [.blankInMail])
        #expect(of("MAIL FROM:<a@b>", "RCPT TO: <c@d>") == [.blankInRecipientOnly])
        #expect(of("MAIL FROM:a@b", "RCPT TO:<c@d>") == [.bareAddressPath])
        #expect(of("Mail From:<a@b>", "Rcpt To:<c@d>") == [.capitalisedCommands])
        #expect(of("MAIL FROM:<a@b> SIZE=3", "RCPT TO:<c@d>") == [.usesParameters])
    }

    @Test func linesAndEndings() {
        #expect(
            signs(.sample((ClientMessage("EHLO a.example.net", end: .lf), .offer()))) == [.endsLinesWrongly])
        var closed = Dialogue.sample(ehlo, (ClientMessage("MAIL FROM:<a@b>"), .plain(550)))
        closed.closings = [.init(time: 1, isByClient: true, manner: .fin)]
        #expect(signs(closed).contains(.closesAfterRefusal))
        closed.closings = [.init(time: 1, isByClient: false, manner: .fin)]
        #expect(!signs(closed).contains(.closesAfterRefusal))
    }

    @Test func styleAloneNeverConvicts() {
        // Everything about it is odd, nothing is forbidden to software.
        let dialogue = Dialogue.sample(
            (ClientMessage("HELO workstation"), .plain(250)), (ClientMessage("Mail From: a@b"), .plain(250)),
            (ClientMessage("Rcpt To: c@d"), .plain(250)))
        let judgement = DialogueJudgement(machine: machine, dialogue: dialogue)
        #expect(judgement.verdict != .bot, "\(judgement.worst)")
    }
}
