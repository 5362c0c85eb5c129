// Both milter engines in one process: the same packets go to each, and replies and what sessions see are compared.
import Glibc
import Milter
import MilterLib
import MilterNative
import SMTP
import Sockets
import Synchronization

/// A mail server that sends anything to a filter that answers anything.
///
/// Not compared is what depends on time alone: half a packet, silence. What libmilter alone would crash on is put right
/// or refused before it sees it (packets.c); the native engine must do the same.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzEngines(_ start: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var input = FuzzInput(start, count)
    let script = Script(&input)
    var stream = PacketStream()
    while !input.isEmpty { stream.append(&input) }
    let engines = Engines.shared
    engines.stage.withLock { $0 = Stage(script: script) }
    let expected = Exchange.replies(to: [stream.bytes], at: engines.libmilterPath)
    let seen = engines.stage.withLock { stage in
        defer { stage = Stage(script: script) }
        return stage!.lines
    }
    let replies = Exchange.replies(to: stream.pieces, at: engines.nativePath)
    let lines = engines.stage.withLock { $0!.lines }
    if replies != expected {
        fatalError("libmilter replies \(expected)\nthe native engine \(replies)\n\(seen)\n\(lines)")
    }
    if lines != seen { fatalError("under libmilter a session sees \(seen)\nunder the native engine \(lines)") }
    return 0
}

/// What a filter wants, and what it answers, callback by callback.
struct Script: Sendable {
    var wantsBody: Bool
    var unanswered: Set<MilterNegotiation.UnansweredStage> = []
    var asksForMacros: Bool
    var actions: MilterNegotiation.Actions
    var answers: [UInt8]

    init(_ input: inout FuzzInput) {
        let flags = input.byte()
        wantsBody = flags & 1 == 0
        if flags & 2 != 0 { unanswered.insert(.header) }
        if flags & 4 != 0 { unanswered.insert(.endOfHeaders) }
        asksForMacros = flags & 8 != 0
        actions = flags & 16 == 0 ? .all : []
        answers = input.bytes(Int(input.byte() & 31))
    }

    var negotiation: MilterNegotiation {
        MilterNegotiation(
            actions: actions, unanswered: unanswered, wantsBody: wantsBody,
            macros: asksForMacros
                ? [.connect: [.hostName, .version], .recipient: [.recipientMailer], .endOfHeaders: []] : [:])
    }
}

/// The script of the run, how far it is, and what sessions have seen.
struct Stage: Sendable {
    var script: Script
    var next = 0
    var sessions = 0
    var lines: [String] = []

    mutating func answer() -> UInt8 {
        guard next < script.answers.count else { return 0 }
        defer { next += 1 }
        return script.answers[next]
    }
}

/// The engines, each on a socket of its own, for the life of the process.
final class Engines: Sendable {
    static let shared = Engines()

    let libmilterPath: String
    let nativePath: String
    let stage = Mutex<Stage?>(nil)
    private let engines: [any MilterEngine]

    private init() {
        let directory = "/tmp/argot-engines.\(getpid())"
        mkdir(directory, 0o700)
        libmilterPath = "\(directory)/libmilter"
        nativePath = "\(directory)/native"
        final class Reference: Sendable { let engines = Mutex<Engines?>(nil) }
        let reference = Reference()
        let negotiation = { @Sendable () -> MilterNegotiation in
            reference.engines.withLock { $0! }.stage.withLock { $0!.script.negotiation }
        }
        let makeSession = { @Sendable () -> any MilterSession in FuzzedSession(reference.engines.withLock { $0! }) }
        signal(SIGPIPE, SIG_IGN)
        do {
            engines = [
                try LibmilterEngine(
                    name: "fuzz", listener: SocketListener(.unix(path: libmilterPath)), actions: .all,
                    maximumSessions: 100,
                    negotiation: negotiation, makeSession: makeSession),
                try NativeEngine(
                    listener: SocketListener(.unix(path: nativePath)), maximumSessions: 100, threads: 1,
                    negotiation: negotiation, makeSession: makeSession),
            ]
            for engine in engines { try engine.start() }
        } catch { fatalError("\(error)") }
        reference.engines.withLock { $0 = self }
    }
}

