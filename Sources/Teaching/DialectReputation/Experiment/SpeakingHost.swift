import SMTP
import Spectral

/// A host of a simulated site's clients: its address, its names, and what it writes where a template leaves it open.
struct SpeakingHost {
    let peers: SessionPeers
    let network: Int
    /// The number of its organisation; `nil` without a verified name.
    let organisation: Int?
    private let name: String
    private let layout: [String]

    /// A server of somebody honest: a full name of its own domain, which leads back.
    static func server(_ number: Int, _ generator: inout SplitMix64) -> SpeakingHost {
        SpeakingHost(
            number: number, organisation: number, name: "mail\(number % 7).org\(number).example",
            layout: layouts[Int(generator.next() % UInt64(layouts.count))])
    }

    /// A line of a provider's customer, of one of forty providers; every fourth has no name.
    static func line(_ number: Int, layout: [String]) -> SpeakingHost {
        SpeakingHost(
            number: number, organisation: number % 4 == 3 ? nil : 1_000_000 + number % 40,
            name: "host-\(number)-\(number % 251).isp\(number % 40).example", layout: layout)
    }

    /// A host that speaks as somebody was recorded, under the names of the recording, in a network of its own.
    static func recorded(_ peers: SessionPeers, number: Int) -> SpeakingHost {
        SpeakingHost(peers: peers, network: number, organisation: number)
    }

    private init(peers: SessionPeers, network: Int, organisation: Int) {
        (self.peers, self.network, self.organisation) = (peers, network, organisation)
        (name, layout) = (peers.clientName ?? "", [])
    }

    private init(number: Int, organisation: Int?, name: String, layout: [String]) {
        network = number
        self.organisation = organisation
        self.name = name
        self.layout = layout
        let bits = UInt32(truncatingIfNeeded: 0x1000_0000 + number * 256 + 7)
        let text = "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        peers = SessionPeers(
            client: ClientAddress(text), clientPort: 4_242, clientName: organisation == nil ? nil : name,
            resolution: organisation == nil ? .fail : .ok, serverPort: 25, serverName: "mx.lab.example", mta: .postfix)
    }

    /// Header layouts that relays and programs pass on.
    static let layouts: [[String]] = [
        ["Received", "Date", "From", "To", "Subject", "Message-ID"],
        ["Received", "Received", "From", "To", "Subject", "Date", "Message-ID", "MIME-Version", "Content-Type"],
        ["DKIM-Signature", "Received", "From", "Date", "Message-ID", "Subject", "To", "Content-Type"],
        ["From", "To", "Subject", "Date", "Message-Id"],
        ["Message-ID", "Date", "From", "User-Agent", "MIME-Version", "To", "Subject", "Content-Type"],
        ["Received", "From", "To", "References", "In-Reply-To", "Subject", "Date", "Message-ID", "X-Mailer"],
        ["Message-ID", "From", "To", "Subject", "Date", "MIME-Version", "Content-Type", "X-Mailer"],
    ]

    /// The text of a HELO argument by its pattern: names are the host's own, with one label where a pattern asks for it.
    func helo(_ pattern: String, _ generator: inout SplitMix64) -> String {
        if pattern.hasPrefix("\""), pattern.hasSuffix("\"") { return String(pattern.dropFirst().dropLast()) }
        guard pattern.contains("{") else { return pattern }
        let label = word(&generator)
        guard pattern.hasPrefix("{"), pattern.hasSuffix("}") else { return pattern.replacing("{label}", with: label) }
        if pattern.contains("}.") { return pattern.replacing("{label}", with: label) }
        let words = pattern.dropFirst().dropLast().split(separator: " ")
        let forms = words[0].split(separator: "|")
        // The first form is the usual one.
        let form = generator.unit() < 0.8 ? forms[0] : forms[Int(generator.next() % UInt64(forms.count))]
        switch form {
        case "label": return words.contains("+upper") ? label.uppercased() : label
        case "ip": return peers.client?.description ?? "192.0.2.1"
        case "literal": return "[\(peers.client?.description ?? "192.0.2.1")]"
        case "literal6": return "[IPv6:2001:db8::1]"
        case "localhost": return "localhost"
        case "localdomain": return "localhost.localdomain"
        case "empty": return ""
        case "malformed": return "_\(label)!"
        default: return organisation.map { $0 >= 1_000_000 } ?? true ? "\(label).\(word(&generator)).example" : name
        }
    }

    /// A word of five to ten letters.
    func word(_ generator: inout SplitMix64) -> String {
        let letters = Array("abcdefghijklmnopqrstuvwxyz")
        let count = 5 + Int(generator.next() % 6)
        return String((0..<count).map { _ in letters[Int(generator.next() % 26)] })
    }

    /// The headers of a message whose layout the program leaves open, with values.
    func headers(_ names: [String]?, _ generator: inout SplitMix64) -> [UInt8] {
        var text = ""
        for name in names ?? layout {
            let isTight = name.hasSuffix("!")
            text += (isTight ? String(name.dropLast()) : name) + (isTight ? ":" : ": ") + word(&generator) + "\r\n"
        }
        return Array(text.utf8)
    }
}
