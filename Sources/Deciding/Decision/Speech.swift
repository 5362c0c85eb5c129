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
    private(set) var siteDialect: SiteDialectDetector?
    /// What can be learned of it; `nil` where nothing is learned, or where dialects of this site follow it already.
    private var spare: SessionFingerprint?
    /// Puts commands together where their lines are told beside what the filter is handed.
    private var assembler: LineAssembler?

    init(snapshot: DecisionSnapshot, peers: SessionPeers, vantage: Vantage, naming: GreetingNaming?) {
        self.vantage = vantage
        dialect = DialectDetector(snapshot: snapshot, peers: peers, vantage: vantage)
        siteDialect = snapshot.siteDialects.flatMap {
            $0.callsNobody ? nil : SiteDialectDetector(dialects: $0, vantage: vantage, naming: naming)
        }
        if siteDialect == nil, snapshot.learning != nil {
            spare = SessionFingerprint(vantage: vantage, naming: naming)
        }
        if vantage.pairsCommandLines { assembler = LineAssembler(peers: peers) }
    }

    /// How the session speaks so far; `nil` where nobody follows it.
    var fingerprint: SessionFingerprint? { siteDialect?.fingerprint ?? spare }

    /// Whether it can only be a hostile engine's.
    var isHostile: Bool { dialect.finding.signal?.isHostile ?? false }

    /// What the client speaks, in a word for logs: a dialect of this site where it counts and the model knows none.
    var label: String { siteDialect?.called?.name ?? dialect.label }

    mutating func take(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        guard var assembler else {
            switch event {
            case .line, .replied, .linesLost, .command: return
            default: return follow(event, bytes)
            }
        }
        // Taken out while it hands over what this value follows.
        self.assembler = nil
        assembler.take(event, bytes) { follow($0, $1) }
        self.assembler = assembler
    }

    /// The session is over: a line that the mail server refused by itself may be left.
    mutating func finish() {
        guard var assembler else { return }
        assembler.finish { follow($0, $1) }
        self.assembler = nil
    }

    private mutating func follow(_ event: ObservedEvent, _ bytes: Span<UInt8>) {
        dialect.take(event, bytes)
        siteDialect?.take(event, bytes)
        spare?.take(event, bytes)
    }

    /// What the dialect machine says. O(1) where it was settled.
    var reading: DialectReading { dialect.reading }

    /// Adds what counts against an attempt by the way it speaks.
    func find(_ found: inout [Signal], in attempt: DeliveryAttempt, under configuration: PolicyConfiguration) {
        dialect.find(&found, in: attempt, under: configuration)
        if let siteDialect { siteDialect.find(&found, in: attempt, under: configuration) }
    }

    /// Works out what the dialect machine says, before several ask for it.
    mutating func settle() { dialect.settle() }
}