/// Writes down what it sees and answers as the script says.
final class FuzzedSession: MilterSession {
    private let engines: Engines
    private let number: Int
    private static let macros: [MilterMacro] = [
        .hostName, .version, .queueID, .clientName, .recipientMailer, "x", "{y}",
    ]

    init(_ engines: Engines) {
        self.engines = engines
        number = engines.stage.withLock { stage in
            stage!.sessions += 1
            return stage!.sessions
        }
    }

    func connect(_ peer: MilterPeer, _ context: borrowing MilterContext) -> MilterConnectResponse {
        switch see(
            "connect \(peer.hostName) \(peer.origin) \(context.mta)", macros: Self.macros.map { context.macro($0) })
            & 15
        {
        case 1: return .accept
        case 2: return .reject
        case 3: return .tempfail
        case 4: return .refuse(Self.refusal(450))
        case 5: return .refuse(Self.refusal(550))
        case 6: _ = context.progress()
        default: break
        }
        return .continue
    }

    func helo(_ name: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        response("helo", name, context)
    }
    func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        response("mail", arguments, context)
    }
    func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        response("rcpt", arguments, context)
    }
    func data(_ context: borrowing MilterContext) {
        if see("data", macros: Self.macros.map { context.macro($0) }) & 15 == 6 { _ = context.progress() }
    }
    func unknown(_ command: Span<UInt8>, _ context: borrowing MilterContext) -> MilterUnknownResponse {
        let answer = see("unknown \(Self.text(command))", macros: Self.macros.map { context.macro($0) }) & 15
        return answer == 4 ? .refuse(Self.refusal(450)) : answer == 5 ? .refuse(Self.refusal(550)) : .continue
    }
    func header(_ field: Span<UInt8>, nameLength: Int, _ context: borrowing MilterContext) -> MilterResponse {
        response("header \(nameLength)", field, context)
    }
    func endOfHeaders(_ context: borrowing MilterContext) -> MilterResponse {
        response("eoh", [UInt8]().span, context)
    }
    func body(_ chunk: Span<UInt8>, _ context: borrowing MilterContext) -> MilterBodyResponse {
        switch see("body \(Self.text(chunk))", macros: Self.macros.map { context.macro($0) }) & 15 {
        case 1: .accept
        case 2: .reject
        case 3: .tempfail
        case 4: .refuse(Self.refusal(450))
        case 5: .refuse(Self.refusal(550))
        case 7: .discard
        case 8, 9: .skip
        default: .continue
        }
    }

    func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse {
        let answer = see("eom \(context.mta)", macros: Self.macros.map { context.macro($0) })
        let size = Int(answer >> 4)
        do {
            switch answer & 15 {
            case 6: _ = context.progress()
            case 8: try context.add(MilterHeader(name: "X", value: String(repeating: "v", count: size << 13)))
            case 9: try context.insert(MilterHeader(name: "X-I", value: "v"), at: size - 1)
            case 10: try context.change(MilterHeader(name: "X", value: "v"), occurrence: size - 1)
            case 11: try context.deleteHeader(named: size == 0 ? "" : "X", occurrence: size)
            case 12: try context.changeSender(to: size == 0 ? "" : "<a@\(size)>")
            case 13:
                try context.addRecipient(size == 0 ? "" : "<a@\(size)>")
                try context.deleteRecipient(size == 0 ? "" : "<b@\(size)>")
            case 14: try context.replaceBody(with: [UInt8](repeating: 7, count: size << 13))
            case 15: try context.quarantine(reason: String(repeating: "q", count: size))
            default: break
            }
        } catch { _ = see("error \(error.code)") }
        return Self.response(answer & 15)
    }

    func abort() { _ = see("abort", isAnswered: false) }
    func close() { _ = see("close", isAnswered: false) }

    private func response(
        _ word: String, _ bytes: Span<UInt8>, _ context: borrowing MilterContext
    ) -> MilterResponse {
        let answer = see("\(word) \(Self.text(bytes))", macros: Self.macros.map { context.macro($0) }) & 15
        if answer == 6 { _ = context.progress() }
        return Self.response(answer)
    }

    private static func response(_ answer: UInt8) -> MilterResponse {
        switch answer {
        case 1: .accept
        case 2: .reject
        case 3: .tempfail
        case 4: .refuse(refusal(450))
        case 5: .refuse(refusal(550))
        case 7: .discard
        default: .continue
        }
    }

    private static func refusal(_ code: Int) -> RefusalReply {
        // One with several lines, one without an enhanced code.
        let reply =
            code < 500
            ? try? RefusalReply(code: code, enhancedCode: EnhancedStatusCode("4.7.1"), lines: ["50% off", "b"])
            : try? RefusalReply(code: code, enhancedCode: nil, lines: ["go 100 % away"])
        return reply!
    }

    private func see(_ line: String, macros: [String?] = [], isAnswered: Bool = true) -> UInt8 {
        engines.stage.withLock { stage in
            let values = macros.map { $0 ?? "-" }.joined(separator: ",")
            stage!.lines.append("\(number) \(line) \(values)")
            return isAnswered ? stage!.answer() : 0
        }
    }

    private static func text(_ span: Span<UInt8>) -> String {
        var sum: UInt64 = 0xcbf2_9ce4_8422_2325
        for index in span.indices { sum = (sum ^ UInt64(span[index])) &* 0x100_0000_01b3 }
        return "\(span.count):" + span.indices.prefix(40).map { String(span[$0], radix: 16) }.joined(separator: " ")
            + ":\(sum)"
    }
}

