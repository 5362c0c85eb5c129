import SMTP
import SpamTracker
public import Spectral

/// Judges a labelled trace window by window: what lies before a window teaches, the window is judged, then it teaches.
public enum SenderEvaluation {
    /// Evaluates `judged`.
    ///
    /// - Parameters:
    ///   - judged: The trace to judge. Its first window is only learned when there is no `earlier` trace.
    ///   - earlier: An earlier trace, learned in windows of the same length and not judged. Its table must be the one
    ///     that `judged` was read with.
    ///   - options: How.
    ///   - progress: Called after each window with the number done and the number in all.
    public static func report(
        on judged: SenderTrace, after earlier: SenderTrace? = nil, options: EvaluationOptions = EvaluationOptions(),
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(SpectralError) -> EvaluationReport {
        let past = earlier?.windows(of: options.windowSeconds) ?? []
        let windows = judged.windows(of: options.windowSeconds)
        let origin = judged.events.first?.time
        var model = SenderModel(settings: options.settings)
        var last: TaughtWindow?
        var seen: Set<SenderKey> = []
        var samples: [RankingSample] = []
        var judges: [(judge: WindowJudge, window: SenderTrace.Window, rows: SenderRows, number: Int)] = []
        var unlabelled = 0
        var mails = 0
        let total = past.count + windows.count
        for (number, window) in (past + windows).enumerated() {
            let taught = try TaughtWindow(
                window, table: judged.table, options: options.clustering, settings: options.settings)
            if number >= past.count, let last, let origin {
                let judge = try WindowJudge(model: model, last: last, judged: taught.rows)
                var days: [SenderKey: Int] = [:]
                for event in window.events where days[event.sender] == nil {
                    days[event.sender] = Int((event.time - origin) / 86_400)
                }
                for index in 0..<taught.rows.count {
                    guard let label = taught.rows.labels[index] else {
                        unlabelled += 1
                        continue
                    }
                    let (sender, row) = (taught.rows.senders[index], taught.rows.row(index))
                    samples.append(
                        RankingSample(
                            window: number, day: days[sender] ?? 0, isSpam: label == .spam,
                            isNeverSeen: !seen.contains(sender), isMulti: row.domainCount > 1,
                            scores: ScoreUnderTest.allCases.map { judge.score($0, of: sender, row: row) }))
                }
                mails += window.events.count
                judges.append((judge, window, taught.rows, number))
            }
            seen.formUnion(taught.rows.senders)
            model.learn(taught.rows, table: judged.table, until: window.end)
            model.adopt(taught.clusters)
            last = taught
            progress(number + 1, total)
        }
        var replay = LeadTimeReplay(listingDelay: options.listingDelay, samples: samples)
        for entry in judges { replay.add(entry.judge, window: entry.window, rows: entry.rows, number: entry.number) }
        return EvaluationReport(
            results: AreaBootstrap(samples, replicates: options.replicates, seed: options.seed).results(),
            leadTimes: replay.leadTimes(),
            counts: EvaluationReport.Counts(
                windows: judges.count, days: Set(samples.map(\.day)).count,
                spam: counts(samples, isSpam: true), honest: counts(samples, isSpam: false),
                honestByDay: honestByDay(samples), unlabelled: unlabelled, mails: mails))
    }

    private static func honestByDay(_ samples: [RankingSample]) -> [SenderGroup: [Int: Int]] {
        Dictionary(
            uniqueKeysWithValues: SenderGroup.allCases.map { group in
                let members = samples.filter { !$0.isSpam && $0.belongs(to: group) }
                return (group, Dictionary(members.map { ($0.day, 1) }, uniquingKeysWith: +))
            })
    }

    private static func counts(_ samples: [RankingSample], isSpam: Bool) -> [SenderGroup: Int] {
        Dictionary(
            uniqueKeysWithValues: SenderGroup.allCases.map { group in
                (group, samples.count { $0.isSpam == isSpam && $0.belongs(to: group) })
            })
    }
}
