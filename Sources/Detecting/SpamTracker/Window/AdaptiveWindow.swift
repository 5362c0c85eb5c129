/// Chooses the length of the clustering window, as SpamTracker proposes (section 6.4): the share of flagged mail changes
/// slowly, so a drop means that the window is too short to bring senders alike together.
///
/// A drop can also mean that less spam arrives. An independent signal tells the two apart: the share of mail that traps
/// or blocklists hit. When it falls too, traffic has changed and the window stays. A value type: an observation in, an
/// action out.
public struct AdaptiveWindow: Hashable, Sendable {
    /// The bounds and the pace.
    public struct Limits: Hashable, Sendable {
        /// The shortest window in seconds.
        public var shortest: Int64

        /// The longest window in seconds.
        public var longest: Int64

        /// A drop below this many points of share is never acted upon (0...1).
        public var smallestDrop: Double

        /// A drop must exceed so many standard deviations of the share's usual changes.
        public var deviations: Double

        /// After so many steps without a drop the window is shortened to four fifths, so that it stays as fresh as the
        /// traffic allows.
        public var stableSteps: Int

        /// How much a new observation counts in the running averages (0...1).
        public var memory: Double

        /// Limits: one hour to one day, drops of 5 points or three deviations, twelve stable steps.
        public init(
            shortest: Int64 = 3_600, longest: Int64 = 86_400, smallestDrop: Double = 0.05, deviations: Double = 3,
            stableSteps: Int = 12, memory: Double = 0.2
        ) {
            self.shortest = max(shortest, 1)
            self.longest = max(longest, shortest)
            self.smallestDrop = smallestDrop
            self.deviations = deviations
            self.stableSteps = max(stableSteps, 1)
            self.memory = min(max(memory, 0.01), 1)
        }
    }

    /// What an observation led to.
    public enum Action: String, Hashable, Sendable {
        /// Nothing to do.
        case kept

        /// The flagged share dropped: the window was doubled; or it had slipped since the window was shortened: that was
        /// taken back. Up to the longest.
        case lengthened

        /// Nothing had dropped for long: the window was shortened, down to the shortest.
        case shortened

        /// The flagged share dropped together with the independent signal: other traffic, the same window.
        case trafficChanged = "traffic changed"
    }

    /// The window in seconds.
    public private(set) var length: Int64

    /// The limits.
    public let limits: Limits

    private struct Level: Hashable {
        let flagged: Double
        let independent: Double
    }

    private var flagged = RunningShare()
    private var independent = RunningShare()
    private var stable = 0

    /// The averages when the window was last shortened: what the shorter one has to hold.
    private var held: Level?

    /// A window that begins at `length` seconds; the paper used six hours.
    public init(length: Int64 = 6 * 3_600, limits: Limits = Limits()) {
        self.limits = limits
        self.length = min(max(length, limits.shortest), limits.longest)
    }

    /// Takes the shares of the last step.
    ///
    /// - Parameters:
    ///   - flaggedShare: The share of mails that the clusters flagged, 0...1.
    ///   - independentShare: The share that traps or blocklists hit, 0...1; `nil` when there is no such signal, and the
    ///     paper's rule stands alone.
    public mutating func observe(flaggedShare: Double, independentShare: Double?) -> Action {
        let isDrop = flagged.isDrop(flaggedShare, limits)
        let isDropElsewhere = independentShare.map { independent.isDrop($0, limits) } ?? false
        if let independentShare { independent.add(independentShare, memory: limits.memory) }
        if isDrop, isDropElsewhere {
            // The old level is gone for good: begin anew at what is seen now.
            flagged = RunningShare()
            flagged.add(flaggedShare, memory: limits.memory)
            stable = 0
            held = nil
            return .trafficChanged
        }
        if isDrop {
            // The average stays: a longer window has to bring the old share back.
            stable = 0
            guard length < limits.longest else {
                flagged.add(flaggedShare, memory: limits.memory)
                return .kept
            }
            length = min(length * 2, limits.longest)
            return .lengthened
        }
        flagged.add(flaggedShare, memory: limits.memory)
        stable += 1
        guard stable >= limits.stableSteps else { return .kept }
        stable = 0
        return settle()
    }

    /// After stable steps: shortens, unless the last shortening has cost flagged mail little by little. A slow decline
    /// is no drop, as the average declines with it.
    private mutating func settle() -> Action {
        if let held, flagged.mean < held.flagged - limits.smallestDrop {
            if independent.mean < held.independent - limits.smallestDrop {
                self.held = nil
                return .trafficChanged
            }
            guard length < limits.longest else { return .kept }
            length = min(length * 5 / 4, limits.longest)
            return .lengthened
        }
        guard length > limits.shortest else { return .kept }
        held = Level(
            flagged: max(flagged.mean, held?.flagged ?? 0), independent: max(independent.mean, held?.independent ?? 0))
        length = max(length * 4 / 5, limits.shortest)
        return .shortened
    }
}

/// Running mean and variance of a share, newer values counting more.
private struct RunningShare: Hashable, Sendable {
    private(set) var mean = 0.0
    private var variance = 0.0
    private var count = 0

    func isDrop(_ share: Double, _ limits: AdaptiveWindow.Limits) -> Bool {
        count >= 3 && share < mean - max(limits.smallestDrop, limits.deviations * variance.squareRoot())
    }

    mutating func add(_ share: Double, memory: Double) {
        count += 1
        // Until the memory is full, a plain mean.
        let step = max(memory, 1 / Double(count))
        let difference = share - mean
        mean += step * difference
        variance = (1 - step) * (variance + step * difference * difference)
    }
}
