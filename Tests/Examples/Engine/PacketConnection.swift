import Milter
import SMTP
import Synchronization

/// What the engine knows of one session: macros, what was agreed, and the session that is called.
final class PacketConnection: MilterConnection {
    private let shared: PacketEngine.Shared
    private var session: (any MilterSession)?
    private var macros: [String: String] = [:]
    private(set) var mta = MTA.unknown
    private(set) var agreement = MilterNegotiation().agreed(actions: 0, steps: 0)

    init(_ shared: PacketEngine.Shared) { self.shared = shared }

    /// The mail server may hang up without a word.
    deinit { end() }

    func macro(_ macro: MilterMacro) -> String? { macros[macro.name] }
    func progress() -> Bool { false }
    func apply(_ change: MilterChange) -> Bool { false }

    /// What a packet is answered, if anything; `nil` when the connection is over.
    func answer(to packet: Packet) -> [UInt8]? {
        let (data, strings) = (packet.data, packet.strings)
        switch packet.letter {
        case "O": return negotiate(data)
        case "D": note(strings.dropFirst())
        case "C": return connect(data)
        case "H": return bytes(session?.helo(strings.span, MilterContext(self)))
        case "M": return bytes(session?.mail(strings.span, MilterContext(self)))
        case "R": return bytes(session?.recipient(strings.span, MilterContext(self)))
        case "U": return bytes(session?.unknown(strings.span, MilterContext(self)))
        case "T":
            session?.data(MilterContext(self))
            return Packet.bytes("c")
        case "L":
            let length = strings.firstIndex(of: 0) ?? strings.count
            let response = session?.header(strings.span, nameLength: length, MilterContext(self))
            return agreement.isUnanswered(.header) ? [] : bytes(response)
        case "N":
            let response = session?.endOfHeaders(MilterContext(self))
            return agreement.isUnanswered(.endOfHeaders) ? [] : bytes(response)
        case "B": return bytes(session?.body(data.span, MilterContext(self)))
        case "E": return bytes(session?.endOfMessage(MilterMessageContext(self)))
        case "A": session?.abort()
        case "K": end()
        default: return nil
        }
        return []
    }

    private func negotiate(_ data: [UInt8]) -> [UInt8]? {
        guard data.count >= 12, !shared.isDraining.load(ordering: .relaxed) else { return nil }
        let numbers = [0, 4, 8].map { data[$0..<$0 + 4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) } }
        agreement = shared.negotiation().agreed(actions: 0, steps: numbers[2])
        let answer = [min(numbers[0], 6), agreement.actions, agreement.steps]
        return Packet.bytes("O", answer.flatMap { Packet.bytes(of: $0) })
    }

    /// Names and values, in turn.
    private func note(_ data: some Collection<UInt8>) {
        let texts = data.split(separator: 0, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        for index in stride(from: 0, to: texts.count - 1, by: 2) { macros[texts[index]] = texts[index + 1] }
    }

    private func connect(_ data: [UInt8]) -> [UInt8] {
        end()
        mta = MTA(versionMacro: macro(.version))
        let session = shared.makeSession()
        self.session = session
        shared.sessionBegan()
        let name = data.prefix { $0 != 0 }
        let rest = data.dropFirst(name.count + 1)
        let peer = MilterPeer(hostName: String(decoding: name, as: UTF8.self), origin: Self.origin(Array(rest)))
        return switch session.connect(peer, MilterContext(self)) {
        case .continue: Packet.bytes("c")
        case .accept: Packet.bytes("a")
        case .reject: Packet.bytes("r")
        case .tempfail: Packet.bytes("t")
        case .refuse(let reply): Packet.bytes(of: reply)
        }
    }

    /// Family, port, address.
    private static func origin(_ data: [UInt8]) -> MilterPeer.Origin {
        guard data.count > 3 else { return .unknown }
        if data[0] == UInt8(ascii: "L") { return .local }
        let text = String(decoding: data[3...].prefix { $0 != 0 }, as: UTF8.self)
        guard let address = ClientAddress(text) else { return .unknown }
        return .network(address, port: UInt16(data[1]) << 8 | UInt16(data[2]))
    }

    private func end() {
        guard let session else { return }
        session.close()
        self.session = nil
        macros = [:]
        shared.sessionEnded()
    }

    // MARK: Answers. Without a session the mail goes on.

    private func bytes(_ response: MilterResponse?) -> [UInt8] {
        switch response {
        case .continue, nil: Packet.bytes("c")
        case .accept: Packet.bytes("a")
        case .discard: Packet.bytes("d")
        case .reject: Packet.bytes("r")
        case .tempfail: Packet.bytes("t")
        case .refuse(let reply): Packet.bytes(of: reply)
        }
    }

    private func bytes(_ response: MilterUnknownResponse?) -> [UInt8] {
        if case .refuse(let reply) = response { Packet.bytes(of: reply) } else { Packet.bytes("c") }
    }

    private func bytes(_ response: MilterBodyResponse?) -> [UInt8] {
        switch response {
        case .continue, nil: Packet.bytes("c")
        case .skip: Packet.bytes(agreement.canSkip ? "s" : "c")
        case .accept: Packet.bytes("a")
        case .discard: Packet.bytes("d")
        case .reject: Packet.bytes("r")
        case .tempfail: Packet.bytes("t")
        case .refuse(let reply): Packet.bytes(of: reply)
        }
    }
}
