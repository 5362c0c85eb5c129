import Foundation
import Seeded

/// Makes up mail: campaigns of spam, each from a template of its own as spam engines have them, and honest mail around them,
/// with the links that everybody's mail carries.
struct PlantedMail {
    /// A message, and what made it: equal for messages that belong together.
    struct Planted {
        var message: Message
        var origin: Int
        /// The client's network, where it has a good history.
        var good: UInt64?
        var isSpam: Bool { origin >= 0 }
    }

    /// A spam engine's template of one campaign.
    private struct Campaign {
        var number: Int
        var layout: [(name: String, value: String)]
        var subjects: [String]
        var makeAddress: (inout SeededGenerator) -> String
        var isHTML: Bool
        var encoding: String?
        /// What it links to beside: pictures and other people's pages.
        var common: [String]
    }

    private struct Sender {
        var number: Int
        var domain: String
        var layout: [(name: String, value: String)]
        var isGood: Bool
        var common: [String]
    }

    private var generator: SeededGenerator
    private var campaigns: [Campaign] = []
    private var senders: [Sender] = []

    private static let words = """
        price order shop watch health pills offer deal money store market casino bonus product buy sale club online
        secure account update travel hotel garden music summer winter paper light silver golden express direct center
        world power smart quick fresh clean simple master family doctor medical weight energy career degree diploma
        software download license office media photo video friend single dating credit loan mortgage invest stock
        """.split { $0 == " " || $0 == "\n" }.map(String.init)

    private static let everybody = [
        "http://www.facebook.com/pages/{}/", "http://twitter.com/{}", "http://www.youtube.com/watch?v={}",
        "http://bit.ly/{}", "http://img.photobucket.com/albums/{}/{}.jpg",
        "https://fonts.googleapis.com/css?family=Lato",
        "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd", "http://list-manage.com/unsubscribe?u={}&id={}",
        "http://www.google.com/maps?q={}", "http://instagram.com/{}",
    ]

    /// The head's fields of honest programs and of engines, in the order they write them.
    private let layouts: [[String]]

    /// - Parameter layouts: orders of fields as seen in real mail; made up if there are none.
    init(seed: UInt64, campaigns count: Int = 30, senders senderCount: Int = 150, layouts: [[String]] = []) {
        generator = SeededGenerator(seed: seed)
        self.layouts = layouts
        for number in 0..<count { campaigns.append(makeCampaign(number)) }
        for number in 0..<senderCount { senders.append(makeSender(number)) }
    }

    /// The next message: spam, or honest mail.
    mutating func next(spamShare: Double = 0.6) -> Planted {
        if Double.random(in: 0..<1, using: &generator) < spamShare {
            // Some campaigns are large.
            let draw = Double.random(in: 0..<1, using: &generator)
            return spam(campaigns[min(campaigns.count - 1, Int(draw * draw * Double(campaigns.count)))])
        }
        return honest(senders.randomElement(using: &generator)!)
    }

    // MARK: Campaigns

    private mutating func makeCampaign(_ number: Int) -> Campaign {
        let hosts = (0..<12).map { _ in
            "\(word())\(word())\(word().prefix(3)).\(["ru", "com", "cn", "info"].randomElement(using: &generator)!)"
        }
        let (one, two, key) = (word(), word(), word())
        let makeAddress: (inout SeededGenerator) -> String =
            switch number % 7 {
            case 0: { "http://\(hosts[0])/?\(key)=\($0.word(8, of: "0123456789abcdef"))" }
            case 1:
                {
                    "http://\($0.word(10)).\(["ru", "cn", "in"].randomElement(using: &$0)!)/\(one)/\(two)/?\(key)=\($0.word(6, of: "0123456789"))"
                }
            case 2:
                {
                    "http://www.\(hosts.randomElement(using: &$0)!)/\(one)/\(two).php?\(key)=\($0.word(12, of: "0123456789abcdef"))"
                }
            case 3:
                {
                    "http://\(Int.random(in: 1...223, using: &$0)).\(Int.random(in: 0...255, using: &$0)).7.9/\(one)/\(two)/"
                }
            case 4:
                { "http://\($0.word(9)).\(hosts[0])/\($0.word(14, of: "abcdefghijklmnopqrstuvwxyz0123456789")).html" }
            case 5:
                {
                    "http://\(hosts.randomElement(using: &$0)!)/wp-content/plugins/\(one)/\(two).php?\(key)=\($0.word(5))"
                }
            default: { _ in "" }
            }
        let subjects = (0..<4).map { _ in "\(word().capitalized) \(word()) \(word()) \(word())" }
        return Campaign(
            number: number, layout: makeLayout(), subjects: number % 7 == 6 ? [subjects[0]] : subjects,
            makeAddress: makeAddress, isHTML: number % 2 == 0,
            encoding: [nil, "quoted-printable", "base64"].randomElement(using: &generator)!,
            common: (0..<2).compactMap { _ in
                number % 7 == 6 ? nil : Self.everybody.randomElement(using: &generator)
            })
    }

