/// Undoes a transfer encoding, byte by byte, wherever the bytes are cut (RFC 2045, section 6).
struct TransferDecoder {
    /// The encodings of text.
    enum Encoding: Equatable {
        case none, quotedPrintable, base64

        /// The encoding that a header names; anything unknown is none.
        init(_ name: [UInt8]) {
            if name.elementsEqual("quoted-printable".utf8) {
                self = .quotedPrintable
            } else if name.elementsEqual("base64".utf8) {
                self = .base64
            } else {
                self = .none
            }
        }
    }

    private enum State: Equatable {
        case plain
        /// Behind `=`; blanks may stand before a soft line break.
        case equals
        case blanks
        case carriageReturn
        case digit(UInt8)
    }

    private let encoding: Encoding
    private var state = State.plain
    /// The bits of base64 that make no byte yet, and how many.
    private var bits: UInt32 = 0
    private var count = 0

    init(_ encoding: Encoding) {
        self.encoding = encoding
    }

    /// Takes a byte, and hands on what it completes: two bytes at most. O(1).
    mutating func take(_ byte: UInt8, _ handOn: (UInt8) -> Void) {
        switch encoding {
        case .none: handOn(byte)
        case .base64:
            guard let value = Self.value(byte) else { return }
            bits = bits << 6 | UInt32(value)
            count += 6
            guard count >= 8 else { return }
            count -= 8
            handOn(UInt8(truncatingIfNeeded: bits >> UInt32(count)))
        case .quotedPrintable: takeQuoted(byte, handOn)
        }
    }

    private mutating func takeQuoted(_ byte: UInt8, _ handOn: (UInt8) -> Void) {
        let before = state
        state = .plain
        switch before {
        case .plain:
            if byte == UInt8(ascii: "=") { state = .equals } else { handOn(byte) }
        case .equals:
            switch byte {
            case 0x0a: break
            case 0x0d: state = .carriageReturn
            case 0x20, 0x09: state = .blanks
            default:
                guard HexDigit.value(byte) != nil else {
                    // Not an escape at all: as it stands.
                    handOn(UInt8(ascii: "="))
                    return takeQuoted(byte, handOn)
                }
                state = .digit(byte)
            }
        case .blanks:
            switch byte {
            case 0x0a: break
            case 0x0d: state = .carriageReturn
            case 0x20, 0x09: state = .blanks
            default: takeQuoted(byte, handOn)
            }
        case .carriageReturn:
            if byte != 0x0a { takeQuoted(byte, handOn) }
        case .digit(let first):
            guard let high = HexDigit.value(first), let low = HexDigit.value(byte) else {
                handOn(UInt8(ascii: "="))
                handOn(first)
                return takeQuoted(byte, handOn)
            }
            handOn(high << 4 | low)
        }
    }

    private static func value(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x41...0x5a: byte - 0x41
        case 0x61...0x7a: byte - 0x47
        case 0x30...0x39: byte + 4
        case UInt8(ascii: "+"), UInt8(ascii: "-"): 62
        case UInt8(ascii: "/"), UInt8(ascii: "_"): 63
        default: nil
        }
    }
}