/// What the mail server sends: packets whose lengths are right, mostly, and bytes that are nothing.
struct PacketStream {
    private(set) var bytes: [UInt8] = []
    /// Where a write ends.
    private var cuts: [Int] = []

    /// The bytes in the pieces in which they are written.
    var pieces: [[UInt8]] {
        var pieces: [[UInt8]] = []
        var begin = 0
        for cut in cuts.map({ min($0, bytes.count) }) + [bytes.count] where cut > begin {
            pieces.append(Array(bytes[begin..<cut]))
            begin = cut
        }
        return pieces
    }

    private static let letters = Array("OCHMRTLNBEADUQK".utf8)

    mutating func append(_ input: inout FuzzInput) {
        let control = input.byte()
        let index = Int(control & 31)
        if index >= 28 {
            cuts.append(bytes.count + Int(input.byte()))
            return
        }
        if index == 27 {
            bytes += input.bytes(Int(input.byte() & 31))
            return
        }
        let letter =
            index < Self.letters.count ? Self.letters[index] : index < 24 ? Self.letters[index - 15] : input.byte()
        var extra: UInt32 = 0
        var data: [UInt8]
        switch control >> 5 {
        case 0: data = []
        case 1: data = input.bytes(Int(input.byte())) + [0]
        case 2: data = input.bytes(Int(input.byte()))
        case 3:
            data = Self.data(of: letter, &input)
            extra = UInt32(truncatingIfNeeded: Int(Int8(bitPattern: input.byte())))
        case 4: data = Self.data(of: letter, &input) + input.bytes(Int(input.byte() & 15)) + [0]
        case 5:
            let size = input.number16() << 3
            data = [UInt8](repeating: input.byte(), count: min(size, 300_000)) + input.bytes(2)
        default: data = Self.data(of: letter, &input)
        }
        let length = UInt32(data.count + 1) &+ extra
        for shift: UInt32 in [24, 16, 8, 0] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
        bytes.append(letter)
        bytes += data
    }

