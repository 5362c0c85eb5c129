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
        return note(subject, refusedFor: causes, in: turn(to: now), at: now)
    }

    /// Whether a verdict on a client says something that this slice does not hold yet. O(causes).
    public func isNews(_ subject: KeyedHash, refusedFor causes: [BreakerCause], at now: UnixTime) -> Bool {
        guard configuration.isEnabled, !isTripped(at: now) else { return false }
        let slice = sliceNumber(now)
        return known[subject] != slice || causes.contains { refused[$0]?[subject] != slice }
    }

    /// Notes what another server's client has met with, in the slice of its time. O(1), and O(subjects) once a slice and
    /// for refusals.
    ///
    /// - Returns: what is switched off with it, if anything is.
    public mutating func take(_ vote: BreakerVote, at now: UnixTime) -> BreakerTrip? {
        guard configuration.isEnabled, !isTripped(at: now) else { return nil }
        let present = turn(to: now)
        let slice = min(sliceNumber(vote.time), present)
        guard isInWindow(slice, of: present) else { return nil }
        return note(vote.subject, refusedFor: vote.causes, in: slice, at: now)
    }

    /// Switches off what another server's breaker has switched off. O(subjects).
    ///
    /// - Returns: whether that is news.
    public mutating func take(_ trip: BreakerTrip, until end: UnixTime, at now: UnixTime) -> Bool {
        guard configuration.isEnabled, isAhead(end, of: now) else { return false }
        switch trip {
        case .narrow(let cause):
            guard suspensions[cause].map({ $0 < end }) ?? true else { return false }
            let isNews = !suspended(at: now).contains(cause)
            for subject in (refused[cause] ?? [:]).keys { spent[subject] = end }
            refused = [:]
            suspensions[cause] = end
            return isNews
        case .whole:
            guard trippedUntil.map({ $0 < end }) ?? true else { return false }
            let isNews = !isTripped(at: now)
            (trippedUntil, known, refused) = (end, [:], [:])
            return isNews
        }
    }

    /// Until when something is switched off by itself; `nil` where it is not.
    public func end(of trip: BreakerTrip) -> UnixTime? {
        switch trip {
        case .narrow(let cause): suspensions[cause]
        case .whole: trippedUntil
        }
    }

    private mutating func note(
        _ subject: KeyedHash, refusedFor causes: [BreakerCause], in slice: Int64, at now: UnixTime
    ) -> BreakerTrip? {
        if known[subject] != nil || known.count < Self.maximumSubjects {
            known[subject] = max(slice, known[subject] ?? slice)
        }
        guard !causes.isEmpty, spent[subject] == nil else { return nil }
        for cause in causes where refused[cause] != nil || refused.count < Self.maximumCauses {
            if refused[cause, default: [:]].count < Self.maximumSubjects {
                refused[cause, default: [:]][subject] = max(slice, refused[cause]?[subject] ?? slice)
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
