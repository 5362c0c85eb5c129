import SMTP
import StoredMail
import Testing

/// What mail servers write of a message's arrival.
struct ReceivedFieldTests {
    private func read(_ text: String) -> ReceivedField {
        ReceivedField(text.split(separator: "\n").map { Array($0.drop { $0 == "\t" || $0 == " " }.utf8) })
    }

    @Test("Postfix: HELO, name, address, server, queue id, time")
    func postfix() {
        let field = read(
            """
            from Mail.Example (mail.example.net [192.0.2.7])
            	(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))
            	(No client certificate requested)
            	by MX1.example.org (Postfix) with ESMTPS id 4fXyZ12abc
            	for <b@example.org>; Sun, 22 Nov 2026 03:44:49 +0100 (CET)
            """)
        #expect(field.helo == "Mail.Example" && field.clientName == "mail.example.net" && !field.isForged)
        #expect(field.client == ClientAddress("192.0.2.7") && field.server == "mx1.example.org")
        #expect(field.queueID == "4fXyZ12abc" && field.transport == "ESMTPS" && field.isExtended == true)
        #expect(field.time == UnixTime(year: 2_026, month: 11, day: 22) + (2 * 3_600 + 44 * 60 + 49))
        #expect(!field.isInternal && !field.isAuthenticated)
    }

    @Test("Postfix: a client without a name, HELO, a login, a local user, a filter that hands back")
    func otherPostfix() {
        let bot = read("from bot (unknown [IPv6:2001:db8::1])\n\tby mx (Postfix) with SMTP id A1; 1 Jan 2026 00:00 GMT")
        #expect(bot.clientName == nil && bot.client == ClientAddress("2001:db8::1") && bot.isExtended == false)
        let user = read(
            "from pc (dsl.example [192.0.2.9])\n\t(Authenticated sender: u)\n\tby mx (Postfix) with ESMTPSA id A2; x")
        #expect(user.isAuthenticated && user.time == nil)
        let local = read("by mx (Postfix, from userid 1000)\n\tid A3; 1 Jan 2026 00:00:00 GMT")
        #expect(local.isInternal && !local.hasClient && local.queueID == "A3" && local.server == "mx")
        #expect(read("from localhost (localhost [127.0.0.1])\n\tby mx (Postfix) with ESMTP id A4; x").isInternal)
        #expect(read("from mx ([10.0.0.1])\n\tby store (Dovecot) with LMTP id A5 for <a@b>; x").isInternal)
    }

    @Test("Sendmail: ident, no name, a name that may be forged")
    func sendmail() {
        let field = read(
            """
            from helo.example (IDENT:mail@a.example.net [192.0.2.8] (may be forged))
            	by mx.example.org (8.17.1.9/8.17.1.9/Debian-2) with ESMTP id 4AM2im01
            	for <b@example.org>; Sun, 22 Nov 2026 03:44:49 -0500
            """)
        #expect(field.clientName == "a.example.net" && field.isForged && field.helo == "helo.example")
        #expect(field.client == ClientAddress("192.0.2.8") && field.queueID == "4AM2im01")
        let bare = read("from helo ([192.0.2.8])\n\tby mx (8.17/8.17) with SMTP id 4AM; 1 Jan 2026 00:00:00 +0000")
        #expect(bare.clientName == nil && bare.helo == "helo" && bare.client == ClientAddress("192.0.2.8"))
        let login = read("from pc ([192.0.2.8])\n\t(authenticated bits=0)\n\tby mx (8.17/8.17) with ESMTPSA id 4AN; x")
        #expect(login.isAuthenticated)
    }

