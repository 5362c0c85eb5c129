import Policy
import SMTP
import Testing

/// The mail server's own words for an unknown user, byte for byte.
struct GenuineReplyTests {
    @Test(
        "Postfix prints the address without brackets, route and quotes",
        arguments: [
            ("<nosuch@lab.example>", "<nosuch@lab.example>"), ("<NoSuch@Lab.Example>", "<NoSuch@Lab.Example>"),
            ("nosuch@lab.example", "<nosuch@lab.example>"), ("<@x:u@d>", "<u@d>"), ("<\"no such\"@d>", "<no such@d>"),
            ("<<u@d>>", "<u@d>"), ("<a%b@d>", "<a%b@d>"), ("<root>", "<root>"), ("<größe@d>", "<größe@d>"),
        ])
    func postfix(argument: String, printed: String) throws {
        let reply = try #require(GenuineReply.standard(for: .postfix, table: .localRecipient))
        #expect(
            reply.reply(to: address(argument), mta: .postfix)?.description
                == "550 5.1.1 \(printed): Recipient address rejected: User unknown in local recipient table")
    }

    @Test(
        "Sendmail puts the argument before the text by itself",
        arguments: [
            "<nosuch@lab.example>", "nosuch@lab.example", "<@x:u@d>", "<\"no such\"@d>", "<größe@d>",
        ])
    func sendmail(argument: String) throws {
        let reply = try #require(GenuineReply.standard(for: .sendmail, table: .virtualAlias))
        #expect(reply.reply(to: address(argument), mta: .sendmail)?.description == "550 5.1.1 User unknown")
    }

    @Test(
        "Postfix names the table",
        arguments: [
            (.localRecipient, "User unknown in local recipient table"),
            (.virtualMailbox, "User unknown in virtual mailbox table"),
            (.virtualAlias, "User unknown in virtual alias table"),
            (.relayRecipient, "User unknown in relay recipient table"), (.unnamed, "User unknown"),
        ] as [(UnknownUserTable, String)])
    func table(table: UnknownUserTable, words: String) throws {
        let reply = try #require(GenuineReply.standard(for: .postfix, table: table))
        #expect(
            reply.reply(to: address("<u@d>"), mta: .postfix)?.description
                == "550 5.1.1 <u@d>: Recipient address rejected: \(words)")
        // What the server's macros say of a genuine refusal is the same reply.
        let text = "Recipient address rejected: \(words)"
        #expect(GenuineReply(enhancedCode: "5.1.1", text: text, mta: .postfix) == reply)
    }

    @Test(
        "Sendmail's macro holds both codes before the text",
        arguments: [
            ("550 5.1.1 User unknown", 550, "User unknown"), ("553 5.1.1 User unknown", 553, "User unknown"),
            ("550  5.1.1  Sorry, user unknown", 550, "Sorry, user unknown"), ("550 User unknown", 550, "User unknown"),
            ("User unknown", 550, "User unknown"),
        ])
    func sendmailMacro(text: String, code: Int, words: String) throws {
        let reply = try #require(GenuineReply(enhancedCode: "5.1.1", text: text, mta: .sendmail))
        #expect(reply.code == code)
        #expect(reply.text == words)
        #expect(reply.reply(to: address("<u@d>"), mta: .sendmail)?.description == "\(code) 5.1.1 \(words)")
    }

    @Test(
        "Refusals for other reasons teach nothing",
        arguments: [
            ("5.7.1", "Relay access denied"), ("5.7.1", "User unknown"), ("4.1.1", "User unknown"),
            ("5.1.2", "User unknown"),
            ("5.1.1", "Mailbox full"), ("", ""), ("5.1.1", ""), ("x", "User unknown"),
        ])
    func otherRefusal(code: String, text: String) {
        for mta in MTA.allCases { #expect(GenuineReply(enhancedCode: code, text: text, mta: mta) == nil) }
    }

    @Test(
        "An address that would be garbled is not replied to",
        arguments: [
            Array("<a\tb@d>".utf8), Array("<a\r\nb@d>".utf8), [0x3c, 0x61, 0x7f, 0x40, 0x64, 0x3e],
            [0x3c, 0x61, 0xff, 0x40, 0x64, 0x3e], Array("<\(String(repeating: "x", count: 980))@d>".utf8),
        ])
    func unprintableAddress(argument: [UInt8]) throws {
        let reply = try #require(GenuineReply.standard(for: .postfix, table: .localRecipient))
        #expect(reply.reply(to: MailAddress(argument: argument), mta: .postfix) == nil)
    }

    @Test func aServerOfUnknownKindIsNotImitated() throws {
        #expect(GenuineReply.standard(for: .unknown, table: .localRecipient) == nil)
        let learned = try #require(GenuineReply(enhancedCode: "5.1.1", text: "User unknown", mta: .unknown))
        #expect(learned.reply(to: address("<u@d>"), mta: .unknown) == nil)
    }

    @Test func textOfStrangeBytesIsNotRepeated() throws {
        let learned = try #require(GenuineReply(enhancedCode: "5.1.1", text: "User unknown\u{7}", mta: .sendmail))
        #expect(learned.reply(to: address("<u@d>"), mta: .sendmail) == nil)
    }

    @Test func standardRepliesCanBeBuilt() throws {
        #expect(try RefusalReply.greylisted().description == "451 4.7.1 Greylisted, please try again later")
        #expect(try RefusalReply.refusedByPolicy().description.hasPrefix("550 5.7.1 "))
    }
}
