private import CSodium

/// libsodium, started once; thread-safe by the language's rules for globals.
enum Sodium {
    static let isReady: Bool = sodium_init() >= 0
}

/// The digest of a payload: BLAKE2b (RFC 7693) of 32 bytes, without a key.
public struct PayloadDigest: Hashable, Sendable {
    static let byteCount = 32

    let bytes: [UInt8]

    /// The digest of `message`. O(length).
    public init(of message: [UInt8]) {
        precondition(Sodium.isReady, "libsodium does not start")
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        // Both buffers outlive the call and are described to it by their true lengths; there is no key.
        unsafe digest.withUnsafeMutableBufferPointer { output in
            unsafe message.withUnsafeBufferPointer { input in
                let result = unsafe crypto_generichash(
                    output.baseAddress!, output.count, input.baseAddress, UInt64(input.count), nil, 0)
                precondition(result == 0, "libsodium refused a 32-byte digest")
            }
        }
        bytes = digest
    }

    /// Reads the digits that `description` writes; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(text.utf8, count: Self.byteCount) else { return nil }
        self.bytes = bytes
    }

    /// The first eight bytes, the first one most significant.
    public var prefix: UInt64 { bytes.prefix(8).reduce(0) { $0 << 8 | UInt64($1) } }
}

extension PayloadDigest: Comparable {
    /// The order of the bytes.
    public static func < (lhs: PayloadDigest, rhs: PayloadDigest) -> Bool {
        lhs.bytes.lexicographicallyPrecedes(rhs.bytes)
    }
}

extension PayloadDigest: CustomStringConvertible {
    /// 64 hexadecimal digits.
    public var description: String { Hexadecimal.text(bytes) }
}
