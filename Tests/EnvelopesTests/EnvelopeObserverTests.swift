import EnvelopeTraining
import SMTP
import Seeded
import Testing

@testable import Envelopes

@Suite struct EnvelopeObserverTests {
    private func answers(_ observer: EnvelopeObserver, _ moment: EnvelopeMoment = .afterHeaders) -> [String: [String]] {
        var found: [String: [String]] = [:]
        observer.visit(at: moment) { (token: TextToken) in
            found[token.group.word, default: []].append(String(decoding: token.bytes, as: UTF8.self))
        }
        return found
    }

    private func record(helo: String, name: String?, sender: String? = nil, headers: [String] = []) throws
        -> EnvelopeRecord
    {
        EnvelopeRecord(
            time: UnixTime(seconds: 0), client: try #require(ClientAddress("192.0.2.77")), label: .ham,
            isExtended: false, helo: helo, clientName: name, resolution: name == nil ? .fail : .ok,
            senderDomain: sender,
            headers: headers)
    }

    @Test func aBotsEnvelope() throws {
        let found = answers(
            try record(helo: "303446E8", name: "host-192-0-2-77.example.net", sender: "aol.com").observer)
        #expect(found["helo.form"] == ["single"])
        #expect(found["helo.single"] == ["hex2"])
        #expect(found["helo.case"] == ["mixed+single"])
        #expect(found["name.kind"] == ["address-4"])
        #expect(found["relation"] == ["incomparable"])
        #expect(found["greeting"] == ["helo"])
        #expect(found["sender"] == ["other"])
    }

    @Test(
        arguments: [
            ("mail.example.net", "mail.example.net", "equal"), ("mx.example.net", "mail.example.net", "organisation"),
            ("mx.example.de", "mail.example.net", "label"), ("mx.example.org", "mail.sample.net", "different"),
            ("localhost", "mail.example.net", "incomparable"), ("mx.example.org", nil, "nameless"),
        ])
    func relation(helo: String, name: String?, relation: String) throws {
        #expect(answers(try record(helo: helo, name: name).observer)["relation"] == [relation])
    }

    @Test(arguments: [
        ("<>", "null"), ("<a@mail.example.net> SIZE=9", "helo"), ("<a@b@EXAMPLE.net>", "helo-organisation"),
        ("<a@example.org>", "name-organisation"), ("a@elsewhere.test", "other"), ("<postmaster>", "other"),
    ])
    func sender(address: String, expected: String) throws {
        var observer = try record(helo: "mail.example.net", name: "mail.example.org").observer
        observer.mail(address)
        #expect(answers(observer)["sender"] == [expected])
    }

    @Test func theOrderOfHeadersIsSeenFromTheWholeDownToPairs() throws {
        let found = answers(
            try record(helo: "h", name: nil, headers: ["Received", "Message-ID", "From", "X-Odd", "To", "X-Odd"])
                .observer)
        #expect(found["received.count"] == ["1"])
        #expect(found["order.all"] == ["Message-ID>From>X-Odd>To>X-Odd"])
        #expect(found["order.core"] == ["Message-ID>From>To"])
        #expect(found["order.last"] == ["X-Odd>To>X-Odd"])
        #expect(found["order.pair"]?.first == "^>Message-ID")
        #expect(found["order.pair"]?.last == "X-Odd>$")
        #expect(found["header.name"] == ["Message-ID", "From", "X-Odd", "To"])
    }

    @Test func nothingOfTheHeadersIsKnownBeforeData() throws {
        let observer = try record(helo: "h", name: nil, headers: ["From", "To"]).observer
        observer.visit(at: .beforeData) { (token: TextToken) in #expect(token.group.family.isKnownBeforeData) }
    }

    @Test func aSecondMessageBeginsAnew() throws {
        var observer = try record(helo: "h", name: nil, headers: ["From", "To"]).observer
        observer.mail("<a@example.net>")
        #expect(answers(observer)["order.all"] == nil)
        #expect(answers(observer)["helo.form"] == ["single"])
    }

    @Test func endlessHeadersAreNotKept() {
        var observer = EnvelopeObserver(client: nil, clientName: nil, resolution: .unknown)
        let name = Array(String(repeating: "x", count: 5000).utf8)
        let value = Array(String(repeating: "y", count: 100_000).utf8)
        for _ in 0..<5000 { observer.header(name, value) }
        #expect(observer.trail.count == HeaderTrail.mostHeaders)
        #expect(observer.trail[HeaderTrail.mostHeaders - 1].count == HeaderTrail.longestName)
    }

    @Test(
        arguments: [
            (
                "Microsoft Outlook Express 6.00.2900.2180", "Microsoft Outlook Express",
                "Microsoft Outlook Express 9.9.9.9"
            ),
            ("Microsoft Outlook Express V6.00.2900", "Microsoft Outlook Express", "Microsoft Outlook Express V9.9.9"),
            ("  Mutt/1.5.13 (2006-08-11)\r\n", "Mutt", "Mutt/9.9.9 (9-9-9)"),
            ("The Bat! (v3.51) Home", "The Bat!", "The Bat! (v9.9) Home"),
            ("", "", ""), ("123", "", "9"),
        ])
    func mailer(value: String, family: String, template: String) {
        let mailer = MailerName(value.utf8)
        #expect(String(decoding: mailer.family, as: UTF8.self) == family)
        #expect(String(decoding: mailer.template, as: UTF8.self) == template)
    }

    @Test func questionsHaveWordsOfTheirOwn() {
        for group in FeatureGroup.allCases { #expect(FeatureGroup(word: group.word) == group) }
        #expect(FeatureGroup(word: "helo.colour") == nil)
    }
}
