package import Control
package import SMTP

/// *Now*: how the daemon is.
package struct NowPage {
    private let figures: FiguresModel
    private let time: UnixTime

    /// How `status` is, at `time`.
    package init(_ status: StatusDocument, at time: UnixTime) {
        self.time = time
        var model = FiguresModel()
        model.problems = status.problems.map(Shown.text)
        model.figures = Self.figures(status)
        model.tables = Self.tables(status)
        figures = model
    }

    /// The figures alone, as they are sent when they change.
    package var fragment: String { figures.html }

    private struct Model {
        let time: String
        let figures: String
    }

    /// The page.
    package func html(in frame: PageFrame) -> String {
        frame.page(
            "Now", at: .now,
            body: PageTemplates.filled(.now, with: Model(time: Shown.time(time), figures: fragment)))
    }

    private static func figures(_ status: StatusDocument) -> [FiguresModel.Figure] {
        let breaker = status.breaker
        let decided = status.verdicts.reduce(0) { $0 + $1.count }
        var figures: [FiguresModel.Figure] = [
            .init(
                name: "Mode", value: Shown.text(status.mode),
                note: breaker.tripped ? "suspended by the breaker" : nil,
                tone: breaker.tripped ? "bad" : status.mode == "enforce" ? "good" : "warn"),
            .init(
                name: "Breaker", value: breaker.tripped ? "open" : "closed",
                note: "\(Shown.number(breaker.refused)) of \(Shown.number(breaker.known)) known clients refused",
                tone: breaker.tripped ? "bad" : breaker.suspended.isEmpty ? "good" : "warn"),
            .init(
                name: "Sessions open", value: Shown.number(status.sessions.open),
                note: "\(Shown.number(status.sessions.begun)) since the start"),
            .init(name: "Verdicts", value: Shown.number(decided), note: "\(Shown.number(status.lies)) fake rejections"),
            .init(
                name: "Running for", value: Shown.span(status.uptime_seconds),
                note: "argotd \(Shown.text(status.version))"),
            .init(
                name: "Store", value: status.store.ok ? "writes" : "does not write",
                note: "\(Shown.number(status.store.pending)) waiting", tone: status.store.ok ? "good" : "bad"),
            .init(
                name: "Clients remembered", value: Shown.number(status.memory.clients),
                note: "\(Shown.number(status.memory.attempts)) attempts"),
        ]
        if let senders = status.senders {
            figures.append(
                .init(
                    name: "Sender clusters", value: Shown.number(senders.clusters),
                    note: senders.age_seconds.map { "\(Shown.span($0)) old" } ?? "not yet"))
        }
        if let sharing = status.sharing {
            figures.append(
                .init(
                    name: "Servers", value: Shown.number(sharing.nodes.count + 1),
                    note: sharing.connected ? "connected" : "not connected", tone: sharing.connected ? "good" : "bad"))
        }
        if let tap = status.tap {
            figures.append(
                .init(
                    name: "Tap", value: tap.connected ? "connected" : "not connected",
                    note: "\(Shown.number(tap.sessions)) sessions", tone: tap.connected ? "good" : "warn"))
        }
        return figures
    }

    private static func tables(_ status: StatusDocument) -> [FiguresModel.Table] {
        var verdicts: [(word: String, count: UInt64)] = []
        for count in status.verdicts {
            let word = count.action == count.applied ? count.action : "\(count.action), not applied"
            if let index = verdicts.firstIndex(where: { $0.word == word }) {
                verdicts[index].count += count.count
            } else {
                verdicts.append((word, count.count))
            }
        }
        func words(_ counts: [StatusDocument.Count]) -> [(word: String, count: UInt64)] {
            counts.sorted { ($1.count, $0.name) < ($0.count, $1.name) }.prefix(12).map { ($0.name, $0.count) }
        }
        var models: [[String]] = [
            ["dialects", Shown.text(status.model.source), Shown.span(status.model.age_seconds)]
        ]
        models += (status.taught ?? []).map {
            [Shown.text($0.kind), Shown.text($0.source), Shown.span($0.age_seconds)]
        }
        let judgements = (status.learning?.judgements ?? []).map { count in
            (word: "\(count.source): \(count.verdict)", count: count.count)
        }
        return [
            .init("Verdicts", words: "Verdict", counts: "Recipients", verdicts),
            .init("Because", words: "Reason", counts: "Verdicts", words(status.reasons)),
            .init("Dialects", words: "Dialect", counts: "Verdicts", words(status.dialects)),
            .init(
                "Latency",
                heads: [("Step", false), ("Count", true), ("Half within", true), ("99 of 100 within", true)],
                rows: status.latency.filter { $0.count > 0 }.map {
                    [Shown.text($0.callback), Shown.number($0.count), Shown.micros($0.p50_us), Shown.micros($0.p99_us)]
                }),
            .init("Models in force", heads: [("Kind", false), ("From", false), ("Age", true)], rows: models),
            .init("What others said of messages", words: "Source", counts: "Messages", judgements),
        ]
    }
}
