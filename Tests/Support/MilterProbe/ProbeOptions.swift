import Milter
import Sockets

/// The command line.
struct ProbeOptions {
    var socket: SocketName
    var answers: [ProbeAnswer] = []
    var recordFile: String?
    var recordsMacros = false
    var unanswered: Set<MilterNegotiation.UnansweredStage> = []
    var maximumSessions = 10_000
    var drainSeconds = 5
    var mode: UInt32 = 0o666
    var group: String?
    var engine = Engine.libmilter

    /// What serves.
    enum Engine: String {
        case libmilter, native
    }

    init(_ arguments: some Collection<String>) throws {
        // Without --socket the one that systemd passes is meant.
        var socket = SocketListener.inherited()
        var rest = Array(arguments)[...]
        while let option = rest.popFirst() {
            if option == "--macros" {
                recordsMacros = true
                continue
            }
            guard let value = rest.popFirst() else { throw ProbeError("\(option) needs a value") }
            switch option {
            case "--socket": socket = try SocketName(value)
            case "--answer": answers.append(try ProbeAnswer(value))
            case "--record": recordFile = value
            case "--no-reply": unanswered = try Self.unanswered(value)
            case "--maximum-sessions": maximumSessions = try Self.number(value, of: option)
            case "--drain": drainSeconds = try Self.number(value, of: option)
            case "--mode": mode = UInt32(try Self.number(value, of: option, radix: 8))
            case "--group": group = value
            case "--engine":
                guard let named = Engine(rawValue: value) else {
                    throw ProbeError("--engine: no such engine: \(value)")
                }
                engine = named
            default: throw ProbeError("unknown option \(option)")
            }
        }
        guard let socket else { throw ProbeError("--socket is missing") }
        self.socket = socket
    }

    /// Of the stages that reference-filter can leave unanswered the room offers the two that carry no timing.
    private static func unanswered(_ text: String) throws -> Set<MilterNegotiation.UnansweredStage> {
        var stages: Set<MilterNegotiation.UnansweredStage> = []
        for word in text.split(separator: ",") {
            switch ProbeAnswer.Stage(rawValue: String(word)) {
            case .header: stages.insert(.header)
            case .eoh: stages.insert(.endOfHeaders)
            case .connect, .helo, .mail, .rcpt, .data, .unknown, .body: break
            case .eom, nil: throw ProbeError("--no-reply: no such stage: \(word)")
            }
        }
        return stages
    }

    private static func number(_ text: String, of option: String, radix: Int = 10) throws -> Int {
        guard let number = Int(text, radix: radix), number >= 0 else {
            throw ProbeError("\(option): no number: \(text)")
        }
        return number
    }
}
