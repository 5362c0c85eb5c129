import Dialects

/// Models of any size, the same every time.
struct MadeUpModel {
    enum Kind: String {
        /// What a site may learn: the shipped dialects, then copies of them that greet by names of their own, and one in
        /// twenty that speaks like nobody.
        case names

        /// The worst: every dialect speaks like nobody, but all greet by a name of some form, so that none is told from the
        /// others by it.
        case strangers
    }

    private var random: UInt64 = 20_11

    static func document(_ kind: Kind, count: Int) -> String {
        var model = MadeUpModel()
        let shipped = DialectModel.starter().dialects
        var text = "argot-dialects 2\n"
        for number in 0..<count {
            if kind == .strangers || number >= shipped.count && number % 20 == 0 {
                text += model.stranger(number)
            } else {
                let original = shipped[number % shipped.count]
                let name = number < shipped.count ? original.name : "copy-\(number)"
                text += copy(of: original, name, greeting: number < shipped.count ? nil : number)
            }
        }
        return text
    }

    private static func copy(of dialect: Dialect, _ name: String, greeting: Int?) -> String {
        let copy = DialectDocument.text(for: DialectModel(dialects: [dialect.renamed(name)]))
        return copy.split(separator: "\n").dropFirst().map { line in
            let words = line.split(separator: " ")
            guard let greeting, words.count > 2, words[0] == "state", ["EHLO", "HELO"].contains(words[2].uppercased())
            else { return line + "\n" }
            return "  state \(words[1]) \(words[2]) {label}.copy\(greeting).example\n"
        }.joined()
    }

    /// A dialect of some states in an order of its own, with parameters, headers and counts of its own.
    private mutating func stranger(_ number: Int) -> String {
        var states = [
            ("helo", below(2) == 0 ? "EHLO {fqdn}" : "HELO {fqdn|label}"),
            ("mail", "MAIL FROM:<{addr}>[ SIZE={n}][ X\(number)={x}]"), ("rcpt", "RCPT TO:<{addr}>"),
            ("data", "DATA"), ("message", "{message Received,X-\(number % 500),To}"), ("quit", "QUIT"),
        ]
        for more in ["RSET", "NOOP", "STARTTLS", "XTRA\(number)"] where below(2) == 0 {
            states.append(("more\(states.count)", more))
        }
        var text = "\ndialect stranger-\(number) \(below(3) == 0 ? "bot" : "mta")\n  origin made up\n"
        for (name, template) in states { text += "  state \(name) \(template)\n" }
        text += "  on start 220 to helo*\(below(90) + 1)\n"
        for (place, state) in states.enumerated() where place + 1 < states.count {
            text += "  on \(state.0) 2xx,354 to \(states[place + 1].0)*\(below(90) + 1)\n"
            text += "  on \(state.0) 4xx,5xx to \(states[below(states.count)].0)*\(below(90) + 1)\n"
        }
        for _ in 0..<6 {
            let one = states[below(states.count)].0
            text += "  on \(one) any to \(states[below(states.count)].0)*\(below(90) + 1)\n"
        }
        return text + "  final good quit\n  final bad quit\n"
    }

    private mutating func below(_ limit: Int) -> Int {
        random = random &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(random >> 33) % limit
    }
}
