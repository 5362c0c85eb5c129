import ClientLab
import DaemonLab
import Foundation

/// A fault in the middle of mail, and the account afterwards.
enum FaultTrial {
    /// Runs mail while `fault` happens, and counts.
    ///
    /// - Parameters:
    ///   - site: mail server and daemon; the daemon is started here.
    ///   - filtersAfterwards: whether the same daemon, or its successor, must refuse a bot in the end.
    ///   - fault: what happens; mail is flowing when it is called.
    static func run(
        _ site: FaultSite, filtersAfterwards: Bool = true, startsDaemon: Bool = true, threads: Int = 4,
        fault: (FaultSite, TaggedLoad, inout Experiment.Outcome) throws -> Void
    ) throws -> Experiment.Outcome {
        var outcome = Experiment.Outcome()
        if startsDaemon { try site.daemon.start() }
        outcome.require(site.filters(), "a bot is not refused before anything happened")
        let load = TaggedLoad(on: site, threads: threads)
        load.start()
        do {
            try load.await(more: 30)
            try fault(site, load, &outcome)
            try load.await(more: 30)
        } catch {
            outcome.broken.append("\(error)")
        }
        do {
            try load.finish()
        } catch {
            outcome.broken.append("\(error)")
        }
        if filtersAfterwards { outcome.require(site.filters(), "bots are not refused afterwards") }
        count(load, at: site, &outcome)
        for word in ["panic:", "fatal:", "killed by signal"] where site.server.log.contains(word) {
            outcome.broken.append("the mail server says \(word)")
        }
        return outcome
    }

    private static func count(_ load: TaggedLoad, at site: FaultSite, _ outcome: inout Experiment.Outcome) {
        outcome.offered = load.offered
        outcome.delayed = load.delayed
        func delivered() -> Int {
            let texts = site.server.deliveredTexts()
            let numbers = texts.compactMap { text -> Int? in
                guard let range = text.firstRange(of: "Subject: marked-") else { return nil }
                return Int(text[range.upperBound...].prefix { $0.isNumber })
            }
            return Set(numbers).count
        }
        _ = Poll.until(.after(.seconds(60))) { site.server.deliveredMessages() >= load.offered }
        _ = Poll.until(.after(.seconds(20))) { delivered() >= load.offered }
        outcome.delivered = delivered()
        outcome.lost = load.offered - outcome.delivered
        let seconds = Double(load.slowest.components.seconds) + Double(load.slowest.components.attoseconds) / 1e18
        outcome.notes.append("slowest message \((seconds * 10).rounded() / 10) s")
        if outcome.delayed > 0, let trouble = load.troubles.first { outcome.notes.append("first trouble: \(trouble)") }
    }
}
