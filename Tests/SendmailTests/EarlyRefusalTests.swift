import ClientLab
import DaemonLab
import Testing

/// What a real Sendmail refuses before any recipient stands in its log alone: `argot judgements follow` reads it there while
/// it is written, and hands it to argotd.
@Suite("Refusals before any recipient, in the log of a real Sendmail", Requirements.sendmail)
struct EarlyRefusalTests {
    /// Rules that refuse an address at CONNECT and a sender's domain at MAIL.
    private static let rules = [
        "LOCAL_RULESETS", "SLocal_check_relay",
        "R$* $| 192.0.2.66\t$#error $@ 5.7.1 $: \"554 Service unavailable; Client host blocked using bl.example\"",
        "SLocal_check_mail",
        "R<$* @ listed.example>\t$#error $@ 5.7.1 $: \"554 Service unavailable; Sender blocked using bl.example\"",
    ]

    @Test("is a judgement of the session", arguments: [("192.0.2.66", false), ("192.0.2.67", true)])
    func refused(address: String, isShown: Bool) throws {
        let lab = try FilteredSendmail(lines: Self.rules, keepsLog: true)
        let follower = try lab.daemon.follow(lab.sendmail.logFile)
        let conversation = try SMTPConversation(
            to: lab.sendmail, as: ClientIdentity(address, name: "mail.listed.example"))
        try conversation.readReply()
        try conversation.command("EHLO mail.listed.example")
        let reply = try conversation.command("MAIL FROM:<a@listed.example>").description
        #expect(reply.hasPrefix("554 5.7.1") && reply.contains("blocked using"))
        try conversation.command("QUIT")
        // Another client, which nobody refuses, is left alone.
        let other = try SMTPConversation(
            to: lab.sendmail, as: ClientIdentity("192.0.2.68", name: "mail.other.example"))
        try other.readReply()
        try other.expect(250, "EHLO mail.other.example")
        try other.command("QUIT")
        // Of whom Sendmail refuses at CONNECT a filter sees the address alone: there is nothing that is judged.
        let expected = ArgotDaemon.KnownSessions(sightings: isShown ? 2 : 1, judged: isShown ? 1 : 0)
        let isThere = try Poll.until(.after(.seconds(60))) { try lab.daemon.knownSessions() == expected }
        #expect(isThere, "\(lab.sendmail.log)")
        follower.stop()
        #expect(
            try lab.daemon.followOnce(lab.sendmail.logFile).contains(
                isShown
                    ? "handed over: 1 taken, 0 on messages" : "handed over: 0 taken, 1 on messages that are not kept"),
            "\(lab.sendmail.log)")
    }
}
