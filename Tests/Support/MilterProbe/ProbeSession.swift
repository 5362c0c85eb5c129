import Glibc
import Milter
import SMTP

/// A session that records every callback and answers as the command line says.
final class ProbeSession: MilterSession {
    /// Asked for at the stages where mail servers know them: miltertest has room for short lists only.
    static let macros: [MilterStage: [MilterMacro]] = [
        .connect: [
            .hostName, .clientDescription, .version, .daemonName, .daemonPort, "client_addr", .clientName, .clientPTR,
            .clientPort, .clientResolve,
        ],
        .helo: [.tlsVersion],
        .mail: [.authenticatedName, .authenticationType, .queueID, .receivedProtocol],
        .recipient: [.recipientMailer, .recipientHost, .recipientAddress],
        .data: [.queueID],
    ]

    private static let allMacros = Set(macros.values.joined()).sorted { $0.name < $1.name }

    private let answers: [ProbeAnswer]
    private let record: ProbeRecord
    private let recordsMacros: Bool
    private let number: Int
    private var seen: [String: Int] = [:]

    init(answers: [ProbeAnswer], record: ProbeRecord, recordsMacros: Bool) {
        self.answers = answers
        self.record = record
        self.recordsMacros = recordsMacros
        number = record.nextSession()
    }

    func connect(_ peer: MilterPeer, _ context: borrowing MilterContext) -> MilterConnectResponse {
        let name = ProbeRecord.quoted(peer.hostName.utf8)
        switch peer.origin {
        case .network(let address, let port):
            note("connect \(name) \(address.family == .ipv4 ? "inet" : "inet6") \(address) \(port)", context)
        case .local: note("connect \(name) unix", context)
        case .unknown: note("connect \(name) unknown", context)
        }
        switch act("connect", context) {
        case .accept: return .accept
        case .reject: return .reject
        case .tempfail: return .tempfail
        case .refuse(let reply): return .refuse(reply)
        default: return .continue
        }
    }

    func helo(_ name: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        note("helo " + text(name), context)
        return response("helo", context)
    }

    func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        note("mail " + vector(arguments), context)
        return response("mail", context)
    }

    func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        note("rcpt " + vector(arguments), context)
        return response("rcpt", context)
    }

    func data(_ context: borrowing MilterContext) {
        note("data", context)
        _ = act("data", context)
    }

    func unknown(_ command: Span<UInt8>, _ context: borrowing MilterContext) -> MilterUnknownResponse {
        note("unknown " + text(command), context)
        if case .refuse(let reply) = act("unknown", context) { return .refuse(reply) }
        return .continue
    }

    func header(name: Span<UInt8>, value: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        note("header \(text(name)) \(text(value))", context)
        return response("header", context)
    }

    func endOfHeaders(_ context: borrowing MilterContext) -> MilterResponse {
        note("eoh", context)
        return response("eoh", context)
    }

    func body(_ chunk: Span<UInt8>, _ context: borrowing MilterContext) -> MilterBodyResponse {
        note("body \(chunk.count)", context)
        switch act("body", context) {
        case .skip: return .skip
        case .accept: return .accept
        case .discard: return .discard
        case .reject: return .reject
        case .tempfail: return .tempfail
        case .refuse(let reply): return .refuse(reply)
        default: return .continue
        }
    }

    func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse {
        record.write(number, "eom")
        do {
            switch next("eom") {
            case .progress: _ = context.progress()
            case .hang(let seconds): sleep(seconds)
            case .exit: Glibc._exit(1)
            case .addHeader(let name, let value): try context.add(MilterHeader(name: name, value: value))
            case .insertHeader(let index, let name, let value):
                try context.insert(MilterHeader(name: name, value: value), at: index)
            case .changeHeader(let name, let index, let value):
                if value.isEmpty {
                    try context.deleteHeader(named: name, occurrence: index)
                } else {
                    try context.change(MilterHeader(name: name, value: value), occurrence: index)
                }
            case .quarantine(let reason): try context.quarantine(reason: reason)
            case let other: return Self.response(of: other)
            }
        } catch {
            record.write(number, "error \(error)")
        }
        return .continue
    }

    func abort() { record.write(number, "abort") }
    func close() { record.write(number, "close") }

    private func response(_ stage: String, _ context: borrowing MilterContext) -> MilterResponse {
        Self.response(of: act(stage, context))
    }

    private static func response(of action: ProbeAnswer.Action) -> MilterResponse {
        switch action {
        case .accept: .accept
        case .discard: .discard
        case .reject: .reject
        case .tempfail: .tempfail
        case .refuse(let reply): .refuse(reply)
        default: .continue
        }
    }

    /// Does what every stage can do, and leaves the rest to the stage.
    private func act(_ stage: String, _ context: borrowing MilterContext) -> ProbeAnswer.Action {
        let action = next(stage)
        switch action {
        case .progress: record.write(number, "progress \(context.progress())")
        case .hang(let seconds): sleep(seconds)
        case .exit: Glibc._exit(1)
        default: break
        }
        return action
    }

    private func next(_ stage: String) -> ProbeAnswer.Action {
        seen[stage, default: 0] += 1
        let answer = answers.first { $0.stage == stage && ($0.occurrence == nil || $0.occurrence == seen[stage]) }
        return answer?.action ?? .continue
    }

    private func note(_ line: String, _ context: borrowing MilterContext) {
        record.write(number, line)
        guard recordsMacros else { return }
        for macro in Self.allMacros {
            guard let value = context.macro(macro) else { continue }
            record.write(number, "macro \(macro.name)=\(ProbeRecord.quoted(value.utf8))")
        }
    }

    private func text(_ span: Span<UInt8>) -> String { ProbeRecord.quoted(span.indices.map { span[$0] }) }

    private func vector(_ span: Span<UInt8>) -> String {
        span.indices.map { span[$0] }.split(separator: 0, omittingEmptySubsequences: false)
            .map { ProbeRecord.quoted($0) }.joined(separator: " ")
    }
}
