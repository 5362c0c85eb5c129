import SMTP
import Synchronization

/// How many connections there are, in all and by address.
final class ConnectionCensus: Sendable {
    private struct State {
        var total = 0
        var byAddress: [ClientAddress?: Int] = [:]
    }

    private let state = Mutex(State())
    private let limits: SinkLimits

    init(limits: SinkLimits) { self.limits = limits }

    var total: Int { state.withLock { $0.total } }

    /// Counts a connection in, unless there are too many.
    func admit(_ address: ClientAddress?) -> Bool {
        state.withLock { state in
            guard state.total < limits.connections,
                state.byAddress[address, default: 0] < limits.connectionsPerAddress
            else { return false }
            state.total += 1
            state.byAddress[address, default: 0] += 1
            return true
        }
    }

    /// Counts a connection out.
    func leave(_ address: ClientAddress?) {
        state.withLock { state in
            state.total -= 1
            let left = state.byAddress[address, default: 1] - 1
            state.byAddress[address] = left > 0 ? left : nil
        }
    }
}
