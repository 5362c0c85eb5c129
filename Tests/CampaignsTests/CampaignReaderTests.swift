import Campaigns
import KeyedHashing
import SMTP
import Seeded
import Testing

/// What is found in messages, however they are written and cut.
@Suite("Campaign reader")
struct CampaignReaderTests {
    private static let plain = Message("Buy at http://pills.example/shop?id=17 now.\n")

    @Test(
        "One address, however it is written",
        arguments: [
            Message("see HTTP://Pills.Example/shop?id=9821"),
            Message("see http://www.pills.example/shop?id=22!"),
            Message("see www.pills.example/shop?id=22."),
            Message("(http://user@pills.example:80/shop?id=4)"),
            Message("<http://pills.example/shop?id=4>"),
            Message("see https://pills.example/shop?id=1#x"),
            Message("<a href=\"http://pills.example/shop?id=1\">x</a>", type: "text/html"),
            Message("<a href='http://pills.example/shop?id=1'>x</a>", type: "text/html; charset=utf-8"),
            Message("<A HREF=http://pills.example/shop?id=1>x", type: "TEXT/HTML"),
            Message("<a href=\"//pills.example/shop?id=1\">x</a>", type: "text/html"),
            Message("<a href=\"http://pil\nls.example/sh\top?id=1\">x</a>", type: "text/html"),
            Message("<a href=\"h&#116;tp&colon;&#x2F;/pills.example/shop?i&#100=1\">", type: "text/html"),
            Message("<a href=\"http:\\\\pills.example\\shop?id=1\">x</a>", type: "text/html"),
            Message("http://pills.example/%73hop?id=%31", type: "text/plain"),
            Message("http://pills.exam=\nple/shop?id=3D1=20\n", encoding: "quoted-printable"),
            Message("http://pills.=  \nexample/sh=6Fp?id=3D1", encoding: "Quoted-Printable"),
            Message("aHR0cDovL3BpbGxzLmV4YW1w\nbGUvc2hvcD9pZD0xNw==\n", encoding: "BASE64"),
            Message(
                "pre\n--b1\nContent-Type: image/png\n\nhttp://no.example/\n--b1\nContent-Type: text/html;\n charset=x\n"
                    + "Content-Transfer-Encoding: base64\n\naHR0cDovL3BpbGxzLmV4YW1wbGUvc2hvcD9pZD0xNw==\n--b1--\n",
                type: "multipart/mixed; boundary=\"b1\""),
            Message(
                "--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\nhttp://pills.example/shop?id=1\n--i--\n--o--\n"
                    + "http://no.example/epilogue",
                type: "multipart/related;\n\tboundary=o"),
            Message(
                "--o\nContent-Type: message/rfc822\n\nSubject: x\nContent-Type: text/html\n\n"
                    + "<a href=\"http://pills.example/shop?id=1\">\n--o--",
                type: "multipart/mixed; boundary=o"),
            Message("h\0t\0t\0p\0:\0/\0/\0pills.example/shop?id=1\0"),
        ])
    func spellings(message: Message) {
        #expect(!Self.plain.shape().sites.isEmpty && message.shape().sites == Self.plain.shape().sites)
        for seed: UInt64 in 0..<8 { #expect(message.shape(drawing: seed) == message.shape()) }
    }

    @Test(
        "Parts that differ from message to message do not count",
        arguments: [
            ("http://pills.example/a8f3kq02.html?u=17&k=Zz91bb", "http://pills.example/p02kd8qq.html?u=4&k=8fk1qq"),
            ("http://k3x9q.pills.example/", "http://zz81p.pills.example/"),
            ("http://pills.example/buy/1234567", "http://pills.example/buy/7654321"),
            ("http://pills.example/?e=a%40example.org", "http://pills.example/?e=c@example.net"),
        ])
    func templates(one: String, other: String) {
        #expect(!Message(one).shape().sites.isEmpty)
        #expect(Message(one).shape().sites == Message(other).shape().sites)
    }

    @Test(
        "Parts that tell campaigns apart do",
        arguments: [
            ("http://pills.example/shop", "http://watches.example/shop"),
            ("http://pills.example/shop", "http://pills.example/offer"),
            ("http://pharmacy.blogs.example/", "http://casino.blogs.example/"),
            ("http://pills.example/?aff=1", "http://pills.example/?product=1"),
            ("http://pills.example:8080/", "http://pills.example/"),
        ])
    func differences(one: String, other: String) {
        #expect(!Message(one).shape().sites.isEmpty)
        #expect(Message(one).shape().sites.isDisjoint(with: Message(other).shape().sites))
    }

    @Test("Of hosts drawn at random, and of addresses, the path tells, under one layout")
    func drawnHosts() {
        let shapes = ["qzxkvbtr.example", "hxgtpwzz.example", "192.0.2.7", "[2001:db8::1]"].map {
            Message("http://\($0)/order/pills?id=1").shape()
        }
        #expect(shapes.allSatisfy { $0 == shapes[0] } && shapes[0].templates.map(\.kind) == [.drawn])
        var other = Message("http://qzxkvbtr.example/order/pills?id=1")
        other.headers.append(("X-Mailer", "Program 1.0"))
        #expect(Set(other.shape().templates).isDisjoint(with: shapes[0].templates))
    }

    @Test("Where a redirector leads to counts; what names a format does not")
    func redirectors() {
        let redirected = Message("http://go.example/url?q=http://pills.example/shop?id=1").shape()
        #expect(redirected.sites.isSuperset(of: Message("http://pills.example/shop?id=1").shape().sites))
        let escaped = Message("http://go.example/url?q=https%3A%2F%2Fpills.example%2Fshop%3Fid%3D1").shape()
        #expect(escaped.sites == redirected.sites)
        #expect(Message("<html xmlns=\"http://www.w3.org/TR/html4\">", type: "text/html").shape().templates.isEmpty)
    }

    @Test(
        "No address is found where there is none",
        arguments: ["http://", "www.", "http:// x", "http:///a", "mailto:a@b", "awww.b.c", "http://x"])
    func nothing(body: String) { #expect(Message(body).shape().templates.isEmpty) }

    @Test("Layouts go by names, order and letter case, and by what programs make up; not by values")
    func layouts() {
        let layout = Self.plain.shape().layout
        var message = Message("x", subject: "Other words here")
        message.headers[3].value = "<92cd@example.net>"
        message.headers.insert(("Received", "from x"), at: 0)
        #expect(message.shape().layout == layout)
        for change: (inout Message) -> Void in [
            { $0.headers.swapAt(1, 2) }, { $0.headers[4].name = "Message-Id" }, { $0.headers[4].value = "<4f$1a.9@x>" },
            { $0.headers.append(("X-Mailer", "Mailer of somebody 7.1")) },
        ] {
            var other = message
            change(&other)
            #expect(other.shape().layout != layout)
        }
        let mailers = ["Mass Mailer 6.00.2800", "Mass Mailer 6.00.2900"].map { name in
            var message = Self.plain
            message.headers.append(("X-Mailer", name))
            return message.shape().layout
        }
        #expect(mailers[0] == mailers[1])
    }

    @Test("Subjects go by kinds and lengths of words")
    func subjects() {
        func subject(_ text: String) -> UInt64 { Message("x", subject: text).shape().layoutAndSubject }
        #expect(subject("Cheap watches for you") == subject("Great watches not few"))
        #expect(subject("Cheap watches for you") != subject("cheap watches for you"))
        #expect(subject("Re: order 1234") == subject("re: offer 9876"))
        #expect(subject("Re: order 1234") != subject("order 1234"))
    }

    @Test("Another key gives other hashes")
    func keys() {
        let other = Self.plain.shape(key: try! HashingKey(bytes: Array(1..<33)))
        #expect(other.sites.isDisjoint(with: Self.plain.shape().sites) && other.layout != Self.plain.shape().layout)
    }

    @Test("What is read is bounded, and more is not asked for")
    func bounds() {
        let many = (0..<400).map { "http://site\($0)x.pills\($0 % 10)\($0 / 10).example/" }.joined(separator: " ")
        var limits = CampaignReader.Limits()
        #expect(Message(many).shape().templates.count == limits.templates)
        limits.bodyBytes = 40
        var reader = CampaignReader(key: Message.key, limits: limits)
        reader.take(.eoh, [UInt8]().span)
        #expect(reader.wantsBody)
        reader.take(.body, Array(repeating: UInt8(ascii: "x"), count: 41).span)
        #expect(!reader.wantsBody)
        reader.take(.body, Array(" http://pills.example/".utf8).span)
        #expect(reader.finish().templates.isEmpty)
        let long = Message("http://pills.example/" + String(repeating: "a", count: 3_000) + " http://other.example/")
        #expect(long.shape().sites.count == 2)
    }

    @Test("Whatever comes, nothing traps, and cuts change nothing")
    func anything() {
        let pieces = [
            "http://", "https://", "www.", "=\r\n", "\r\n", "\n", "--b", "--b--", "--", "Content-Type: text/html",
            "&#x",
            "&#99999999999999999999;", "&amp;", "%", "%2", "=3", "=3D", "\"", "'", "<a href=", "?", "/", ".", ":", "@",
            "[", "]", "\0", "Content-Type: multipart/mixed; boundary=c", "--c", "Content-Transfer-Encoding: base64",
            "aHR0cDov", "pills.example", "\u{fc}", ";", "=", "&", "#", "0x7f", "\\",
        ]
        let types = [
            nil, "text/html", "multipart/mixed; boundary=b", "multipart/mixed; boundary=\"", "multipart/x; boundary",
        ]
        let encodings = [nil, "base64", "quoted-printable"]
        for seed: UInt64 in 0..<600 {
            var generator = SeededGenerator(seed: seed)
            let body = (0..<120).map { _ in pieces.randomElement(using: &generator)! }.joined()
            let message = Message(
                body, type: types.randomElement(using: &generator)!,
                encoding: encodings.randomElement(using: &generator)!)
            let whole = message.shape()
            #expect(message.shape(drawing: seed) == whole && message.shape(cuts: { _ in 1 }) == whole)
        }
    }
}
