public import SMTP

/// Steers the adaptive window of a running daemon: divides time into steps, takes the shares of each step's mail, and has
/// `AdaptiveWindow` decide.
public struct WindowSteering: Hashable, Sendable {
    /// The window.
    public private(set) var window: AdaptiveWindow

    /// Length of a step in seconds.
    public let stepSeconds: Int64

    /// What the last step came to; `nil` before the first.
    public private(set) var last: WindowSignal?

    /// What it led to.
    public private(set) var lastAction: AdaptiveWindow.Action?

    private var stepBegan: UnixTime?
    private var clusters: [SpamCluster] = []

    /// Steering that begins with `window`.
    public init(window: AdaptiveWindow, stepSeconds: Int64) {
        self.window = window
        self.stepSeconds = max(stepSeconds, 1)
    }

    /// Looks whether a step is over, and lets the window be adapted if so.
    ///
    /// - Parameters:
    ///   - now: When.
    ///   - clusters: The spam clusters in force from now on.
    ///   - rows: The labelled rows of a span of time, from its start until its end, exclusive.
    public mutating func step(
        at now: UnixTime, clusters: [SpamCluster], rows: (UnixTime, UnixTime) -> SenderRows
    ) {
        guard let began = stepBegan else {
            begin(at: now, clusters)
            return
        }
        guard began.isOver(stepSeconds, at: now) else { return }
        // The clusters that were in force when the step began: those made since know its mails.
        let signal = WindowSignal(
            step: rows(began, now), window: rows(now + -window.length, now),
            clusters: self.clusters)
        // A step without mail has nothing to say, and without clusters nothing can be flagged.
        if signal.mails > 0, !self.clusters.isEmpty {
            last = signal
            lastAction = window.observe(flaggedShare: signal.flaggedShare, independentShare: signal.labelledShare)
        }
        begin(at: now, clusters)
    }

    private mutating func begin(at now: UnixTime, _ clusters: [SpamCluster]) {
        stepBegan = now
        self.clusters = clusters
    }
}
