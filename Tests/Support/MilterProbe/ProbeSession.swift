import Glibc
import Milter
import SMTP

/// A session that records every callback and answers as the command line says.
final class ProbeSession: MilterSession {
    /// The lists of reference-filter.
    static let wantedMacros: [MilterStage: [MilterMacro]] = [
        .connect: [
            .hostName, .clientDescription, .version, .daemonName, .daemonPort, "client_addr", .clientName, .clientPTR,
            .clientPort, .clientResolve,
        ],
        .helo: [.tlsVersion],
        .mail: [.queueID, .receivedProtocol, .tlsVersion, .authenticatedName, .authenticationType],
        .recipient: [.queueID, .recipientMailer, .recipientHost, .recipientAddress],
        .data: [.queueID],
        .endOfHeaders: [.queueID],
        .endOfMessage: [.queueID],
    ]

    private static let recordedMacros: [MilterMacro] = [
        .hostName, .clientDescription, .version, .daemonName, .daemonPort, "client_addr", .clientName, .clientPTR,
        .clientPort, .clientResolve, .tlsVersion, .authenticatedName, .authenticationType, .queueID, .receivedProtocol,
        .recipientMailer, .recipientHost, .recipientAddress,
    ]

    private let answers: [ProbeAnswer]
    private let record: ProbeRecord
    private let recordsMacros: Bool
    private let number: Int
    private var seen: [ProbeAnswer.Stage: Int] = [:]

    init(_ options: ProbeOptions, record: ProbeRecord) {
        answers = options.answers
        recordsMacros = options.recordsMacros
        self.record = record
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
        switch act(.connect, context) {
        case .accept: return .accept
        case .reject: return .reject
        case .tempfail: return .tempfail
        case .refuse(let reply): return .refuse(reply)
        case .continue, .discard, .skip: return .continue
        }
    }

    func helo(_ name: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        note("helo " + text(name), context)
        return response(.helo, context)
    }

    func mail(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        note("mail " + vector(arguments), context)
        return response(.mail, context)
    }

    func recipient(_ arguments: Span<UInt8>, _ context: borrowing MilterContext) -> MilterResponse {
        note("rcpt " + vector(arguments), context)
        return response(.rcpt, context)
    }

    func data(_ context: borrowing MilterContext) {
        note("data", context)
        _ = act(.data, context)
    }

    func unknown(_ command: Span<UInt8>, _ context: borrowing MilterContext) -> MilterUnknownResponse {
        note("unknown " + text(command), context)
        if case .refuse(let reply) = act(.unknown, context) { return .refuse(reply) }
        return .continue
    }

    func header(_ field: Span<UInt8>, nameLength: Int, _ context: borrowing MilterContext) -> MilterResponse {
        let name = text(field.extracting(first: nameLength))
        note("header \(name) \(text(field.extracting(droppingFirst: nameLength + 1)))", context)
        return response(.header, context)
    }

    func endOfHeaders(_ context: borrowing MilterContext) -> MilterResponse {
        note("eoh", context)
        return response(.eoh, context)
    }

    func body(_ chunk: Span<UInt8>, _ context: borrowing MilterContext) -> MilterBodyResponse {
        note("body \(chunk.count)", context)
        switch act(.body, context) {
        case .continue: return .continue
        case .skip: return .skip
        case .accept: return .accept
        case .discard: return .discard
        case .reject: return .reject
        case .tempfail: return .tempfail
        case .refuse(let reply): return .refuse(reply)
        }
    }

    func endOfMessage(_ context: borrowing MilterMessageContext) -> MilterResponse {
        note("eom", context)
        return response(.eom, context)
    }

    func abort() { record.write(number, "abort") }
    func close() { record.write(number, "close") }

    private func response<Context: ProbeContext & ~Copyable>(
        _ stage: ProbeAnswer.Stage, _ context: borrowing Context
    ) -> MilterResponse {
        switch act(stage, context) {
        case .accept: .accept
        case .discard: .discard
        case .reject: .reject
        case .tempfail: .tempfail
        case .refuse(let reply): .refuse(reply)
        case .continue, .skip: .continue
        }
    }

    /// Does all that the options say about this callback, in their order; the last verdict counts.
    private func act<Context: ProbeContext & ~Copyable>(
        _ stage: ProbeAnswer.Stage, _ context: borrowing Context
    ) -> ProbeAnswer.Verdict {
        seen[stage, default: 0] += 1
        var result = ProbeAnswer.Verdict.continue
        for answer in answers where answer.stage == stage && answer.occurrence ?? seen[stage] == seen[stage] {
            switch answer.action {
            case .verdict(let verdict): result = verdict
            case .progress: if !context.progress() { record.write(number, "error progress") }
            case .hang(let seconds): sleep(seconds)
            case .exit: Glibc._exit(1)
            case .change(let change):
                do throws(MilterError) {
                    try context.apply(change)
                } catch {
                    record.write(number, "error \(error.code.rawValue)")
                }
            }
        }
        return result
    }

    private func note<Context: ProbeContext & ~Copyable>(_ line: String, _ context: borrowing Context) {
        var lines = [line]
        if recordsMacros {
            for macro in Self.recordedMacros {
                guard let value = context.macro(macro) else { continue }
                lines.append("macro \(macro.name)=\(ProbeRecord.quoted(value.utf8))")
            }
        }
        record.write(number, lines)
    }

    private func text(_ span: Span<UInt8>) -> String { ProbeRecord.quoted(span.indices.map { span[$0] }) }

    private func vector(_ span: Span<UInt8>) -> String {
        span.indices.map { span[$0] }.split(separator: 0, omittingEmptySubsequences: false)
            .map { ProbeRecord.quoted($0) }.joined(separator: " ")
    }
}
