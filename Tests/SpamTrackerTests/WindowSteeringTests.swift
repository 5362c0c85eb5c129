import SMTP
import Testing

@testable import SpamTracker

@Suite("Steering the window")
struct WindowSteeringTests {
    private static let step: Int64 = 3_600
    private let clusters = [SpamCluster(senderCount: 9, domains: [0, 1, 2], average: [1, 1, 1])]

    private func steering() -> WindowSteering {
        WindowSteering(
            window: AdaptiveWindow(
                length: 4 * Self.step, limits: AdaptiveWindow.Limits(shortest: Self.step, longest: 16 * Self.step)),
            stepSeconds: Self.step)
    }

    /// A hundred senders of one mail to each of three domains: `flagged` to the cluster's, the others elsewhere;
    /// `labelled` of them known to send spam.
    private func rows(flagged: Int, labelled: Int) -> SenderRows {
        Sample.rows(
            (0..<100).map { number in
                let first = number < flagged ? 0 : 10
                return (
                    number, number < labelled ? SenderLabel.spam : .honest,
                    [(first, 1), (first + 1, 1), (first + 2, 1)]
                )
            })
    }

    /// Runs `count` steps of the same traffic.
    private func run(
        _ steering: inout WindowSteering, from hour: inout Int64, steps count: Int, flagged: Int, labelled: Int
    ) {
        for _ in 0..<count {
            hour += 1
            steering.step(at: UnixTime(seconds: hour * Self.step), clusters: clusters) { _, _ in
                rows(flagged: flagged, labelled: labelled)
            }
        }
    }

    @Test("the shares of a step's mails are told by hand")
    func tellsShares() {
        let signal = WindowSignal(
            step: rows(flagged: 40, labelled: 25), window: rows(flagged: 40, labelled: 0), clusters: clusters)
        #expect(signal.mails == 300)
        #expect(abs(signal.flaggedShare - 0.4) < 1e-12)
        #expect(signal.labelledShare.map { abs($0 - 0.25) < 1e-12 } == true)
        let unlabelled = Sample.rows([(1, nil, [(0, 2)])])
        #expect(WindowSignal(step: unlabelled, window: SenderRows(), clusters: clusters).labelledShare == nil)
        #expect(WindowSignal(step: SenderRows(), window: SenderRows(), clusters: []).mails == 0)
    }

    @Test("a drop of flagged mail alone lengthens the window; with less labelled spam as well it stays")
    func tellsTrafficFromWindow() {
        for (labelled, length, action) in [
            (30, 8 * Self.step, AdaptiveWindow.Action.lengthened), (2, 4 * Self.step, .trafficChanged),
        ] {
            var steering = steering()
            var hour: Int64 = 0
            run(&steering, from: &hour, steps: 6, flagged: 50, labelled: 30)
            #expect(steering.window.length == 4 * Self.step)
            run(&steering, from: &hour, steps: 1, flagged: 10, labelled: labelled)
            #expect(steering.window.length == length)
            #expect(steering.lastAction == action)
        }
    }

    @Test("nothing is observed before a step is over, nor without mail or clusters")
    func waits() {
        var steering = steering()
        var asked = 0
        for second in stride(from: Int64(0), to: Self.step, by: 300) {
            steering.step(at: UnixTime(seconds: second), clusters: clusters) { _, _ in
                asked += 1
                return SenderRows()
            }
        }
        #expect(asked == 0 && steering.last == nil)
        steering.step(at: UnixTime(seconds: Self.step), clusters: []) { _, _ in SenderRows() }
        #expect(steering.last == nil)
        steering.step(at: UnixTime(seconds: 2 * Self.step), clusters: clusters) { _, _ in
            rows(flagged: 1, labelled: 1)
        }
        #expect(steering.last == nil)
        steering.step(at: UnixTime(seconds: 3 * Self.step), clusters: clusters) { _, _ in
            rows(flagged: 1, labelled: 1)
        }
        #expect(steering.last?.mails == 300)
    }

    @Test("a tracker clusters the window that its steering has, and goes on with it")
    func steersTheTracker() throws {
        var tracker = SenderTracker(
            options: SenderTracker.Options(limits: MatrixLimits(slotSeconds: 600, slotCount: 500)),
            steering: steering())
        for hour in Int64(0)..<30 {
            for bot in 0..<20 {
                for domain in 0..<3 {
                    tracker.record(
                        SenderEvent(
                            sender: Sample.key(bot * 300), domain: "d\(domain + bot % 2).example",
                            time: UnixTime(seconds: hour * Self.step + 60), label: .spam))
                }
            }
            let result = try tracker.workload(
                at: UnixTime(seconds: hour * Self.step + 120), window: Self.step
            ).run()
            #expect(result.window == tracker.steering?.window.length)
            tracker.adopt(result)
        }
        // All mail is flagged, so the window was shortened after twelve steps, and again after twelve more.
        #expect(tracker.steering?.last?.flaggedShare == 1)
        #expect(tracker.steering?.window.length == 4 * Self.step * 4 / 5 * 4 / 5)
        tracker.steer(nil)
        #expect(
            try tracker.workload(at: UnixTime(seconds: 40 * Self.step), window: Self.step).run().window == Self.step)
    }
}
