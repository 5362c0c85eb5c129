import SMTP
import SpamTracker

/// The numbers of recipient domains by their keyed hashes: what a table says of the hashes' names, without making names.
/// O(1), no allocation.
struct DomainNumbers: Sendable {
    private var places: [(hash: UInt64, number: UInt32)]
    private let table: DomainTable

    /// The numbers of a table whose names are `SenderPseudonyms.tableName`; other names are left out.
    init(_ table: DomainTable) {
        self.table = table
        var size = 16
        while size < table.names.count * 2 { size *= 2 }
        places = Array(repeating: (0, .max), count: size)
        for (number, name) in table.names.enumerated() {
            guard let hash = UInt64(name, radix: 16) else { continue }
            var place = Int(truncatingIfNeeded: hash) & (size - 1)
            while places[place].number != .max { place = (place + 1) & (size - 1) }
            places[place] = (hash, UInt32(number))
        }
    }

    /// The number of a domain; `nil` when it has none.
    func number(of hash: UInt64) -> UInt32? {
        // Keyed hashes are as good as random: their low bits are the place.
        var place = Int(truncatingIfNeeded: hash) & (places.count - 1)
        while places[place].number != .max {
            if places[place].hash == hash { return places[place].number }
            place = (place + 1) & (places.count - 1)
        }
        // A full table shares numbers among those that came later.
        return table.names.count < table.capacity ? nil : table.number(of: SenderPseudonyms.tableName(hash))
    }

    /// A number that no domain has, one for each place in a list.
    func unknown(at place: Int) -> UInt32 { UInt32(table.capacity + table.tailBuckets) + UInt32(place) }
}