    private mutating func spam(_ campaign: Campaign) -> Planted {
        var links = [campaign.makeAddress(&generator)].filter { !$0.isEmpty }
        if !links.isEmpty, Bool.random(using: &generator) { links.append(campaign.makeAddress(&generator)) }
        for common in campaign.common where Int.random(in: 0..<3, using: &generator) == 0 {
            links.append(filled(common))
        }
        let message = message(
            layout: campaign.layout, subject: campaign.subjects.randomElement(using: &generator)!, links: links,
            isHTML: campaign.isHTML, encoding: campaign.encoding)
        return Planted(message: message, origin: campaign.number)
    }

    // MARK: Honest mail

    private mutating func makeSender(_ number: Int) -> Sender {
        Sender(
            number: number, domain: "\(word())-\(word())\(number).example", layout: makeLayout(),
            isGood: Int.random(in: 0..<4, using: &generator) == 0,
            common: (0..<3).map { _ in Self.everybody.randomElement(using: &generator)! })
    }

    private mutating func honest(_ sender: Sender) -> Planted {
        var links = ["http://www.\(sender.domain)/\(word())/\(word()).html"]
        for common in sender.common where Bool.random(using: &generator) { links.append(filled(common)) }
        let message = message(
            layout: sender.layout,
            subject: (0..<Int.random(in: 1...7, using: &generator)).map { _ in word() }.joined(separator: " "),
            links: links, isHTML: Bool.random(using: &generator), encoding: nil)
        return Planted(
            message: message, origin: -1 - sender.number, good: sender.isGood ? UInt64(sender.number) << 1 : nil)
    }

    // MARK: Messages

    private mutating func makeLayout() -> [(name: String, value: String)] {
        var names = [
            "From", "To", "Subject", "Message-ID", "Date", "MIME-Version", "X-Priority", "X-Mailer", "Reply-To",
        ]
        if let seen = layouts.randomElement(using: &generator) {
            names = seen
        } else {
            names.shuffle(using: &generator)
            names.removeLast(Int.random(in: 0...2, using: &generator))
        }
        if !names.contains("Subject") { names.append("Subject") }
        let mailer = "\(word()) \(word())"
        return names.map { ($0, $0 == "X-Mailer" ? mailer : "") }
    }

    private mutating func message(
        layout: [(name: String, value: String)], subject: String, links: [String], isHTML: Bool, encoding: String?
    ) -> Message {
        var text = (0..<20).map { _ in word() }
        for link in links {
            let place = Int.random(in: 0..<text.count, using: &generator)
            text.insert(isHTML ? "<a href=\"\(link)\">\(word())</a>" : link, at: place)
        }
        var body = text.joined(separator: " ") + "\n"
        switch encoding {
        case "quoted-printable": body = quoted(body)
        case "base64": body = base64(body)
        default: break
        }
        var message = Message(body)
        message.headers = layout.filter { !$0.name.lowercased().hasPrefix("content-") }.map { name, value in
            switch name.lowercased() {
            case "subject": (name, subject)
            case "message-id": (name, "<\(generator.word(20, of: "0123456789abcdef"))@\(generator.word(6)).example>")
            case "x-mailer": (name, "\(value) 6.00.\(Int.random(in: 1_000...9_999, using: &generator))")
            default: (name, value.isEmpty ? generator.word(8) : value)
            }
        }
        message.headers.append(("Content-Type", isHTML ? "text/html" : "text/plain"))
        if let encoding { message.headers.append(("Content-Transfer-Encoding", encoding)) }
        return message
    }

    private mutating func word() -> String { Self.words.randomElement(using: &generator)! }

    private mutating func filled(_ address: String) -> String {
        address.split(separator: "{}", omittingEmptySubsequences: false).joined(
            separator: generator.word(8, of: "abcdefghijklmnopqrstuvwxyz0123456789"))
    }

    private func quoted(_ text: String) -> String {
        var lines = ""
        var length = 0
        for byte in text.utf8 {
            let piece = byte == 0x3d ? "=3D" : String(UnicodeScalar(byte))
            if length + piece.utf8.count > 72, byte != 0x0a {
                lines += "=\n"
                length = 0
            }
            lines += piece
            length += piece.utf8.count
        }
        return lines
    }

    private func base64(_ text: String) -> String {
        let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
        var coded = ""
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let piece = bytes[start..<min(start + 3, bytes.count)]
            let bits = piece.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - piece.count))
            for index in 0..<(piece.count + 1) { coded.append(letters[bits >> (18 - 6 * index) & 63]) }
            coded += String(repeating: "=", count: 3 - piece.count)
            if start % 54 == 51 { coded += "\n" }
        }
        return coded + "\n"
    }
}