    @Test(
        "Exim, in its four forms",
        arguments: [
            ("from a.example.net ([192.0.2.7] helo=b.example)", "b.example", "a.example.net"),
            ("from a.example.net ([192.0.2.7])", "a.example.net", "a.example.net"),
            ("from [192.0.2.7] (port=4242 helo=b.example)", "b.example", nil),
            ("from [192.0.2.7] (helo=[10.0.0.1])", "[10.0.0.1]", nil),
            ("from [192.0.2.7]", "[192.0.2.7]", nil),
        ] as [(String, String, String?)])
    func exim(from: String, helo: String, name: String?) {
        let field = read(
            "\(from)\n\tby mx.example.org with esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384\n\t(Exim 4.96)\n"
                + "\t(envelope-from <a@example.net>)\n\tid 1abcDE-000123-2x\n\tfor b@example.org;\n"
                + "\tSun, 22 Nov 2026 03:44:49 +0100")
        #expect(field.client == ClientAddress("192.0.2.7") && field.helo == helo && field.clientName == name)
        #expect(field.queueID == "1abcDE-000123-2x" && field.isExtended == true && field.time != nil)
        #expect(field.envelopeSender == "a@example.net" && field.server == "mx.example.org")
    }

    @Test("qmail: HELO beside the name, the name alone; whether EHLO was said is not told")
    func qmail() {
        let field = read("from unknown (HELO bot.example) (u@192.0.2.7)\n  by mx with SMTP; 22 Nov 2026 02:44:49 -0000")
        #expect(field.helo == "bot.example" && field.clientName == nil && field.client == ClientAddress("192.0.2.7"))
        #expect(field.isExtended == nil && field.queueID == nil && field.time != nil)
        let alike = read("from a.example.net (192.0.2.7)\n  by mx with SMTP; 22 Nov 2026 02:44:49 -0000")
        #expect(alike.helo == "a.example.net" && alike.clientName == "a.example.net")
        #expect(read("(qmail 1234 invoked by uid 89); 22 Nov 2026 02:44:49 -0000").isInternal)
    }

    @Test("A HELO that looks like the rest of the field changes nothing that the server knows")
    func forged() {
        let field = read(
            "from x (good.example [198.51.100.1]) by mx.example.org (Postfix) id 9 (bot.example [192.0.2.66])\n"
                + "\tby mx.example.org (Postfix) with ESMTP id REAL\n\tfor <\"a id FAKE\"@b>; 22 Nov 2026 00:00 GMT")
        #expect(field.client == ClientAddress("192.0.2.66") && field.clientName == "bot.example")
        #expect(field.queueID == "REAL" && field.server == "mx.example.org")
    }

    @Test("A field on one line is read as well")
    func unfolded() {
        let field = read(
            "from h.example (n.example [192.0.2.7]) (using TLSv1.3 with cipher X (256/256 bits)) by mx (Postfix) with "
                + "ESMTPS id Q1; Sun, 22 Nov 2026 03:44:49 +0100")
        #expect(field.client == ClientAddress("192.0.2.7") && field.helo == "h.example" && field.queueID == "Q1")
    }

    @Test(
        "What is none is no client",
        arguments: ["", "from", "by", "from x", "from (", "from )( by", "((((((", "from x ([300.1.1.1])\n by y; z"])
    func nonsense(text: String) { #expect(read(text).client == nil) }

    @Test(
        "Dates as programs write them",
        arguments: [
            ("Sun, 22 Nov 2026 03:44:49 +0100 (CET)", 1_795_315_489), ("22 Nov 26 02:44:49 GMT", 1_795_315_489),
            ("Sat, 21 Nov 2026 21:44:49 EST", 1_795_315_489), ("1 Jan 1970 00:00 +0000", 0),
        ])
    func dates(text: String, seconds: Int64) { #expect(UnixTime(mailDate: text)?.seconds == seconds) }

    @Test(
        "What is no date is none",
        arguments: [
            "", "yesterday", "32 Jan 2026 00:00:00 +0000", "1 Foo 2026 00:00:00 +0000", "1 Jan 2026 25:00:00 +0000",
            "1 Jan 99999999999999999999 00:00:00 +0000", "1 Jan 2026 1:2:3:4 +0000", "31 Dec 1969 23:00:00 +0000",
        ])
    func noDates(text: String) { #expect(UnixTime(mailDate: text) == nil) }
}
