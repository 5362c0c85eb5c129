public import SMTP
public import SpamTracker
public import Spectral

/// Replays a labelled trace through the adaptive window: in steps, the clusters of the window before a step flag mails of
/// the step, the labels stand in for the independent signal, and the controller sets the next window.
public enum WindowReplay {
    /// One step.
    public struct Step: Sendable {
        /// The step's start.
        public let start: UnixTime

        /// The window in use, in seconds.
        public let window: Int64

        /// Clusters of that window.
        public let clusters: Int

        /// Mails in the step.
        public let mails: Int

        /// The share of them whose sender's row is like a cluster (cosine at least one half).
        public let flaggedShare: Double

        /// The share of labelled mails that are spam; `nil` without labels.
        public let independentShare: Double?

        /// What the controller did.
        public let action: AdaptiveWindow.Action
    }

    /// Runs the replay.
    public static func steps(
        of trace: SenderTrace, stepSeconds: Int64, window: AdaptiveWindow,
        clustering: ClusterOptions = ClusterOptions(),
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws(SpectralError) -> [Step] {
        guard let first = trace.events.first?.time, let last = trace.events.last?.time else { return [] }
        let slot = max(stepSeconds / 4, 1)
        var controller = window
        var matrix = SenderMatrix(
            limits: MatrixLimits(
                slotSeconds: slot, slotCount: Int((window.limits.longest + stepSeconds) / slot) + 3,
                maximumCells: .max / 2))
        var steps: [Step] = []
        var next = trace.events.startIndex
        var start = first
        let count = Int((last - first) / stepSeconds) + 1
        while start <= last {
            if next < trace.events.endIndex, trace.events[next].time - start > window.limits.longest + 2 * stepSeconds {
                // Nothing was sent for longer than the longest window: such steps would say nothing, and a single wrong
                // date would make millions of them.
                start = start + (trace.events[next].time - start) / stepSeconds * stepSeconds
            }
            let end = start + stepSeconds
            let length = controller.length
            let past = matrix.rows(from: UnixTime(seconds: start.seconds - length), until: start)
            let clusters = try SpamClusters(of: past.spam, options: clustering).clusters
            let stepBegan = next
            while next < trace.events.endIndex, trace.events[next].time < end {
                let event = trace.events[next]
                matrix.record(sender: event.sender, domain: event.domain, at: event.time, label: event.label)
                next += 1
            }
            let mails = trace.events[stepBegan..<next]
            let signal = WindowSignal(
                step: SenderTrace.Window(start: start, end: end, events: mails).rows(),
                window: matrix.rows(from: UnixTime(seconds: end.seconds - length), until: end), clusters: clusters)
            let labelled = mails.count { $0.label != nil }
            let independent = labelled > 0 ? Double(mails.count { $0.label == .spam }) / Double(labelled) : nil
            // The first step has no past to cluster, and an empty one has nothing to say.
            let action: AdaptiveWindow.Action =
                mails.isEmpty || steps.isEmpty
                ? .kept : controller.observe(flaggedShare: signal.flaggedShare, independentShare: independent)
            steps.append(
                Step(
                    start: start, window: length, clusters: clusters.count, mails: mails.count,
                    flaggedShare: signal.flaggedShare,
                    independentShare: independent, action: action))
            progress(steps.count, count)
            start = end
        }
        return steps
    }
}
