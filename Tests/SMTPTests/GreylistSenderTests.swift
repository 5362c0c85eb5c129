import SMTP
import Testing

/// Senders that change from message to message, as real lists, mailers and forwarders write them.
@Suite("Senders as the greylist knows them")
struct GreylistSenderTests {
    private func known(_ text: String) -> String { MailAddress(argument: Array("<\(text)>".utf8)).greylistSender }

    @Test(
        "two messages of one source have one sender",
        arguments: [
            // VERP of Mailman, ezmlm, qmail lists.
            ("bounce-123-user=example.org@list.example", "bounce-124-user=example.org@list.example"),
            ("talk-return-8812-user=example.org@lists.example", "talk-return-8813-user=example.org@lists.example"),
            ("talk-bounces+user=example.org@lists.example", "talk-bounces@lists.example"),
            // Extensions.
            ("foo+2837@example.net", "foo+9911@example.net"), ("Foo+a=b@example.net", "foo@EXAMPLE.net."),
            ("bounces+12345-abcd-user=example.org@em1.example", "bounces+98765-ef01-user=example.org@em1.example"),
            // SRS, hash and day changing; a separator other than "=".
            ("SRS0=HiGy=4T=origin.example=anna@forward.example", "SRS0=k9Q1=4U=origin.example=anna@forward.example"),
            ("SRS0+HiGy=4T=origin.example=anna@forward.example", "srs0=k9q1=4U=origin.example=anna@forward.example"),
            (
                "SRS1=aB3d=first.example==HiGy=4T=origin.example=anna@second.example",
                "SRS1=Zz09=first.example==k9Q1=4V=origin.example=anna@second.example"
            ),
            // BATV and its kin wrap a mailbox that is known by itself.
            ("prvs=0123ab45cd=anna@example.net", "prvs=4567ef89ab=anna@example.net"),
            ("prvs=0123ab45cd=anna@example.net", "anna@example.net"),
            ("prvs=anna/0123ab45cd@example.net", "anna@example.net"),
            ("btv1==12345abcde==anna@example.net", "anna@example.net"),
            ("msprvs1=18563asdF33tg=bounces-1234-5@mail.example", "msprvs1=19001Qwert_yu=bounces-1235-5@mail.example"),
            ("prvs=0123ab45cd=bounce-7-x=y.example@list.example", "bounce-8-x=y.example@list.example"),
            // Bulk mailers.
            (
                "0102018e7c3c5b3f-7b1f8c10-1111-2222-3333-444455556666-000000@eu-west-1.mailer.example",
                "0102018f00aa11bb-0a9b8c7d-aaaa-bbbb-cccc-ddddeeeeffff-000000@eu-west-1.mailer.example"
            ),
            ("bounce-mc.us1_12345.67890-user=example.org@m.example", "bounce-mc.us1_777.4-user=example.org@m.example"),
            ("bounce123456@mailer.example", "bounce7@mailer.example"),
            ("bounce-1_HTML-2837465-1122-990011-12@b.example", "bounce-3_HTML-9999-1-2-3@b.example"),
            ("3k5tYZA0KDhgIJMnop7qr@calendar.example", "39QwErt1zuiOPa8sdf0gh@calendar.example"),
            ("m-28374651@post.example", "m-28374652@post.example"),
        ])
    func oneSource(first: String, second: String) {
        #expect(known(first) == known(second))
    }

    @Test("people do not pass for each other")
    func peopleStayApart() {
        let people = [
            "anna.1970", "anna.1971", "anna1970", "anna1971", "bob2", "bob3", "bob", "1234567890", "1234567891",
            "anna_7",
            "anna-berg", "anna.berg", "r2d2", "c3po", "deadbeef", "x86", "j.doe.2", "christopher1970smith", "bo.1970",
            "o'neil7", "\u{fc}ber9",
        ]
        #expect(Set(people.map { known("\($0)@mail.example") }).count == people.count)
        #expect(known("anna@one.example") != known("anna@two.example"))
        #expect(known("bounce-1-a=b.example@list.example") != known("bounce-1-c=d.example@list.example"))
        #expect(known("SRS0=HiGy=4T=one.example=a@f.example") != known("SRS0=HiGy=4T=two.example=a@f.example"))
    }

    @Test("odd senders are senders too")
    func oddSenders() {
        #expect(MailAddress(argument: Array("<>".utf8)).greylistSender == "")
        #expect(known("+2837@example.net") == "+2837@example.net")
        for text in [
            "prvs=", "prvs==", "srs0", "srs0=", "srs0=a", "srs1=a=b", "srs1=a=b==", "btv1==", "btv1==a=b", "msprvs1=x",
        ] {
            #expect(!known("\(text)@example.net").isEmpty)
        }
        #expect(known("postmaster") == "postmaster")
        #expect(known("a@B\u{fc}cher.example") == "a@xn--bcher-kva.example")
    }
}
