public import SMTP

/// Watches whether clients that used to pass are being refused, and trips when that exceeds the budget.
///
/// A value machine over a sliding window of twelve slices; it reads no clock. Every mistake of a rule, a model or a
/// list that suddenly hits the innocent shows here first.
public struct Breaker: Sendable {
    private struct Slice: Sendable {
        var number: Int64 = .min
        var known = 0
        var refused = 0
    }

    private static let sliceCount: Int64 = 12

    private var slices = [Slice](repeating: Slice(), count: Int(Self.sliceCount))
    private var trippedUntil: UnixTime?
    private var configuration: BreakerConfiguration

    /// A closed breaker.
    public init(configuration: BreakerConfiguration) {
        self.configuration = configuration
    }

    /// What the window holds: known clients judged, and how many of them were refused.
    public func counts(at now: UnixTime) -> (known: Int, refused: Int) {
        let oldest = sliceNumber(now) - Self.sliceCount + 1
        return slices.filter { $0.number >= oldest }.reduce((0, 0)) {
            ($0.0 + $1.known, $0.1 + $1.refused)
        }
    }

    /// Until when refusals are suspended, if the breaker has ever tripped.
    public var suspendedUntil: UnixTime? { trippedUntil }

    /// Whether refusals are suspended.
    public func isTripped(at now: UnixTime) -> Bool { trippedUntil.map { now < $0 } ?? false }

    /// Closes the breaker and forgets the window; takes the configuration in force from now on.
    public mutating func reset(configuration: BreakerConfiguration) { self = Breaker(configuration: configuration) }

    /// Notes a verdict on a client that has passed before.
    ///
    /// - Returns: whether the breaker trips with it.
    public mutating func note(refused: Bool, at now: UnixTime) -> Bool {
        guard configuration.isEnabled, !isTripped(at: now) else { return false }
        let number = sliceNumber(now)
        let index = Int(((number % Self.sliceCount) + Self.sliceCount) % Self.sliceCount)
        if slices[index].number != number { slices[index] = Slice(number: number) }
        slices[index].known += 1
        if refused { slices[index].refused += 1 }
        guard refused else { return false }
        let total = counts(at: now)
        guard total.refused >= configuration.minimumCount,
            Double(total.refused) > configuration.budget * Double(total.known)
        else { return false }
        trippedUntil = now + configuration.cooldown
        slices = [Slice](repeating: Slice(), count: slices.count)
        return true
    }

    private func sliceNumber(_ now: UnixTime) -> Int64 {
        now.seconds / max(configuration.window / Self.sliceCount, 1)
    }
}
