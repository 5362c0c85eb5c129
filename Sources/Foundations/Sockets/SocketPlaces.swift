/// The connections of a ``SocketLoop``: whose patience ends first, and who gives way when all places are taken. Knows
/// nothing of the kernel. Every operation is O(1).
struct SocketPlaces {
    /// Who is fair to whom.
    private struct Owner: Hashable {
        var peer: SocketPeer
        var process: Int32?
    }

    private let limits: SocketLimits
    private var connections: [UInt64: SocketConnection] = [:]
    private var idle = IdleOrder<Owner>()
    /// Those whose patience ends, which it does in this order: all have as much.
    private var patient = RecencyOrder<UInt64>()

    init(_ limits: SocketLimits) { self.limits = limits }

    var count: Int { connections.count }

    /// Whether one more may come, in place of an idle one if need be.
    var hasRoom: Bool { count < limits.connections || !idle.isEmpty }

    /// The one that has to leave before another one may come.
    var surplus: UInt64? { count < limits.connections ? nil : idle.first }

    /// When the first patience ends.
    var deadline: ContinuousClock.Instant? { patient.first.flatMap { connections[$0]?.deadline } }

    /// One whose patience has ended.
    func overdue(at now: ContinuousClock.Instant) -> UInt64? {
        deadline.flatMap { $0 <= now ? patient.first : nil }
    }

    mutating func add(_ connection: SocketConnection) {
        let number = connection.number
        connections[number] = connection
        file(number, isUsed: true)
    }

    /// Does something with a connection, which is filed anew after it; `nil` when it is gone.
    mutating func with<T>(_ number: UInt64, _ body: (inout SocketConnection) -> T) -> T? {
        guard let before = connections[number]?.idleSince, let wasIdle = connections[number]?.isIdle else { return nil }
        let result = body(&connections[number]!)
        guard let connection = connections[number] else { return result }
        file(number, isUsed: connection.idleSince != before || connection.isIdle != wasIdle)
        return result
    }

    mutating func remove(_ number: UInt64) -> SocketConnection? {
        guard let connection = connections.removeValue(forKey: number) else { return nil }
        idle.remove(number, of: owner(of: connection))
        patient.remove(number)
        return connection
    }

    /// Removes all.
    mutating func removeAll() -> [SocketConnection] {
        defer { self = SocketPlaces(limits) }
        return Array(connections.values)
    }

    private func owner(of connection: SocketConnection) -> Owner {
        Owner(peer: connection.peer, process: limits.countsProcesses ? connection.peer.process : nil)
    }

    private mutating func file(_ number: UInt64, isUsed: Bool) {
        guard isUsed, let connection = connections[number] else { return }
        let owner = owner(of: connection)
        if connection.isIdle { idle.use(number, of: owner) } else { idle.remove(number, of: owner) }
        if connection.deadline != nil { patient.use(number) } else { patient.remove(number) }
    }
}
