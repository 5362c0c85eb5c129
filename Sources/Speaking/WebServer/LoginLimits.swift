import Synchronization

/// How often may be guessed: after some failures a peer has to wait, longer each time.
///
/// The table is bounded; peers that find no room in it share one entry. All of a proxy's users are one peer.
final class LoginLimits: Sendable {
    /// The most peers that are told apart.
    static let capacity = 1_024

    /// Failures that cost nothing.
    static let free = 5

    /// The longest wait, in seconds, and how long after the last failure all is forgotten.
    static let longestWait: Int64 = 60
    static let memory: Int64 = 900

    private struct Entry {
        var failures = 0
        var last: Int64 = 0
    }

    private let entries = Mutex<[String: Entry]>([:])

    init() {}

    /// For how many seconds `peer` has to wait; 0 when it may try. A try that may be made counts as a failure until
    /// ``succeeded(_:)`` says otherwise.
    func wait(_ peer: String, at now: Int64) -> Int64 {
        entries.withLock { entries in
            let name = Self.name(peer, &entries, at: now)
            var entry = entries[name] ?? Entry()
            if now - entry.last >= Self.memory { entry = Entry() }
            let excess = entry.failures - Self.free
            let wait = excess < 0 ? 0 : min(Self.longestWait, Int64(1) << min(excess, 6))
            let left = entry.last + wait - now
            guard entry.failures < Self.free || left <= 0 else { return left }
            entry.failures = min(entry.failures + 1, 1_000)
            entry.last = now
            entries[name] = entry
            return 0
        }
    }

    /// The peer's last try was right.
    func succeeded(_ peer: String) {
        entries.withLock { _ = $0.removeValue(forKey: peer) }
    }

    private static func name(_ peer: String, _ entries: inout [String: Entry], at now: Int64) -> String {
        guard entries[peer] == nil, entries.count >= capacity else { return peer }
        entries = entries.filter { now - $0.value.last < memory }
        return entries.count < capacity ? peer : ""
    }
}
