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
        #expect(GenuineReply(enhancedCode: "5.1.1", text: text, mta: .postfix, recipient: address("<u@d>")) == reply)
        #expect(reply.isStandard(for: .postfix))
    }

    @Test(
        "Sendmail's macro holds both codes before the text",
        arguments: [
            ("550 5.1.1 User unknown", 550, "User unknown"), ("553 5.1.1 User unknown", 553, "User unknown"),
            ("550  5.1.1  Sorry, user unknown", 550, "Sorry, user unknown"), ("550 User unknown", 550, "User unknown"),
            ("User unknown", 550, "User unknown"),
        ])
    func sendmailMacro(text: String, code: Int, words: String) throws {
        let reply = try #require(
            GenuineReply(enhancedCode: "5.1.1", text: text, mta: .sendmail, recipient: address("<u@d>")))
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
        for mta in MTA.allCases {
            #expect(GenuineReply(enhancedCode: code, text: text, mta: mta, recipient: address("<u@d>")) == nil)
        }
        #expect(!GenuineReply.isAboutUnknownUser(enhancedCode: code, text: text))
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
        let learned = try #require(
            GenuineReply(enhancedCode: "5.1.1", text: "User unknown", mta: .unknown, recipient: address("<u@d>")))
        #expect(learned.reply(to: address("<u@d>"), mta: .unknown) == nil)
    }

    @Test("the recipient's own address in its place is not part of the words")
    func ownAddress() {
        func text(_ text: String, _ mta: MTA) -> String? {
            GenuineReply(enhancedCode: "5.1.1", text: text, mta: mta, recipient: address("<\"No\"Such@Lab.Example>"))?
                .text
        }
        #expect(text("<NoSuch@Lab.Example>: Recipient address rejected: User unknown", .postfix)?.first == "R")
        #expect(text("550 5.1.1 <NoSuch@Lab.Example>... User unknown", .sendmail) == "User unknown")
        #expect(text("<alias@Lab.Example>: Recipient address rejected: User unknown", .postfix) == nil)
        #expect(text("550 5.1.1 <alias@Lab.Example>... User unknown", .sendmail) == nil)
    }

    @Test(
        "words that may be a stranger's, or that change, are not learned",
        arguments: [
            "User unknown\u{7}", "User unknown\u{202e}", "User unknown: gr\u{f6}\u{df}e",
            "User unknown: boss@lab.example",
            "boss@lab.example: User unknown", "<boss>: User unknown", "User unknown at mx.lab.example",
            "User unknown [192.0.2.1]", "User unknown from 192.0.2.1", "User unknown from 2001:db8::1",
            "User unknown 12:30", "User unknown (4QzXyz1abcz)", "User unknown (BCDFGHJK)", "User unknown (abcXyzq)",
            "User unknown, tx a=b", "User unknown http://evil", "User unknown 100%", "User unknown, visit pills",
            "User unknown, says buyer", "User unknown in shop", "User unknown in casino",
            "User unknown " + String(repeating: "x", count: 200), "User unknown\nsecond line",
        ])
    func pollution(text: String) {
        for mta in MTA.allCases {
            let reply = GenuineReply(
                enhancedCode: "5.1.1", text: text, mta: mta, recipient: address("<pills@casino.example>"),
                strangers: ["mail.buyer.example", "shop.example", ""])
            #expect(reply == nil)
        }
        // It is a refusal of an unknown user all the same.
        #expect(GenuineReply.isAboutUnknownUser(enhancedCode: "5.1.1", text: text))
    }

    @Test("an administrator's plain words are learned")
    func plainWords() {
        for words in ["Sorry, user unknown here.", "No such person; user unknown (ask the postmaster)!"] {
            let reply = GenuineReply(
                enhancedCode: "5.1.1", text: words, mta: .postfix, recipient: address("<u@d>"),
                strangers: ["mail.oak.example"])
            #expect(reply?.text == words)
            #expect(reply?.isStandard(for: .postfix) == false)
        }
    }

    @Test func standardRepliesCanBeBuilt() throws {
        #expect(try RefusalReply.greylisted().description == "451 4.7.1 Greylisted, please try again later")
        #expect(try RefusalReply.refusedByPolicy().description.hasPrefix("550 5.7.1 "))
    }
}
