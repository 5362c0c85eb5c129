import KeyedHashing
import SMTP
import Synchronization

/// Whether the connections that the mail server sees are the clients' own.
///
/// A proxy, a load balancer or a protection from floods that opens connections in the clients' place sends SYNs of its own,
/// and perhaps TLS hellos, whatever address stands on them: all have taken the same way, so that they have the same number
/// of hops left. Clients of many networks have not. What hello and SYN say counts as long as the networks that came last
/// differ in it; until enough of them have come, it does not count.
final class FrontWatch: Sendable {
    /// How many networks are looked at: those that came last.
    static let networks = 64

    /// From how many networks on they tell anything.
    static let leastNetworks = 16

    /// The largest share of one number of hops among networks that come by ways of their own.
    static let largestShare = 0.75

    /// What the networks show.
    enum Standing: String, Sendable {
        /// Too few have come.
        case unknown
        /// They come by ways of their own.
        case direct
        /// They all come by one.
        case front
    }

    private struct Recent {
        /// The last networks in the order in which they came first, and the hops that were left when they came last.
        var order: [KeyedHash] = []
        var next = 0
        var hops: [KeyedHash: UInt8] = [:]
        var counts = [Int](repeating: 0, count: 256)

        mutating func note(_ network: KeyedHash, _ left: UInt8) {
            if let old = hops[network] {
                counts[Int(old)] -= 1
            } else if order.count < FrontWatch.networks {
                order.append(network)
            } else {
                if let old = hops.removeValue(forKey: order[next]) { counts[Int(old)] -= 1 }
                order[next] = network
                next = (next + 1) % FrontWatch.networks
            }
            hops[network] = left
            counts[Int(left)] += 1
        }

        var standing: Standing {
            guard order.count >= FrontWatch.leastNetworks else { return .unknown }
            let most = counts.max() ?? 0
            return Double(most) > FrontWatch.largestShare * Double(order.count) ? .front : .direct
        }
    }

    private let recent = Mutex(Recent())

    /// A client of this network came, whose SYN could take so many hops more. O(1).
    func note(_ network: KeyedHash, hopsLeft: UInt8) { recent.withLock { $0.note(network, hopsLeft) } }

    /// What the networks show. O(1).
    var standing: Standing { recent.withLock(\.standing) }
}
