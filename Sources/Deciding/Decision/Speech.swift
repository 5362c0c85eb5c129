import Dialects
import Policy
import SMTP

/// How the client speaks, as one vantage shows it: by the model's dialects, and by those of this site.
///
/// Kilobytes, and asked often: it cannot be copied.
struct Speech: ~Copyable {
    /// Where it is seen from.
    let vantage: Vantage
    private(set) var dialect: DialectDetector
    /// The same by what this site has learned, and what can be learned of it; `nil` where nobody asks for either.
    private(set) var siteDialect: SiteDialectDetector?
    /// Puts commands together where their lines are told beside what the filter is handed.
    private var assembler: BoxedAssembler?

    init(snapshot: DecisionSnapshot, peers: SessionPeers, vantage: Vantage, naming: GreetingNaming?) {
        self.vantage = vantage
        dialect = DialectDetector(snapshot: snapshot, peers: peers, vantage: vantage)
        let known = snapshot.siteDialects.flatMap { $0.callsNobody ? nil : $0 }
        if known != nil || snapshot.learning != nil {
            siteDialect = SiteDialectDetector(dialects: known, vantage: vantage, naming: naming)
        }
        if vantage.pairsCommandLines { assembler = BoxedAssembler(LineAssembler(peers: peers)) }
    }

    /// How the session speaks so far; `nil` where nobody follows it.
    var fingerprint: SessionFingerprint? { siteDialect?.fingerprint }

    /// Whether it can only be a hostile engine's.
    var isHostile: Bool { dialect.finding.signal?.isHostile ?? false }

    /// What the client speaks, in a word for logs: a dialect of this site where it counts and the model knows none.
    var label: String { siteDialect?.called?.name ?? dialect.label }

    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        guard let assembler else {
            switch event {
            case .line, .replied, .linesLost, .command: return
            default: return follow(event, bytes)
            }
        }
        assembler.assembler.take(event, bytes) { follow($0, $1) }
    }

    /// The session is over: a line that the mail server refused by itself may be left.
    mutating func finish() {
        guard let assembler else { return }
        assembler.assembler.finish { follow($0, $1) }
        self.assembler = nil
    }

    private mutating func follow(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        dialect.take(event, bytes)
        siteDialect?.take(event, bytes)
    }

    /// What the dialect machine says. O(1) where it was settled.
    var reading: DialectReading { dialect.reading }

    /// Adds what counts against an attempt by the way it speaks.
    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under policy: VerdictPolicy) {
        dialect.find(&found, in: attempt, under: policy)
        if let siteDialect { siteDialect.find(&found, in: attempt, under: policy) }
    }

    /// Works out what the dialect machine says, before several ask for it.
    mutating func settle() { dialect.settle() }
}

/// An assembler by itself: sessions without command lines have none, and do not pay for its room.
private final class BoxedAssembler {
    var assembler: LineAssembler

    init(_ assembler: LineAssembler) { self.assembler = assembler }
}
