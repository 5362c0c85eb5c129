import Judgements
import Memory
import Policy
import Synchronization

/// What the daemon counts. Callbacks count with atomics; verdicts are counted on the slow side.
final class DaemonMetrics: Sendable {
    /// The callbacks that are timed.
    enum Callback: Int, CaseIterable {
        case connect, helo, mail, rcpt, data, header, eoh, body, eom, unknown

        /// The name in metrics.
        var name: String { "\(self)" }
    }

    /// A verdict as it is counted.
    struct VerdictKey: Hashable, Comparable {
        var action: Verdict
        var applied: Verdict

        static func < (a: Self, b: Self) -> Bool {
            (a.action.rawValue, a.applied.rawValue) < (b.action.rawValue, b.applied.rawValue)
        }

        /// Hashes the places of the two, not their words.
        func hash(into hasher: inout Hasher) { hasher.combine(Self.place(of: action) << 2 | Self.place(of: applied)) }

        private static func place(of verdict: Verdict) -> UInt8 {
            switch verdict {
            case .accept: 0
            case .tempfail: 1
            case .fakeReject: 2
            case .reject: 3
            }
        }
    }

    /// A judgement as it is counted.
    struct JudgementKey: Hashable, Comparable {
        var source: JudgementSource
        var kind: JudgementKind

        static func < (a: Self, b: Self) -> Bool {
            (a.source.rawValue, a.kind.rawValue) < (b.source.rawValue, b.kind.rawValue)
        }
    }

    /// Counts of the slow side.
    struct Totals: Sendable {
        var verdicts: [VerdictKey: UInt64] = [:]
        var reasons: [String: UInt64] = [:]
        var dialects: [String: UInt64] = [:]
        var otherDialects: UInt64 = 0
        var lies: UInt64 = 0
        var sightings: UInt64 = 0
        var campaignMails: UInt64 = 0
        var judgements: [JudgementKey: UInt64] = [:]
        var trips: UInt64 = 0
        var dropped: UInt64 = 0
    }

    /// The most dialects that are counted one by one.
    private static let maximumDialects = 200

    private let histograms = InlineArray<10, LatencyHistogram> { _ in LatencyHistogram() }
    private let totalsLock = Mutex(Totals())
    private let openSessions = Atomic<Int>(0)
    private let begunSessions = Atomic<UInt64>(0)
    private let reloads = Atomic<UInt64>(0)
    private let failedReloads = Atomic<UInt64>(0)

    /// How long a callback takes.
    func histogram(_ callback: Callback) -> LatencyHistogram { histograms[callback.rawValue] }

    /// A session has begun.
    func sessionBegan() {
        openSessions.add(1, ordering: .relaxed)
        begunSessions.add(1, ordering: .relaxed)
    }

    /// A session has ended.
    func sessionEnded() { openSessions.subtract(1, ordering: .relaxed) }

    /// Sessions that are open, and all that have begun.
    var sessions: (open: Int, begun: UInt64) {
        (openSessions.load(ordering: .relaxed), begunSessions.load(ordering: .relaxed))
    }

    /// A reload has succeeded or not.
    func reloaded(_ isDone: Bool) {
        if isDone { reloads.add(1, ordering: .relaxed) } else { failedReloads.add(1, ordering: .relaxed) }
    }

    /// Reloads that were done and that failed.
    var reloadCounts: (done: UInt64, failed: UInt64) {
        (reloads.load(ordering: .relaxed), failedReloads.load(ordering: .relaxed))
    }

    /// Counts verdicts and what came with them. For the slow side.
    func note(_ items: [JournalItem], dropped: Int) {
        totalsLock.withLock { totals in
            totals.dropped += UInt64(dropped)
            for item in items {
                switch item {
                case .verdict(let record):
                    totals.verdicts[VerdictKey(action: record.verdict, applied: record.applied), default: 0] += 1
                    for reason in record.reasons { totals.reasons[reason.word, default: 0] += 1 }
                    let name = record.dialect
                    if totals.dialects[name] != nil || totals.dialects.count < Self.maximumDialects {
                        totals.dialects[name, default: 0] += 1
                    } else {
                        totals.otherDialects += 1
                    }
                case .changes(let changes):
                    totals.lies += UInt64(changes.count { if case .lie(let lie) = $0 { lie.isTold } else { false } })
                case .breakerTripped: totals.trips += 1
                case .session, .transcript, .lesson, .campaign: break
                }
            }
        }
    }

    /// Counts a sighting with its judgements.
    func note(sighting judgements: [MailJudgement]) {
        totalsLock.withLock { totals in
            totals.sightings += 1
            for judgement in judgements {
                totals.judgements[JudgementKey(source: judgement.source, kind: judgement.kind), default: 0] += 1
            }
        }
    }

    /// Counts a message of a campaign, once for each recipient.
    func note(campaignMails count: Int) { totalsLock.withLock { $0.campaignMails += UInt64(clamping: count) } }

    /// Counts a judgement that came later.
    func note(_ judgement: MailJudgement) {
        totalsLock.withLock {
            $0.judgements[JudgementKey(source: judgement.source, kind: judgement.kind), default: 0] += 1
        }
    }

    /// What the slow side has counted.
    var totals: Totals { totalsLock.withLock { $0 } }
}

extension Duration {
    /// The duration in whole microseconds; 0 when it is negative.
    var microseconds: UInt64 {
        let (seconds, attoseconds) = components
        return seconds < 0 || attoseconds < 0
            ? 0 : UInt64(seconds) * 1_000_000 + UInt64(attoseconds / 1_000_000_000_000)
    }
}
