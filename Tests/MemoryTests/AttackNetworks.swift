import Memory
import Policy
import SMTP
import Seeded
import Testing

/// Clients by their addresses, as strangers hold them: single addresses, prefixes, botnets.
enum Attack: String, CaseIterable, CustomTestStringConvertible {
    case oneNetwork = "one /64"
    case oneSite = "one /48"
    case oneProvider = "a /32"
    case oneSubnet = "one /24"
    case botnet = "100,000 IPv4 addresses"

    var testDescription: String { rawValue }

    /// The client of the `number`th session.
    func client(_ number: Int) -> ClientKeys {
        switch self {
        case .oneNetwork: ipv6(allocation: 1, site: 1, network: 1)
        case .oneSite: ipv6(allocation: 1, site: 1, network: number % 65_536)
        // A network of its own every time, in the next /48.
        case .oneProvider: ipv6(allocation: 1, site: number % 65_536, network: number / 65_536)
        case .oneSubnet: ipv4(0x0a00_0000 | number % 256)
        case .botnet: ipv4(Int(truncatingIfNeeded: scrambled(UInt64(number % 100_000)) >> 33))
        }
    }
}

/// An IPv4 client by its address.
func ipv4(_ address: Int) -> ClientKeys {
    ClientKeys(client: spread(1, address), network: spread(2, address >> 8), block: spread(3, address >> 16))
}

/// An IPv6 client by the numbers of its networks.
func ipv6(allocation: Int, site: Int, network: Int) -> ClientKeys {
    let block = allocation << 16 | site
    let own = block << 16 | network
    return ClientKeys(
        client: spread(4, own), network: spread(5, own), block: spread(6, block), allocation: spread(7, allocation))
}

/// An attempt of a client with a sender and a recipient that are numbered.
func attempt(_ client: ClientKeys, _ pair: Int) -> Greylist.Attempt {
    let seed = client.network.bits ^ UInt128(scrambled(UInt64(pair)))
    let triplet = KeyedHash(bits: UInt128(scrambled(UInt64(truncatingIfNeeded: seed))) << 64 | seed >> 64)
    return Greylist.Attempt(triplet: triplet, pool: triplet, network: client.network, client: client)
}

/// Something like a hash of a number, for keys without a key.
func scrambled(_ number: UInt64) -> UInt64 {
    var generator = SeededGenerator(seed: number)
    return generator.next()
}

private func spread(_ kind: UInt64, _ number: Int) -> KeyedHash {
    let low = scrambled(UInt64(truncatingIfNeeded: number) << 3 | kind)
    return KeyedHash(bits: UInt128(scrambled(low)) << 64 | UInt128(low))
}
