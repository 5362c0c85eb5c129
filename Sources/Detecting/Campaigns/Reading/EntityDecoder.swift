/// Reads HTML's character references as what they stand for, as far as addresses are written with them: `&#x68;`, `&#104;`,
/// `&amp;` and the signs of an address. Everything else stays as it is.
struct EntityDecoder {
    /// What stands behind a `&`, which has not ended.
    private var pending: [UInt8] = []

    private static let longest = 12
    private static let named: [(name: [UInt8], byte: UInt8)] = [
        ("amp", 0x26), ("colon", 0x3a), ("sol", 0x2f), ("period", 0x2e), ("quest", 0x3f), ("equals", 0x3d),
        ("num", 0x23), ("quot", 0x22), ("apos", 0x27), ("lt", 0x3c), ("gt", 0x3e), ("nbsp", 0x20), ("lowbar", 0x5f),
        ("commat", 0x40), ("Tab", 0x09), ("NewLine", 0x0a),
    ].map { (Array($0.0.utf8), $0.1) }

    /// Takes a byte, and hands on what is known by then. O(1).
    mutating func take(_ byte: UInt8, _ handOn: (UInt8) -> Void) {
        if pending.isEmpty {
            if byte == UInt8(ascii: "&") { pending.append(byte) } else { handOn(byte) }
            return
        }
        if byte == UInt8(ascii: ";") {
            if let read = Self.value(pending.dropFirst()) {
                handOn(read)
                pending.removeAll(keepingCapacity: true)
            } else {
                flush(handOn)
                handOn(byte)
            }
            return
        }
        let isPart = TokenShape.isAlphanumeric(byte) || byte == UInt8(ascii: "#") && pending.count == 1
        guard isPart, pending.count < Self.longest else {
            // Numbers may lack the semicolon.
            if pending.count > 2, pending[1] == UInt8(ascii: "#"), let read = Self.value(pending.dropFirst()) {
                handOn(read)
                pending.removeAll(keepingCapacity: true)
            } else {
                flush(handOn)
            }
            return take(byte, handOn)
        }
        pending.append(byte)
    }

    /// Hands on what waits: the text is over.
    mutating func flush(_ handOn: (UInt8) -> Void) {
        for byte in pending { handOn(byte) }
        pending.removeAll(keepingCapacity: true)
    }

    /// The sign of a reference; signs that no address has are a question mark.
    private static func value(_ reference: ArraySlice<UInt8>) -> UInt8? {
        guard reference.first == UInt8(ascii: "#") else {
            return named.first { reference.elementsEqual($0.name) }?.byte
        }
        var digits = reference.dropFirst()
        let isHexadecimal = digits.first.map { $0 | 0x20 } == UInt8(ascii: "x")
        if isHexadecimal { digits = digits.dropFirst() }
        guard !digits.isEmpty else { return nil }
        var number = 0
        for digit in digits {
            guard let value = HexDigit.value(digit), isHexadecimal || value < 10 else { return nil }
            number = min(number * (isHexadecimal ? 16 : 10) + Int(value), 0x11_0000)
        }
        return number < 0x80 ? UInt8(number) : UInt8(ascii: "?")
    }
}
