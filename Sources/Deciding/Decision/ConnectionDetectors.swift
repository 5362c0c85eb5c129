import Dialects
import Policy
import SMTP

/// What shows of a client beside what it says, where a tap tells of it: its hello and its SYN, held against the dialect that
/// it speaks.
struct ConnectionDetectors: Sendable {
    private(set) var hello: HelloDetector
    private(set) var syn: SYNDetector

    init(table: ConnectionTable) {
        hello = HelloDetector(table: table)
        syn = SYNDetector(table: table)
    }

    /// Takes a hello or a SYN.
    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        hello.take(event, bytes)
        syn.take(event, bytes)
    }

    /// What is known by now of who speaks, and whether the connection is the client's own.
    mutating func hear(_ speakers: [DialectMatch.DialectName], standing: FrontWatch.Standing) {
        let speakers = standing == .direct ? speakers : []
        hello.speakers = speakers
        syn.speakers = speakers
    }

    /// What library and system it is, in words for explanations; empty when neither is known.
    var words: [String] { hello.words + syn.words }
}

/// The hello of the client's TLS library, against the dialect that it speaks.
struct HelloDetector: SessionDetector {
    static var detector: Detector { .tls }

    private let table: ConnectionTable
    private var hello: HelloPrint?
    /// Who can speak.
    fileprivate(set) var speakers: [DialectMatch.DialectName] = []

    init(table: ConnectionTable) { self.table = table }

    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        guard case .hello = event else { return }
        hello = HelloPrint(String(decoding: EventReader.argument(bytes), as: UTF8.self))
    }

    /// What it says.
    var finding: ConnectionFinding { hello.map { table.finding(of: $0, speaking: speakers) } ?? .unknown }

    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        switch finding {
        case .other: found.append(.tlsOther)
        // It confirms, and does not accuse by itself.
        case .own where attempt.dialect.signal?.isHostile == true: found.append(.tlsOwn)
        case .own, .agrees, .unknown: break
        }
    }

    fileprivate var words: [String] {
        let libraries = hello.map { table.libraries(of: $0) } ?? []
        return libraries.isEmpty ? [] : ["tls=" + libraries.joined(separator: "|")]
    }
}

/// The SYN of the client's host, against the dialect that it speaks.
struct SYNDetector: SessionDetector {
    static var detector: Detector { .tcp }

    private let table: ConnectionTable
    private var pattern: SYNPattern?
    /// Who can speak.
    fileprivate(set) var speakers: [DialectMatch.DialectName] = []

    init(table: ConnectionTable) { self.table = table }

    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        guard case .syn = event else { return }
        pattern = SYNPattern.seen(String(decoding: EventReader.argument(bytes), as: UTF8.self))?.pattern
    }

    /// What it says.
    var finding: ConnectionFinding { pattern.map { table.finding(of: $0, speaking: speakers) } ?? .unknown }

    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        switch finding {
        case .other: found.append(.tcpOther)
        case .own where attempt.dialect.signal?.isHostile == true: found.append(.tcpOwn)
        case .own, .agrees, .unknown: break
        }
    }

    fileprivate var words: [String] { pattern.flatMap { ClientSystem($0) }.map { ["tcp=" + $0.rawValue] } ?? [] }
}
