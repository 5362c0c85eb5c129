import SMTP
import Seeded
import Testing

@testable import Envelopes

@Suite struct ClaimTests {
    @Test(
        arguments: [
            ("Microsoft Outlook Express 6.00.2900.2180", MailSoftware.outlookExpress),
            ("Microsoft Office Outlook, Build 11.0.5510", .outlook), ("Microsoft Outlook 16.0", .outlook),
            ("Microsoft CDO for Windows 2000", .cdo), ("Mozilla Thunderbird 1.5 (Windows/20060111)", .thunderbird),
            ("Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 Thunderbird/102.4.0", .thunderbird),
            ("Apple Mail (2.3696.120.41.1.1)", .appleMail), ("The Bat! (v3.62.03) Home", .theBat),
            ("Mutt/1.5.13 (2006-08-11)", .mutt),
            ("PHPMailer 6.6.3 (https://github.com/PHPMailer/PHPMailer)", .phpMailer),
            ("Roundcube Webmail/1.4.13", .roundcube), ("git-send-email 2.39.2", .gitSendEmail),
        ])
    func mailer(value: String, software: MailSoftware) {
        #expect(MailerClaim.claim(in: Array((" " + value).utf8)[...])?.software == software)
    }

    @Test(arguments: [
        "", " ", "dvgvhnrnvxvt llesqfb - 2.5", "Mozilla/5.0 (X11; U; Linux i686; rv:1.7.13) Gecko/20060411",
    ])
    func unknownMailersClaimNothing(value: String) { #expect(MailerClaim.claim(in: Array(value.utf8)[...]) == nil) }

    @Test(
        arguments: [
            ("<E1abCde-0001aB-2c@mx.example.net>", MailSoftware.exim),
            ("<E1qZkXd-00000000abC-0dEf@mx.example.net>", .exim),
            ("<20230816120000.4F5A21E0C3@mx.example.net>", .postfix),
            ("<20230816120000.4RQvBn2cGmz9sT4@mx.example.net>", .postfix),
            ("<202308161200.37GC00Ab012345@mx.example.net>", nil),
            ("<200704081234.l38CYfUH012345@mx.example.net>", .sendmail),
            ("<20070408123456.12345.qmail@mx.example.net>", .qmail),
            ("<000601c779f3$a1b2c3d0$6401a8c0@fred>", .outlookExpress),
            ("<4619B2C1.2090804@example.net>", .thunderbird), ("<20070408123456.GA1234@example.net>", .mutt),
            ("<1176052041.4321.17.camel@example.net>", .evolution),
            ("<Pine.LNX.4.64.0704081234.1234@example.net>", .alpine),
            ("<1234567890.20070408123456@example.net>", .theBat),
            ("<33.1.1176052041000.JavaMail.fred@example.net>", .javaMail),
            ("<169218720012.4711.12345678901234567890@host.example.net>", nil),
            ("<16921872001234.4711.1234567890@host.example.net>", .python), ("<CAB+x=y@mail.gmail.com>", .gmail),
            ("<123456.78901.qm@web12345.mail.yahoo.com>", .yahoo), ("<BAY1-F1@phx.gbl>", nil),
            ("<BAY1-F1@hub.phx.gbl>", .hotmail),
            ("<0f8fad5b-d9cb-469f-a165-70867728950e@example.net>", nil), ("<@>", nil), ("no at", nil), ("", nil),
            ("<20230816120000.012345@fred.example.net>", nil),
        ] as [(String, MailSoftware?)])
    func messageID(value: String, software: MailSoftware?) {
        #expect(MessageIDClaim.claim(in: Array((" " + value).utf8)[...])?.software == software)
    }

    @Test(
        arguments: [
            ("(qmail 1234 invoked by uid 567); 8 Apr 2007 17:07:21 -0000", MailSoftware.qmail, false),
            ("(qmail 1234 invoked from network); 8 Apr 2007 17:07:21 -0000", .qmail, false),
            ("(qmail 1234 by uid 567); Sun, 8 Apr 2007 17:07:21 +0000", .qmail, true), ("(qmail", nil, false),
            ("from a.example by b.example (Postfix) with ESMTP id 4F5A21E0C3; Sun, 8 Apr 2007", .postfix, false),
            ("from a.example by b.example with esmtp (Exim 4.96) id 1abCde-0001aB-2c; Sun, 8 Apr 2007", .exim, false),
            ("from a.example by b.example with SMTP id x; Sun, 8 Apr 2007", nil, false),
        ] as [(String, MailSoftware?, Bool)])
    func received(value: String, software: MailSoftware?, isForged: Bool) {
        let claim = ReceivedClaim.claim(in: Array((" " + value).utf8)[...])
        #expect(claim?.software == software)
        #expect(claim?.isForged ?? false == isForged)
    }

    @Test(
        arguments: [
            ("multipart/mixed; boundary=\"----=_NextPart_000_0005_01C77A0E.3B1C2D00\"", MailSoftware.outlookExpress),
            ("multipart/mixed;\r\n boundary=\"------------050403020901060507080901\"", .thunderbird),
            ("multipart/mixed; BOUNDARY=Apple-Mail-2--12345", .appleMail),
            ("multipart/mixed; boundary=\"===============1234567890123456789==\"", .python),
            ("multipart/mixed; boundary=\"----=_Part_12_345.678\"", nil), ("text/plain", nil), ("boundary=", nil),
        ] as [(String, MailSoftware?)])
    func boundary(value: String, software: MailSoftware?) {
        #expect(BoundaryClaim.claim(in: Array(value.utf8)[...])?.software == software)
    }

    @Test(
        arguments: [
            ("mx.gmail.com", "dsl-1.example.net", HostResolution.ok, true), ("gmail.com", nil, .fail, true),
            ("mail-wr1-f41.google.com", "mail-wr1-f41.google.com", .ok, false),
            ("mail-wr1-f41.google.com", "mail-wr1-f41.google.com", .forged, true),
        ] as [(String, String?, HostResolution, Bool)])
    func helo(argument: String, name: String?, resolution: HostResolution, isForged: Bool) {
        var observer = ClaimObserver(clientName: name, resolution: resolution)
        observer.helo(argument)
        #expect(observer.claims == [Claim(field: .helo, software: .gmail, isForged: isForged)])
    }

    @Test func aNameServiceThatDoesNotAnswerProvesNothing() {
        for resolution in [HostResolution.temporary, .unknown] {
            var observer = ClaimObserver(clientName: nil, resolution: resolution)
            observer.helo("mx.gmail.com")
            #expect(observer.claims.isEmpty)
        }
    }

    @Test func anyHeadersAreRead() {
        var generator = SeededGenerator(seed: 81)
        let names = ["Received", "Message-ID", "Content-Type", "X-Mailer"].map { Array($0.utf8) }
        let seeds = [
            "(qmail 1 invoked by uid 2)", "<E1abCde-0001aB-2c@x>",
            "a; boundary=\"------------050403020901060507080901\"",
            "<20070408123456.12345.qmail@x>", "Mozilla/5.0 Thunderbird/1", "<000601c779f3$a1b2c3d0$6401a8c0@x>",
        ].map { Array($0.utf8) }
        for _ in 0..<3000 {
            var observer = ClaimObserver()
            var value = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<3 where !value.isEmpty {
                let place = Int.random(in: 0..<value.count, using: &generator)
                value[place] = UInt8.random(in: 0...255, using: &generator)
                if Bool.random(using: &generator) { value.removeSubrange(place...) }
            }
            let name = names.randomElement(using: &generator) ?? []
            observer.header(name, value)
            #expect(observer.claims.count <= 1)
        }
    }

    @Test func endlessClaimsAreNotKept() {
        var observer = ClaimObserver()
        for software in [
            "Mutt", "KMail", "Evolution", "Alpine", "Pine", "Gnus", "swaks", "Eudora", "Claws Mail", "Sylpheed",
        ] {
            for name in ["X-Mailer", "User-Agent"] {
                let name = Array(name.utf8)
                let value = Array(software.utf8)
                for _ in 0..<100 { observer.header(name, value) }
            }
        }
        #expect(observer.claims.count <= ClaimObserver.mostClaims)
    }
}