    /// What a mail server would send, with variations.
    private static func data(of letter: UInt8, _ input: inout FuzzInput) -> [UInt8] {
        let choice = input.byte()
        func texts(_ texts: String...) -> [UInt8] { texts.flatMap { Array($0.utf8) + [0] } }
        switch letter {
        case UInt8(ascii: "O"):
            let offers: [[UInt32]] = [
                [6, 0x1ff, 0x1f_ffff], [6, 0x1ff, 0x7_ff], [2, 0x3f, 0x7f], [2, 0, 0], [6, 0xff, 0x10_0400],
                [1, 0x1ff, 0x1f_ffff], [0x8000_0006, 0x1ff, 0x1f_ffff], [7, 0xffff_ffff, 0xffff_ffff],
                [3, 0x100, 0x7000_0000],
            ]
            let offer = choice < 100 ? offers[0] : offers[Int(choice) % offers.count]
            return offer.flatMap { number in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) } }
        case UInt8(ascii: "C"):
            let clients: [[UInt8]] = [
                texts("host.example") + [0x34, 0x10, 0x92] + texts("192.0.2.1"),
                texts("host.example") + [0x36, 0x10, 0x92] + texts("IPv6:2001:db8::1"),
                texts("host.example") + [0x36, 0, 0] + texts("::ffff:192.0.2.1"),
                texts("localhost") + [0x4c, 0, 0] + texts("/var/run/x"), texts("unknown") + [0x55],
                texts("h") + [0x34, 0, 0] + texts("127.1 x"), texts("h") + [0x34, 0, 0] + texts("0x7f.017.1"),
                texts("h") + [0x36, 0, 0] + texts("ipV6:::1"), texts("h") + [0x34, 0, 0] + texts("1.2.3.400"),
                texts("h") + [0x4c, 0, 0] + texts(String(repeating: "p", count: 100 + Int(choice >> 4))),
            ]
            return clients[Int(choice) % clients.count]
        case UInt8(ascii: "H"): return texts("mail.example")
        case UInt8(ascii: "M"):
            return choice & 1 == 0 ? texts("<a@example.net>") : texts("<>", "SIZE=1", "", "BODY=8BITMIME")
        case UInt8(ascii: "R"):
            let size = choice & 7 == 7 ? 8_180 + Int(choice >> 3) : 1
            return texts("<b@lab.example>", String(repeating: "x", count: size))
        case UInt8(ascii: "L"):
            return choice & 3 == 3 ? [0] + texts("x", "y", "z") : texts("Subject", " test \(choice)")
        case UInt8(ascii: "B"): return Array("body\r\n".utf8)
        case UInt8(ascii: "E"): return choice & 7 == 7 ? Array("last".utf8) : []
        case UInt8(ascii: "U"): return texts("FOO bar")
        case UInt8(ascii: "D"):
            let stages = Array("CHMRTNEOX".utf8)
            let pairs = [
                texts("j", "mx.example", "v", "Postfix 3.7.11", "{client_name}", "a"),
                texts("v", "8.17.1.9", "i", "q\(choice)"),
                texts("{rcpt_mailer}", "local", "{x}", "1", "y", "2"), texts("i", "n", "j"), Array("j\0a\0v".utf8), [],
                texts("{j}", "k", "x", "", "", "z"),
            ]
            return [stages[Int(choice) % stages.count]] + pairs[Int(choice >> 4) % pairs.count]
        default: return []
        }
    }
}

/// One connection of a mail server that sends all it has and reads all that comes.
enum Exchange {
    static func replies(to pieces: [[UInt8]], at path: String) -> [UInt8] {
        let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let isConnected = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        guard isConnected else { fatalError("no connection to \(path): \(errno)") }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var replies: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        var rest = pieces[...]
        var sent = 0
        while true {
            if rest.isEmpty, sent >= 0 {
                shutdown(descriptor, Int32(SHUT_WR))
                sent = -1
            }
            var state = pollfd(fd: descriptor, events: Int16(sent >= 0 ? POLLIN | POLLOUT : POLLIN), revents: 0)
            let ready = poll(&state, 1, 20_000)
            // The fuzzer looks at the time with a signal.
            if ready < 0, errno == EINTR { continue }
            guard ready > 0 else { fatalError("time is over at \(path)") }
            if sent >= 0, let piece = rest.first {
                let count = piece.withUnsafeBytes {
                    send(descriptor, $0.baseAddress! + sent, piece.count - sent, Int32(MSG_NOSIGNAL))
                }
                if count > 0 { sent += count }
                if count < 0, errno != EAGAIN { (rest, sent) = ([], -1) }
                if sent == piece.count { (rest, sent) = (rest.dropFirst(), 0) }
            }
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { replies += buffer[..<count] }
            if count == 0 || count < 0 && errno != EAGAIN { return replies }
        }
    }
}
