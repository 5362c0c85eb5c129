import Policy
public import SMTP

/// What verdicts need to know of the ledger: which lies were told, so that a question that comes again gets the answer it
/// got before, and which were undone.
public struct LieBook: Sendable {
    /// The most lies that are remembered, as many as the ledger keeps.
    public static let capacity = 100_000

    /// The lies that hold, with when they were last told.
    public private(set) var told: [LieKey: UnixTime]

    /// The lies that are not to be told any more.
    public private(set) var undone: Set<LieKey>

    /// A book of what was told before.
    public init(told: some Sequence<ToldLie> = [], undone: Set<LieKey> = []) {
        self.told = [:]
        self.undone = undone
        for lie in told { tell(lie.key, at: lie.last) }
    }

    /// Whether a lie was told, and holds. O(1).
    public func isTold(_ key: LieKey) -> Bool { told[key] != nil }

    /// Whether a lie is not to be told any more. O(1).
    public func isUndone(_ key: LieKey) -> Bool { undone.contains(key) }

    /// A lie was told, here or at another server. O(1).
    public mutating func tell(_ key: LieKey, at time: UnixTime) {
        guard !undone.contains(key) else { return }
        // Whose turn it is gives way; the ledger keeps those that were told last.
        if told[key] == nil, told.count >= Self.capacity { told.remove(at: told.startIndex) }
        told[key] = max(time, told[key] ?? time)
    }

    /// Lies are not to be told any more. O(lies).
    public mutating func undo(_ lies: Set<LieKey>) {
        undone.formUnion(lies)
        for key in lies { told[key] = nil }
    }

    /// Those, and no others, are not to be told any more. O(lies).
    public mutating func setUndone(_ lies: Set<LieKey>) {
        undone = []
        undo(lies)
    }

    /// Forgets the lies that a scope names, as far as they were last told up to a time; undone ones stay undone until
    /// ``setUndone(_:)``. O(lies).
    public mutating func forget(_ scope: PurgeScope, lastSeenUpTo time: UnixTime) {
        switch scope {
        case .olderThan(let limit): told = told.filter { $0.value >= limit }
        case .client(_, let network, _): told = told.filter { $0.key.network != network || $0.value > time }
        case .recipient(let recipient): told = told.filter { $0.key.recipient != recipient || $0.value > time }
        case .everything: told = told.filter { $0.value > time }
        case .sender, .greylist: break
        }
    }
}
