import SMTP
import SpamTracker
import Testing

@Suite("The adaptive window")
struct AdaptiveWindowTests {
    private let limits = AdaptiveWindow.Limits(shortest: 3_600, longest: 86_400, stableSteps: 4)

    private func settled(at share: Double, length: Int64 = 21_600) -> AdaptiveWindow {
        var window = AdaptiveWindow(length: length, limits: limits)
        for _ in 0..<3 { _ = window.observe(flaggedShare: share, independentShare: share) }
        return window
    }

    @Test("a drop of the flagged share doubles the window, up to the longest")
    func lengthens() {
        var window = settled(at: 0.8)
        #expect(window.observe(flaggedShare: 0.5, independentShare: 0.8) == .lengthened)
        #expect(window.length == 43_200)
        #expect(window.observe(flaggedShare: 0.5, independentShare: 0.8) == .lengthened)
        #expect(window.length == 86_400)
        #expect(window.observe(flaggedShare: 0.5, independentShare: 0.8) == .kept)
        #expect(window.length == 86_400)
    }

    @Test("when the independent signal falls too, traffic changed and the window stays")
    func knowsChangedTraffic() {
        var window = settled(at: 0.8)
        #expect(window.observe(flaggedShare: 0.4, independentShare: 0.4) == .trafficChanged)
        #expect(window.length == 21_600)
        // The new level is the level now: it is no drop.
        for _ in 0..<3 { #expect(window.observe(flaggedShare: 0.4, independentShare: 0.4) == .kept) }
        #expect(window.observe(flaggedShare: 0.1, independentShare: 0.4) == .lengthened)
    }

    @Test("without an independent signal the paper's rule stands alone")
    func worksAlone() {
        var window = AdaptiveWindow(length: 21_600, limits: limits)
        for _ in 0..<3 { _ = window.observe(flaggedShare: 0.8, independentShare: nil) }
        #expect(window.observe(flaggedShare: 0.5, independentShare: nil) == .lengthened)
    }

    @Test("small or usual changes are no drop")
    func toleratesNoise() {
        var window = settled(at: 0.8)
        #expect(window.observe(flaggedShare: 0.76, independentShare: 0.8) != .lengthened)
        var noisy = AdaptiveWindow(length: 21_600, limits: AdaptiveWindow.Limits(stableSteps: 1_000))
        var actions: Set<AdaptiveWindow.Action> = []
        for step in 0..<60 {
            actions.insert(noisy.observe(flaggedShare: step % 2 == 0 ? 0.8 : 0.6, independentShare: 0.9))
        }
        #expect(actions == [.kept])
    }

    @Test("stable steps shorten the window to four fifths, down to the shortest")
    func shortens() {
        var window = AdaptiveWindow(length: 5_000, limits: limits)
        var actions: [AdaptiveWindow.Action] = []
        for _ in 0..<20 { actions.append(window.observe(flaggedShare: 0.7, independentShare: 0.7)) }
        #expect(actions.prefix(4) == [.kept, .kept, .kept, .shortened])
        #expect(window.length == 3_600)
    }

    @Test("flagged mail that slips away after a shortening takes the shortening back")
    func noticesSlowLoss() {
        // One point a step: never a drop against an average that slips as well.
        func actions(independentFalls: Bool) -> (Set<AdaptiveWindow.Action>, Int64) {
            var window = AdaptiveWindow(length: 20_000, limits: limits)
            var actions: Set<AdaptiveWindow.Action> = []
            for step in 0..<24 {
                let lost = 0.01 * Double(step)
                actions.insert(
                    window.observe(
                        flaggedShare: 0.6 - lost, independentShare: 0.7 - (independentFalls ? lost : 0)))
            }
            return (actions, window.length)
        }
        let lost = actions(independentFalls: false)
        #expect(lost.0 == [.kept, .shortened, .lengthened])
        #expect(lost.1 > 12_800)
        let changed = actions(independentFalls: true)
        #expect(changed.0 == [.kept, .shortened, .trafficChanged])
    }

    @Test("a sudden short window is found out and mended")
    func recoversInClosedLoop() {
        // Clusters need at least eight hours to form; below that the flagged share falls with the window.
        var window = AdaptiveWindow(length: 10 * 3_600, limits: limits)
        var lengths: [Int64] = []
        for _ in 0..<60 {
            let share = 0.8 * min(1, Double(window.length) / Double(8 * 3_600))
            _ = window.observe(flaggedShare: share, independentShare: 0.8)
            lengths.append(window.length)
        }
        #expect(lengths.contains { $0 < 8 * 3_600 })
        #expect(lengths.suffix(30).allSatisfy { $0 >= 5 * 3_600 && $0 <= 20 * 3_600 })
    }
}
