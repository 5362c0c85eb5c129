import PolicyService
import SMTP
import Synchronization

/// How clients greeted, noted when Postfix asks the policy service and looked up when it tells the filter of the same
/// recipient a moment later. Bounded: the oldest note gives way.
final class GreetingNotes: Sendable {
    private struct Client: Hashable {
        var address: ClientAddress
        var port: UInt16
    }

    private struct Notes {
        var isExtended: [Client: Bool] = [:]
        var order: [Client] = []
        var next = 0
    }

    private let notes = Mutex(Notes())
    private let capacity: Int

    init(capacity: Int = 8_192) {
        self.capacity = capacity
    }

    /// Notes what a request tells. O(1).
    func note(_ request: PolicyRequest) {
        guard let address = request.client, let port = request.clientPort, let isExtended = request.isExtended else {
            return
        }
        let client = Client(address: address, port: port)
        notes.withLock { notes in
            if notes.isExtended.updateValue(isExtended, forKey: client) != nil { return }
            if notes.order.count < capacity {
                notes.order.append(client)
            } else {
                notes.isExtended[notes.order[notes.next]] = nil
                notes.order[notes.next] = client
                notes.next = (notes.next + 1) % capacity
            }
        }
    }

    /// Whether the client greeted with EHLO, if Postfix has said so. O(1).
    func isExtended(_ peers: SessionPeers) -> Bool? {
        guard let address = peers.client, let port = peers.clientPort else { return nil }
        let client = Client(address: address, port: port)
        return notes.withLock { $0.isExtended[client] }
    }
}
