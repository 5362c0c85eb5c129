import Control
import Testing

@testable import Commands

/// What `argot top` shows of a busy daemon in windows of several sizes.
@Suite("argot top")
struct TopTextTests {
    private func text(problem: String? = nil) -> TopText {
        let status = document(problem: problem)
        return TopText(status, after: status, seconds: 2)
    }

    private func document(problem: String? = nil) -> StatusDocument {
        let counts = (1...20).map { number in
            StatusDocument.Count(name: "a-rather-long-name-\(number)|another|third|+4", count: 100)
        }
        let reasons = (1...12).map { StatusDocument.Count(name: "reason.number-\($0)", count: 7) }
        let callbacks = ["connect", "helo", "mail", "rcpt", "data", "header", "eoh", "eom", "close"]
        return StatusDocument(
            version: "0.1.0", pid: 1, mode: "enforce", uptime_seconds: 90, sessions: .init(open: 3, begun: 500),
            model: .init(source: "built-in", dialects: 108, read_at: 1_700_000_000, age_seconds: 90),
            breaker: .init(tripped: false, known: 0, refused: 0, trips: 0),
            store: .init(ok: problem == nil, problem: problem, pending: 0, written: 0, dropped: 0),
            journal: .init(waiting: 0, dropped: 0), memory: .init(attempts: 0, clients: 0),
            reload: .init(done: 0, failed: 0, errors: []), lies: 0,
            verdicts: [.init(action: "tempfail", applied: "accept", count: 300)], reasons: reasons, dialects: counts,
            latency: callbacks.map { .init(callback: $0, count: 9, p50_us: 50, p99_us: 250) },
            sockets: .init(filter: "unix:/run/argot/argot.sock", policy: nil), log: .init(waiting_bytes: 0, dropped: 0))
    }

    @Test(arguments: [(80, 23), (132, 50), (60, 14), (40, 20), (100, 23)])
    func theViewFitsTheWindow(columns: Int, rows: Int) {
        let lines = text(problem: "the disk is full").lines(columns: columns, rows: rows)
        #expect(lines.count <= rows)
        #expect(lines.allSatisfy { $0.count <= columns })
        #expect(lines[0].hasPrefix("argotd 0.1.0  enforce  up 1 min 30 s"))
        #expect(lines[1].hasPrefix("PROBLEM   the store"))
        let all = lines.joined(separator: "\n")
        for shown in ["VERDICT", "tempfail", "REASON", "reason.number-1", "DIALECT", "a-rather", "CALLBACK", "connect"]
        {
            #expect(all.contains(shown), "\(shown) in \(columns) x \(rows):\n\(all)")
        }
        // Whatever is cut, it is not a number.
        #expect(lines.contains { $0.hasSuffix(" 100    0.0") }, "\(all)")
    }

    @Test(arguments: [(1, 1), (5, 2), (20, 0)]) func aTinyWindowDoesNoHarm(columns: Int, rows: Int) {
        #expect(text().lines(columns: columns, rows: rows).allSatisfy { $0.count <= columns })
    }

    @Test func elsewhereNothingIsCut() {
        let lines = text().lines
        #expect(lines.contains { $0.hasPrefix("a-rather-long-name-1|another|third|+4") })
        #expect(lines.contains { $0.hasPrefix("close") })
    }

    @Test func theStatusSaysHowSendersAreScored() {
        var status = document()
        #expect(!StatusText(status).lines.contains { $0.hasPrefix("senders") })
        status.senders = .init(
            events: 9, dropped: 0, senders: 700, spam: 650, clusters: 7, window_seconds: 86_400, age_seconds: nil)
        #expect(StatusText(status).lines.contains { $0.hasPrefix("senders   not scored: nobody is known") })
        status.senders?.age_seconds = 75
        #expect(
            StatusText(status).lines[4]
                == "senders   7 spam clusters, scored 1 min 15 s ago; 700 in 1 d 0 h, 650 known to send spam")
    }
}
