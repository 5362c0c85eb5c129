internal import Memory
internal import SMTP

/// Changes of what is remembered under keys, as one transaction writes them. Each says all of its key's state, so the last of
/// a key stands for those before it.
struct RememberedChanges {
    private struct Place {
        let table: UInt8
        let key: UInt128
        let number: UInt32
    }

    private var changes: [MemoryChange] = []
    private var places: [Place] = []

    /// Takes in a change; `false` for one that is not the whole state of a key, and has to be written in its turn.
    mutating func append(_ change: MemoryChange) -> Bool {
        let (table, key): (UInt8, KeyedHash)
        switch change {
        case .greylist(let hash, _), .greylistRemoved(let hash): (table, key) = (0, hash)
        case .network(let hash, _), .networkRemoved(let hash): (table, key) = (1, hash)
        case .client(let hash, _), .clientRemoved(let hash): (table, key) = (2, hash)
        case .clientNetwork(let hash, _), .clientNetworkRemoved(let hash): (table, key) = (3, hash)
        case .lie, .lieHeard: return false
        }
        places.append(Place(table: table, key: key.bits, number: UInt32(clamping: changes.count)))
        changes.append(change)
        return true
    }

    /// The last change of each key, by table and key. O(n log n).
    var lastOfEachKey: [MemoryChange] {
        let sorted = places.sorted { ($0.table, $0.key, $0.number) < ($1.table, $1.key, $1.number) }
        return sorted.indices.compactMap { index in
            let next = index + 1
            let isLast =
                next == sorted.count || sorted[next].key != sorted[index].key
                || sorted[next].table != sorted[index].table
            return isLast ? changes[Int(sorted[index].number)] : nil
        }
    }
}
