import SMTP
import SenderLab
import SpamTracker
import Testing

@Suite("The tracker")
struct SenderTrackerTests {
    private func tracker() -> SenderTracker {
        SenderTracker(
            options: SenderTracker.Options(limits: MatrixLimits(slotSeconds: 3_600, slotCount: 200)))
    }

    private func events() throws -> [SenderEvent] {
        var options = SimulationOptions()
        options.bots = 150
        options.periods = 2
        options.domains = 30
        options.multiDomainShare = 1
        var simulator = TrafficSimulator(options: options)
        return simulator.mails().map {
            SenderEvent(
                sender: SenderKey($0.sender), domain: $0.domainName, time: $0.time,
                label: $0.isSpam ? .spam : .honest)
        }
    }

    @Test("whole periods are learned once, clusters come from the window, and the snapshot scores")
    func works() throws {
        var tracker = tracker()
        let events = try events()
        for event in events { tracker.record(event) }
        let now = try #require(events.last?.time)
        let result = try tracker.workload(at: now, window: 2 * Sample.day).run()
        #expect(result.model.canJudge)
        #expect(!result.model.clusters.isEmpty)
        #expect(result.senders.spam > 0)
        #expect(result.snapshot.created == now)
        tracker.adopt(result)
        let learned = tracker.model.learnedUntil
        #expect(learned.map { $0 <= now && now - $0 < Sample.day } == true)
        // Nothing new has ended: the same again learns nothing twice.
        let again = try tracker.workload(at: now, window: 2 * Sample.day).run()
        #expect(SenderModelDocument.text(for: again.model) == SenderModelDocument.text(for: result.model))
    }

    @Test("after a restart, stored events and the stored model give the same result")
    func survivesRestart() throws {
        var running = tracker()
        let events = try events()
        for event in events { running.record(event) }
        let now = try #require(events.last?.time)
        running.adopt(try running.workload(at: now, window: Sample.day).run())
        let text = SenderModelDocument.text(for: running.model)
        var restarted = SenderTracker(
            options: running.options, model: try SenderModelDocument.model(from: text, file: "m"), seed: 77)
        for event in events.shuffledOnce() { restarted.record(event) }
        let one = try running.workload(at: now + 3 * Sample.day, window: 5 * Sample.day).run()
        let other = try restarted.workload(at: now + 3 * Sample.day, window: 5 * Sample.day).run()
        #expect(SenderModelDocument.text(for: one.model) == SenderModelDocument.text(for: other.model))
    }

    @Test("cancelled work leaves the tracker as it was")
    func cancels() throws {
        var tracker = tracker()
        for event in try events() { tracker.record(event) }
        let work = tracker.workload(at: UnixTime(seconds: 1_176_000_000), window: Sample.day)
        #expect(throws: (any Error).self) { _ = try work.run(isCancelled: { true }) }
        #expect(tracker.model.learnedUntil == nil)
    }
}

extension Array {
    /// Every second element first: another order, the same each time.
    fileprivate func shuffledOnce() -> [Element] {
        enumerated().filter { $0.offset % 2 == 1 }.map(\.element)
            + enumerated().filter { $0.offset % 2 == 0 }.map(\.element)
    }
}
