public import Dialects
import SMTP
import Synchronization

/// What was asked of whom, for the most recent clients. Bounded: beyond the limit the older half is forgotten.
public final class ProbeHistory: Sendable {
    private struct State {
        var young: [ProbedClient: ProbeRecord] = [:]
        var old: [ProbedClient: ProbeRecord] = [:]
    }

    private let state = Mutex(State())
    private let limit: Int

    /// A history of at most `limit` clients.
    public init(limit: Int = 10_000) {
        self.limit = max(2, limit)
    }

    /// What was asked of the client so far.
    public func record(of client: ProbedClient) -> ProbeRecord {
        state.withLock { $0.young[client] ?? $0.old[client] ?? ProbeRecord() }
    }

    /// Adds a session of the client, under its address and under its address and name.
    public func add(_ client: ProbedClient, played: [ReplyVariation], reached: Set<ProbeStage>) {
        var keys = [client]
        if client.greetedAs != nil { keys.append(ProbedClient(address: client.address)) }
        state.withLock { state in
            for key in keys {
                var record = state.young[key] ?? state.old[key] ?? ProbeRecord()
                record.add(played: played, reached: reached)
                state.young[key] = record
            }
            if state.young.count >= limit / 2 {
                state.old = state.young
                state.young = [:]
            }
        }
    }

    /// How many clients are remembered.
    public var count: Int { state.withLock { Set($0.young.keys).union($0.old.keys).count } }
}
