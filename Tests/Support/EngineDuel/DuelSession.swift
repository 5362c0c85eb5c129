import Milter
import SMTP
import Synchronization

/// Writes down what it sees and answers as the script says.
final class DuelSession: MilterSession {
    private let engines: Duel
    private let number: Int
    private static let macros: [MilterMacro] = [
        .hostName, .version, .queueID, .clientName, .recipientMailer, "x", "{y}",
    ]

    init(_ engines: Duel) {
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
