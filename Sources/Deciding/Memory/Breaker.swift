public import Policy
public import SMTP

/// Watches whether clients with a good history are being refused, and trips when that exceeds the budget.
///
/// A value machine over a sliding window of twelve slices; it reads no clock. Every mistake of a rule, a model or a
/// list that suddenly hits the innocent shows here first. Nobody without an account must be able to trip it, so it
/// counts distinct *subjects*, never sessions: an organisation by its verified name, else a network, and each weighs
/// one however often it comes. It trips narrowly first, for the dialect or the detector that the refusals share; only if
/// they go on elsewhere while that is off, for everything. Whoever took part in a trip takes part in no other one before
/// the cooldown is over.
public struct Breaker: Sendable {
    private static let sliceCount: Int64 = 12

    /// The most subjects that are told apart.
    private static let maximumSubjects = 65_536

    /// The most causes that are told apart.
    private static let maximumCauses = 256

    /// The share of known subjects that a hostile dialect or a trap has to hit at least: a wrong model or list hits many
    /// of them, a stranger owns few.
    public static let hostileBudget = 0.1

    /// By subject, the slice in which it was last judged.
    private var known: [KeyedHash: Int64] = [:]
    /// By cause and subject, the slice in which it was last refused.
    private var refused: [BreakerCause: [KeyedHash: Int64]] = [:]
    /// Who took part in a trip, and until when it takes part in no other.
    private var spent: [KeyedHash: UnixTime] = [:]
    private var suspensions: [BreakerCause: UnixTime] = [:]
    private var trippedUntil: UnixTime?
    /// The newest slice seen: a clock that is set back a little stays in it.
    private var newest: Int64?
    private var configuration: BreakerConfiguration

    /// A closed breaker.
    public init(configuration: BreakerConfiguration) {
        self.configuration = configuration
    }

    /// What the window holds: subjects judged, and how many of them were refused. O(subjects).
    public func counts(at now: UnixTime) -> (known: Int, refused: Int) {
        let present = sliceNumber(now)
        let all = refused.values.reduce(into: Set<KeyedHash>()) { all, subjects in
            for (subject, slice) in subjects where isInWindow(slice, of: present) { all.insert(subject) }
        }
        return (known.values.count { isInWindow($0, of: present) }, all.count)
    }

    /// Until when all refusals are suspended, if the breaker has ever tripped as a whole.
    public var suspendedUntil: UnixTime? { trippedUntil }

    /// Whether all refusals are suspended.
    public func isTripped(at now: UnixTime) -> Bool { trippedUntil.map { isAhead($0, of: now) } ?? false }

    /// What is switched off by itself.
    public func suspended(at now: UnixTime) -> Set<BreakerCause> {
        Set(suspensions.lazy.filter { isAhead($0.value, of: now) }.map(\.key))
    }

    /// Closes the breaker and forgets the window; takes the configuration in force from now on.
    public mutating func reset(configuration: BreakerConfiguration) { self = Breaker(configuration: configuration) }

    /// Notes a verdict on a client with a good history. O(1), and O(subjects) once a slice and for refusals.
    ///
    /// - Parameters:
    ///   - subject: the client's organisation or network.
    ///   - causes: what it was refused for; empty when it was let in.
    /// - Returns: what is switched off with it, if anything is.
    public mutating func note(_ subject: KeyedHash, refusedFor causes: [BreakerCause], at now: UnixTime) -> BreakerTrip?
    {
        guard configuration.isEnabled, !isTripped(at: now) else { return nil }
        let slice = turn(to: now)
        if known[subject] != nil || known.count < Self.maximumSubjects { known[subject] = slice }
        guard !causes.isEmpty, spent[subject] == nil else { return nil }
        for cause in causes where refused[cause] != nil || refused.count < Self.maximumCauses {
            if refused[cause, default: [:]].count < Self.maximumSubjects {
                refused[cause, default: [:]][subject] = slice
            }
        }
        guard let cause = causes.sorted().first(where: isOverBudget) else { return nil }
        return trip(for: cause, at: now)
    }

    private func isOverBudget(_ cause: BreakerCause) -> Bool {
        let count = refused[cause]?.count ?? 0
        let budget = cause.isHostile ? max(configuration.budget, Self.hostileBudget) : configuration.budget
        return count >= configuration.minimumCount && Double(count) > budget * Double(known.count)
    }

    private mutating func trip(for cause: BreakerCause, at now: UnixTime) -> BreakerTrip {
        let until = now + configuration.cooldown
        // Something is off already, and it did not help.
        let isWhole = !suspended(at: now).isEmpty
        for subject in (refused[cause] ?? [:]).keys { spent[subject] = until }
        refused = [:]
        if isWhole {
            trippedUntil = until
            known = [:]
            return .whole
        }
        suspensions[cause] = until
        return .narrow(cause)
    }

    /// Goes to the slice of a moment, and forgets what has left the window with it. A clock that was set back a little
    /// stays where it was; one that was far ahead and is set right begins a new window.
    private mutating func turn(to now: UnixTime) -> Int64 {
        let present = sliceNumber(now)
        if let newest, present <= newest, Self.distance(from: present, to: newest) <= Self.sliceCount { return newest }
        if let newest, present < newest { (known, refused) = ([:], [:]) }
        newest = present
        known = known.filter { isInWindow($0.value, of: present) }
        refused = refused.mapValues { $0.filter { isInWindow($0.value, of: present) } }.filter { !$0.value.isEmpty }
        spent = spent.filter { isAhead($0.value, of: now) }
        suspensions = suspensions.filter { isAhead($0.value, of: now) }
        return present
    }

    private func isInWindow(_ slice: Int64, of present: Int64) -> Bool {
        Self.distance(from: slice, to: present) < Self.sliceCount
    }

    /// How far apart two slices are, at most `Int64.max`.
    private static func distance(from slice: Int64, to other: Int64) -> Int64 {
        let (distance, overflow) = other.subtractingReportingOverflow(slice)
        return overflow || distance == .min ? .max : abs(distance)
    }

    /// Whether an end is still to come; one that lies further ahead than the cooldown was set by a clock that was wrong.
    private func isAhead(_ end: UnixTime, of now: UnixTime) -> Bool {
        guard now < end else { return false }
        let (left, overflow) = end.seconds.subtractingReportingOverflow(now.seconds)
        return !overflow && left <= configuration.cooldown
    }

    private func sliceNumber(_ now: UnixTime) -> Int64 {
        now.seconds / max(configuration.window / Self.sliceCount, 1)
    }
}
