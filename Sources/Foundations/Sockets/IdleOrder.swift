/// Who gives way: of the owners that have the most, what was not used for longest. Every operation is O(1).
///
/// Among owners that have as many, it is the one that was not heard of for longest.
struct IdleOrder<Owner: Hashable> {
    private var owned: [Owner: RecencyOrder<UInt64>] = [:]
    /// The owners that have so many: those that have one, at 0, and so on.
    private var levels: [RecencyOrder<Owner>] = []

    /// Whether there is nobody who could give way.
    var isEmpty: Bool { owned.isEmpty }

    /// The one that gives way first.
    var first: UInt64? { levels.last?.first.flatMap { owned[$0]?.first } }

    /// This one is the owner's, is idle, and was used last.
    mutating func use(_ number: UInt64, of owner: Owner) {
        let before = owned[owner]?.count ?? 0
        owned[owner, default: RecencyOrder()].use(number)
        file(owner, before: before)
    }

    /// This one of the owner's is not idle, or not there.
    mutating func remove(_ number: UInt64, of owner: Owner) {
        guard let before = owned[owner]?.count else { return }
        owned[owner]?.remove(number)
        if owned[owner]?.count != before { file(owner, before: before) }
    }

    /// Moves an owner to the level of what it has now, at most one from where it was.
    private mutating func file(_ owner: Owner, before: Int) {
        let count = owned[owner]?.count ?? 0
        if before > 0, before != count { levels[before - 1].remove(owner) }
        if count == 0 { owned[owner] = nil }
        if count > levels.count { levels.append(RecencyOrder()) }
        if count > 0 { levels[count - 1].use(owner) }
        if levels.last?.count == 0 { levels.removeLast() }
    }
}
