import SMTP
import Spectral

/// The mail server of a simulated site: offers PIPELINING, 8BITMIME and as a rule SIZE, knows some of the recipients, and refuses
/// now and then.
struct SimulatedServer {
    /// How likely a recipient is unknown.
    let unknownShare: Double
    private let offersSize: Bool

    private var accepted = 0
    private var hasMail = false

    init(unknownShare: Double, offersSize: Bool = true) {
        self.unknownShare = unknownShare
        self.offersSize = offersSize
    }

    func greeting(_ generator: inout SplitMix64) -> ServerReply {
        generator.unit() < 0.005 ? Self.line(421) : Self.line(220)
    }

    mutating func reply(to message: ClientMessage, _ generator: inout SplitMix64) -> ServerReply {
        let chance = generator.unit()
        switch message.kind {
        case .content:
            defer { (accepted, hasMail) = (0, false) }
            return Self.line(accepted == 0 ? 554 : chance < 0.02 ? 550 : chance < 0.03 ? 451 : 250)
        case .authentication: return Self.line(535)
        case .unknownCommand: return Self.line(500)
        case .tls: return Self.line(220)
        case .command(let verb):
            switch verb {
            case .ehlo: return offersSize ? Self.offer : Self.offerWithoutSize
            case .helo, .noop: return Self.line(250)
            case .mail:
                accepted = 0
                hasMail = chance >= 0.03
                return Self.line(chance < 0.02 ? 450 : chance < 0.03 ? 550 : 250)
            case .rcpt:
                guard hasMail else { return Self.line(503) }
                if chance < unknownShare { return Self.line(550) }
                if chance < unknownShare + 0.02 { return Self.line(450) }
                accepted += 1
                return Self.line(250)
            case .data: return Self.line(accepted > 0 ? 354 : 554)
            case .bdat: return Self.line(accepted > 0 ? 250 : 554)
            case .rset:
                (accepted, hasMail) = (0, false)
                return Self.line(250)
            case .quit: return Self.line(221)
            case .vrfy: return Self.line(252)
            case .help: return Self.line(502)
            case .expn, .startTLS, .auth, .etrn: return Self.line(502)
            }
        }
    }

    private static func line(_ code: UInt16) -> ServerReply {
        ServerReply(bytes: Array("\(code) words\r\n".utf8), codes: [code], form: [], time: 1)
    }

    private static let offer = offer("PIPELINING", "SIZE 10240000", "8BITMIME")
    private static let offerWithoutSize = offer("PIPELINING", "8BITMIME")

    private static func offer(_ keywords: String...) -> ServerReply {
        let lines =
            ["250-mx.lab.example"] + keywords.dropLast().map { "250-\($0)" } + ["250 \(keywords.last ?? "HELP")"]
        return ServerReply(
            bytes: lines.flatMap { Array("\($0)\r\n".utf8) }, codes: lines.map { _ in 250 }, form: .multiLine, time: 1)
    }
}
