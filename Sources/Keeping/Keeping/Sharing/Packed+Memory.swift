import Documents
import Memory
import SMTP

extension PackedWriter {
    mutating func add(_ key: KeyedHash) {
        add(fixed: UInt64(truncatingIfNeeded: key.bits >> 64))
        add(fixed: UInt64(truncatingIfNeeded: key.bits))
    }

    /// Times before 1970 were shown by no clock that is right.
    mutating func add(_ time: UnixTime) { add(number: Int(clamping: time.seconds)) }

    mutating func add(_ time: UnixTime?) {
        guard let time else { return add(0) }
        add(1)
        add(time)
    }

    mutating func add(_ place: NetworkPlace?) {
        guard let place else { return add(0) }
        add(place.allocation == 0 ? 1 : 2)
        add(fixed: place.network)
        add(fixed: place.block)
        if place.allocation != 0 { add(fixed: place.allocation) }
    }

    /// What was removed: labels, which others keep, are left out.
    mutating func add(_ scope: PurgeScope) {
        switch scope {
        case .olderThan(let time):
            add(UInt8(ascii: "o"))
            add(time)
        case .client(let client, let network, let sender):
            add(UInt8(ascii: "c"))
            for key in [client.client, client.network, client.block, network] { add(key) }
            add(fixed: sender)
        case .sender(let sender):
            add(UInt8(ascii: "s"))
            add(sender)
        case .recipient(let recipient):
            add(UInt8(ascii: "r"))
            add(recipient)
        case .greylist: add(UInt8(ascii: "g"))
        case .everything: add(UInt8(ascii: "e"))
        }
    }

    /// A text, cut to a number of bytes.
    mutating func add(text: String, _ limit: Int) {
        var cut = Substring(text)
        while cut.utf8.count > limit { cut = cut.dropLast(max(1, (cut.utf8.count - limit) / 4)) }
        add(string: Array(cut.utf8)[...])
    }
}

extension PackedReader {
    /// The last second of the year 9999.
    private static let latestTime = 253_402_300_799

    mutating func key() -> KeyedHash? {
        guard let high = fixed(), let low = fixed() else { return nil }
        return KeyedHash(bits: UInt128(high) << 64 | UInt128(low))
    }

    mutating func time() -> UnixTime? {
        number(upTo: Self.latestTime).map { UnixTime(seconds: Int64($0)) }
    }

    mutating func optionalTime() -> UnixTime?? {
        switch byte() {
        case 0: .some(nil)
        case 1: time().map { $0 }
        default: nil
        }
    }

    mutating func scope() -> PurgeScope? {
        switch byte() {
        case UInt8(ascii: "o"): return time().map { .olderThan($0) }
        case UInt8(ascii: "c"):
            guard let client = key(), let network = key(), let block = key(), let passed = key(), let sender = fixed()
            else { return nil }
            return .client(
                ClientKeys(client: client, network: network, block: block), network: passed, sender: sender)
        case UInt8(ascii: "s"): return key().map { .sender($0) }
        case UInt8(ascii: "r"): return key().map { .recipient($0) }
        case UInt8(ascii: "g"): return .greylist
        case UInt8(ascii: "e"): return .everything(labels: false)
        default: return nil
        }
    }

    mutating func place() -> NetworkPlace?? {
        switch byte() {
        case 0: return .some(nil)
        case 1:
            guard let network = fixed(), let block = fixed() else { return nil }
            return NetworkPlace(network: network, block: block)
        case 2:
            guard let network = fixed(), let block = fixed(), let allocation = fixed() else { return nil }
            return NetworkPlace(network: network, block: block, allocation: allocation)
        default: return nil
        }
    }

    mutating func texts(_ count: Int, upTo limit: Int) -> [String]? {
        var texts: [String] = []
        for _ in 0..<count {
            guard let bytes = string(upTo: limit), let text = String(validating: bytes, as: UTF8.self) else {
                return nil
            }
            texts.append(text)
        }
        return texts
    }
}
