import ClientLab
import Control
import DaemonLab
import DialectLearning
import Dialects
import SMTP
import Testing

/// Sendmail gains the wire by a tap: what argotd is told of a client is what the client said, and it is called what it is
/// called on the wire.
@Suite("A tap beside Sendmail", Requirements.sendmail)
struct TapTests {
    private static let settings = TapProcess.settings.merging(["transcript_file": "DIRECTORY/transcripts"]) { $1 }
    private static let model = DialectModel.starter()
    private static let wire = DecisionMachine(model: model, vantage: .wire)

    /// A daemon with its tap beside a Sendmail.
    private struct Lab {
        let server: FilteredSendmail
        let tap: TapProcess

        init(offersTLS: Bool = false) throws {
            server = try FilteredSendmail(TapTests.settings, offersTLS: offersTLS)
            tap = try TapProcess(for: server.daemon, inNetworkOf: server.sendmail.networkProcess)
        }

        var status: (late: UInt64, lost: UInt64, encrypted: UInt64, dropped: UInt64) {
            get throws {
                let status = try TapProcess.status(of: server.daemon)
                return (status.late, status.lost, status.encrypted, status.dropped)
            }
        }
    }

    /// What an observer of the wire calls the client of a conversation when its first recipient is asked for.
    private static func label(onTheWire dialogue: Dialogue) -> String {
        var matcher = DialogueMatcher(machine: wire, dialogue: dialogue)
        while let message = matcher.upcoming {
            matcher.step()
            if message.verb == .rcpt { break }
        }
        return matcher.matcher.posterior.label
    }

    @Test("Every line of every bot is told as it was sent, and the bot is called what it is called on the wire")
    func personas() throws {
        let lab = try Lab()
        for (number, persona) in Persona.all.enumerated() {
            // Some have an address in common.
            let identity = ClientIdentity("198.51.100.\(number + 1)", name: persona.identity.name)
            let run = try PersonaRun(
                persona, server: lab.server.sendmail, to: ["user1@lab.example"], as: identity)
            let seen = try HandedOver(run.record, of: lab.server.daemon, from: run.identity.address)
            #expect(seen.vantage == "milter-sendmail+tap", "\(persona.name)")
            // Whether the server had greeted by the time of who does not wait for it is known best by who stands beside it.
            if !persona.speaksFirst { #expect(seen.difference == nil, "\(persona.name)") }
            let tapped = persona.speaksFirst ? seen.tappedLines.map(Self.withoutTiming) : seen.tappedLines
            let told = persona.speaksFirst ? seen.toldLines.map(Self.withoutTiming) : seen.toldLines
            #expect(told == tapped, "\(persona.name)")
            guard let verdict = lab.server.daemon.verdicts(on: run.identity.address).first else { continue }
            #expect(verdict["dialect"] == Self.label(onTheWire: seen.dialogue), "\(persona.name)")
        }
        let status = try lab.status
        #expect(status.lost == 0 && status.late == 0 && status.dropped == 0, "\(status)")
    }

    private static func withoutTiming(_ line: String) -> String {
        line.hasSuffix(" before-greeting") ? String(line.dropLast(" before-greeting".utf8.count)) : line
    }

    @Test("Odd conversations are told line by line")
    func oddConversations() throws {
        let lab = try Lab()
        for (number, odd) in HandedOver.oddConversations.enumerated() {
            let identity = ClientIdentity("203.0.113.\(number + 1)")
            let conversation = try SMTPConversation(to: lab.server.sendmail, as: identity)
            try conversation.readReply()
            for line in odd.lines {
                let before = try TapProcess.status(of: lab.server.daemon).records
                try conversation.command(line)
                // The next line is for a tap that has caught up: which of two alike an event means shows by their replies.
                let count: UInt64 = line.contains("\r\n") || line == "." ? 1 : 2
                let daemon = lab.server.daemon
                _ = Poll.until(.after(.seconds(10))) {
                    (try? TapProcess.status(of: daemon).records >= before + count) ?? true
                }
            }
            conversation.drop()
            let seen = try HandedOver(conversation.record, of: lab.server.daemon, from: identity.address)
            #expect(seen.vantage == "milter-sendmail+tap", "\(odd.name)")
            #expect(seen.difference == nil, "\(odd.name)")
            #expect(seen.toldLines == seen.tappedLines, "\(odd.name)")
        }
        #expect(try lab.status.lost == 0)
    }

    @Test("TLS is not seen into, and what the client offers is kept")
    func encrypted() throws {
        let lab = try Lab(offersTLS: true)
        let conversation = try lab.server.connect(.honest)
        try conversation.expect(250, "EHLO mail.linden.example")
        try conversation.expect(220, "STARTTLS")
        // A hello that asks for one suite of TLS 1.2, and nothing else; what Sendmail makes of it is its affair.
        let hello: [UInt8] = [3, 3] + Array(repeating: 7, count: 32) + [0, 0, 2, 0xc0, 0x2f, 1, 0]
        let message: [UInt8] = [1, 0, 0, UInt8(hello.count)] + hello
        try conversation.write([0x16, 3, 1, 0, UInt8(message.count)] + message)
        _ = conversation.hasInput(within: .seconds(10))
        conversation.drop()
        let transcript = try WrittenTranscript.awaitOne(of: lab.server.daemon, from: MailClient.honest.identity.address)
        let hellos = transcript.events.filter { $0.event == "hello" }.compactMap { $0.args?.first }
        #expect(hellos.count == 1 && hellos.allSatisfy { $0.hasPrefix("t12i010000_") }, "\(hellos)")
        #expect(transcript.events.contains { $0.event == "tcp" })
    }

    @Test("Without its tap, sessions go on by what Sendmail hands over")
    func withoutTheTap() throws {
        let lab = try Lab()
        let conversation = try lab.server.begin(.honest)
        lab.tap.stop()
        try conversation.expect(250, "RCPT TO:<user1@lab.example>")
        try conversation.expect(221, "QUIT")
        #expect(try lab.server.send(.honest).code == 250)
        let status = try TapProcess.status(of: lab.server.daemon)
        #expect(!status.connected && status.sessions == 1 && status.lost + status.late == 1, "\(status)")
    }
}
