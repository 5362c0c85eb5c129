/// Finds addresses in a text that comes byte by byte: `http://`, `https://`, `www.`, and in HTML those without a scheme in an
/// attribute. What language or character set the text is in does not matter; NULs are passed over, so that UTF-16 is read.
struct URLScanner {
    /// The longest address that is looked at; of a longer one, so much.
    static let longest = 1_000

    private let isHTML: Bool
    /// The last eight bytes in lower case, the newest lowest.
    private var tail: UInt64 = 0
    private var isInside = false
    /// The quote that ends the address; 0 for none.
    private var quote: UInt8 = 0
    private var address: [UInt8] = []

    init(isHTML: Bool) {
        self.isHTML = isHTML
    }

    /// Takes a byte; hands on an address that it ends, from its host on. O(1).
    mutating func take(_ byte: UInt8, _ handOn: (ArraySlice<UInt8>) -> Void) {
        guard byte != 0 else { return }
        if isInside {
            // Browsers pass over line ends and tabs within an attribute.
            if quote != 0, byte == 0x0a || byte == 0x0d || byte == 0x09 { return }
            guard ends(byte) else {
                if address.count < Self.longest {
                    address.append(byte == UInt8(ascii: "\\") ? UInt8(ascii: "/") : byte)
                }
                return
            }
            finish(handOn)
        }
        let folded = byte == UInt8(ascii: "\\") ? UInt8(ascii: "/") : TokenShape.lowercased(byte)
        tail = tail << 8 | UInt64(folded)
        if tail & 0xff_ffff_ffff_ffff == Self.http || tail == Self.https {
            // The byte before the scheme: of the longer one it has left the register.
            begin(after: tail == Self.https ? beforeHTTPS : UInt8(truncatingIfNeeded: tail >> 56))
        } else if tail & 0xffff_ffff == Self.www, !Self.joins(UInt8(truncatingIfNeeded: tail >> 32)) {
            begin(after: UInt8(truncatingIfNeeded: tail >> 32))
            address += Array("www.".utf8)
        } else if isHTML, folded == UInt8(ascii: "/") {
            let before = UInt8(truncatingIfNeeded: tail >> 16)
            let isQuoted = before == UInt8(ascii: "\"") || before == UInt8(ascii: "'")
            let equals = UInt8(truncatingIfNeeded: tail >> (isQuoted ? 24 : 16))
            if tail & 0xffff == Self.slashes, equals == UInt8(ascii: "=") { begin(after: before) }
        }
        if UInt8(truncatingIfNeeded: tail) == UInt8(ascii: "h") { beforeH = UInt8(truncatingIfNeeded: tail >> 8) }
        if tail & 0xff_ffff_ffff == Self.hDotted { beforeHTTPS = beforeH }
    }

    /// The byte before the last `h`, and that before the last `https`.
    private var beforeH: UInt8 = 0
    private var beforeHTTPS: UInt8 = 0

    /// The text is over: what has begun is an address.
    mutating func finish(_ handOn: (ArraySlice<UInt8>) -> Void) {
        guard isInside else { return }
        isInside = false
        tail = 0
        var end = address.endIndex
        // What closes a sentence or a bracket is not the address's.
        while quote == 0, end > 0, Self.closing.contains(address[end - 1]) { end -= 1 }
        if end > 2 { handOn(address[..<end]) }
        address.removeAll(keepingCapacity: true)
    }

    private mutating func begin(after byte: UInt8) {
        isInside = true
        quote = isHTML && (byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")) ? byte : 0
        tail = 0
    }

    private func ends(_ byte: UInt8) -> Bool {
        if quote != 0, byte == quote { return true }
        return switch byte {
        case ...0x20, 0x7f, 0x22, 0x3c, 0x3e, 0x60, 0x7b, 0x7c, 0x7d: true
        case 0x27: isHTML && quote == 0
        default: false
        }
    }

    /// Whether `www.` behind it belongs to a longer name.
    private static func joins(_ byte: UInt8) -> Bool {
        TokenShape.isAlphanumeric(byte) || byte == 0x2d || byte == 0x2e || byte == 0x40 || byte == 0x2f
            || byte == 0x5f
    }

    private static let closing = Set(".,;:!?)]}'*_".utf8)
    private static let http = register("http://")
    private static let https = register("https://")
    private static let hDotted = register("https")
    private static let www = register("www.")
    private static let slashes = register("//")

    private static func register(_ text: StaticString) -> UInt64 {
        "\(text)".utf8.reduce(0) { $0 << 8 | UInt64($1) }
    }
}
