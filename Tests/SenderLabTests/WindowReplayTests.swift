import SenderLab
import SpamTracker
import Testing

@Suite("The replayed window")
struct WindowReplayTests {
    @Test("a replay over a trace keeps to the limits and repeats itself")
    func replays() throws {
        var options = SimulationOptions()
        options.bots = 150
        options.periods = 2
        options.multiDomainShare = 1
        let trace = try SimulatedTrace.trace(options)
        let window = AdaptiveWindow(length: 21_600)
        let steps = try WindowReplay.steps(of: trace, stepSeconds: 21_600, window: window)
        #expect(steps.count == 16)
        #expect(steps.reduce(0) { $0 + $1.mails } == trace.events.count)
        #expect(steps.allSatisfy { (3_600...86_400).contains($0.window) && (0...1).contains($0.flaggedShare) })
        #expect(steps[0].clusters == 0)
        #expect(steps.dropFirst().contains { $0.clusters > 0 && $0.flaggedShare > 0 })
        let again = try WindowReplay.steps(of: trace, stepSeconds: 21_600, window: window)
        #expect(again.map(\.flaggedShare) == steps.map(\.flaggedShare))
    }
}
