import SMTP
import Testing

@testable import Envelopes

@Suite struct ContradictionTests {
    private static let outlook = [("X-Mailer", "Microsoft Outlook Express 6.00.2900.2180")]
    private static let outlookID = [("Message-ID", "<000601c779f3$a1b2c3d0$6401a8c0@fred>")]
    private static let eximID = [("Message-Id", "<E1abCde-0001aB-2c@mx.example.net>")]
    private static let mutt = [("User-Agent", "Mutt/1.5.13 (2006-08-11)")]
    private static let relayed = [("Received", "from a.example by b.example (Postfix) with ESMTP id 4F5A21E0C3")]
    private static let grum = [("Received", "(qmail 1234 by uid 567); Sun, 8 Apr 2007 17:07:21 +0000")]
    private static let resent = [("Resent-From", "fred@example.net")]
    private static let newsletter = [("X-Mailer", "Our Newsletter 3")]

    private func reasons(_ headers: [(String, String)], _ dialect: String?, _ dialectClass: DialectClass?) -> [String] {
        var observer = ClaimObserver()
        for (name, value) in headers {
            let name = Array(name.utf8)
            let value = Array(value.utf8)
            observer.header(name, value)
        }
        return Contradiction.all(in: observer, dialect: dialect, dialectClass: dialectClass).map(\.reason)
    }

    @Test func anMTAContradictsNothing() {
        let everything = Self.grum + Self.relayed + Self.outlook + Self.eximID + Self.mutt
        for name in ["postfix", "exim", "sendmail", "unheard-of"] { #expect(reasons(everything, name, .mta).isEmpty) }
    }

    @Test func anUnknownDialectContradictsNothing() {
        #expect(reasons(Self.relayed + Self.outlook + Self.eximID, nil, nil).isEmpty)
    }

    @Test func aBotContradictsEveryClaim() {
        #expect(reasons(Self.outlook + Self.outlookID, "bagle", .bot) == ["claim.mailer", "claim.message-id"])
        #expect(reasons(Self.relayed, nil, .bot) == ["claim.received"])
        #expect(reasons(Self.newsletter, "bagle", .bot).isEmpty)
    }

    @Test func aProgramContradictsAnother() {
        #expect(reasons(Self.outlook + Self.outlookID, "outlook-express", .mua).isEmpty)
        #expect(reasons(Self.outlook, "outlook-express-6", .mua).isEmpty)
        #expect(reasons(Self.mutt, "outlook-express", .mua) == ["claim.mailer"])
        #expect(reasons(Self.eximID, "outlook-express", .mua) == ["claim.message-id"])
        #expect(reasons(Self.relayed, "thunderbird", .mua) == ["claim.received"])
        #expect(reasons(Self.newsletter, "thunderbird", .mua).isEmpty)
    }

    @Test func aProgramThatNobodyKnowsOrThatResendsContradictsNothing() {
        #expect(reasons(Self.outlook, "s-nail", .mua).isEmpty)
        #expect(reasons(Self.resent + Self.relayed + Self.outlook + Self.eximID, "thunderbird", .mua).isEmpty)
    }

    @Test func librariesAndToolsCarryWhatProgramsWrite() {
        for dialectClass in [DialectClass.library, .tool] {
            #expect(reasons(Self.newsletter + Self.eximID + Self.outlookID, "x", dialectClass).isEmpty)
            #expect(reasons(Self.mutt, "msmtp", dialectClass).isEmpty)
            #expect(reasons(Self.outlook, "python-smtplib", dialectClass) == ["claim.mailer"])
            // A mailing list or a collector of mailboxes hands on what people wrote.
            #expect(reasons(Self.relayed + Self.outlook, "python-smtplib", dialectClass).isEmpty)
            #expect(reasons([("List-Id", "<x.example.net>")] + Self.outlook, "python-smtplib", dialectClass).isEmpty)
        }
    }

    @Test func aForgedMarkDisprovesItself() {
        #expect(reasons(Self.grum, nil, nil) == ["claim.received"])
        #expect(reasons(Self.grum, "python-smtplib", .library) == ["claim.received"])
        #expect(reasons(Self.grum, "exim", .mta).isEmpty)
    }

    @Test func theNameOfALargeServiceMustBeItsOwn() {
        var observer = ClaimObserver(clientName: "dsl-1.example.net", resolution: .ok)
        observer.helo("mx.gmail.com")
        #expect(Contradiction.all(in: observer, dialect: nil, dialectClass: nil).map(\.reason) == ["claim.helo"])
        observer = ClaimObserver(clientName: "mx.google.com", resolution: .ok)
        observer.helo("mx.google.com")
        #expect(Contradiction.all(in: observer, dialect: nil, dialectClass: nil).isEmpty)
        #expect(Contradiction.all(in: observer, dialect: "bagle", dialectClass: .bot).isEmpty)
    }

    @Test(
        arguments: [
            ("outlook-express", MailSoftware.outlookExpress), ("outlook-2010", .outlook), ("thunderbird", .thunderbird),
            ("postfix-3.7", .postfix), ("outlooky", nil), ("", nil),
        ] as [(String, MailSoftware?)])
    func dialectsAreNamedAfterSoftware(name: String, software: MailSoftware?) {
        #expect(MailSoftware(dialect: name) == software)
    }
}
