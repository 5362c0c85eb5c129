private import CSodium

/// The secret under which addresses are hashed: 32 bytes, never printed.
///
/// Hashes are BLAKE2b (RFC 7693) with a key and 16 bytes of output. Whoever holds the key can recompute the hash of
/// an address; nobody else can, and nobody can go back from a hash to the address.
public struct HashingKey: Sendable {
    /// The number of bytes of a key.
    public static let byteCount = 32

    let bytes: [UInt8]

    /// Picks the fastest implementation for this processor, once; thread-safe by the language's rules for globals.
    private static let isReady: Bool = sodium_init() >= 0

    /// A key of ``byteCount`` bytes.
    public init(bytes: some Sequence<UInt8>) throws(HashingKeyError) {
        let bytes = Array(bytes)
        guard bytes.count == Self.byteCount else { throw .wrongLength(file: nil, count: bytes.count) }
        self.bytes = bytes
    }

    private init(drawing count: Int) {
        precondition(Self.isReady, "libsodium found no source of random numbers")
        var bytes = [UInt8](repeating: 0, count: count)
        // The buffer outlives the call, which fills exactly its length.
        unsafe bytes.withUnsafeMutableBytes { unsafe randombytes_buf($0.baseAddress!, $0.count) }
        self.bytes = bytes
    }

    /// A new key from the system's random numbers. Traps when the system has none.
    public static func random() -> HashingKey { HashingKey(drawing: byteCount) }

    /// The digest of `message`, of any length: plain keyed BLAKE2b-128, first byte most significant. O(length).
    public func digest(_ message: [UInt8]) -> UInt128 { digest(message.span) }

    /// The digest of a message of parts. O(length).
    public func digest(_ message: DigestMessage) -> UInt128 { message.withBytes { digest($0) } }

    private func digest(_ message: Span<UInt8>) -> UInt128 {
        precondition(Self.isReady, "libsodium does not start")
        var digest: UInt128 = 0
        // The three buffers outlive the call and are described to it by their true lengths; it cannot fail for 16
        // bytes of output and a key of 32.
        unsafe withUnsafeMutableBytes(of: &digest) { output in
            unsafe message.withUnsafeBufferPointer { input in
                unsafe bytes.withUnsafeBufferPointer { key in
                    let result = unsafe crypto_generichash(
                        output.baseAddress!, output.count, input.baseAddress, UInt64(input.count), key.baseAddress,
                        key.count)
                    precondition(result == 0, "libsodium refused a 16-byte digest")
                }
            }
        }
        return UInt128(bigEndian: digest)
    }

    /// The digest of several parts in order, for the purpose that `domain` names: see ``DigestMessage``. O(total length).
    @inlinable
    public func digest(domain: StaticString, parts: [some Sequence<UInt8>]) -> UInt128 {
        var message = DigestMessage(domain)
        for part in parts { message.add(Array(part)) }
        return digest(message)
    }
}

extension HashingKey: CustomStringConvertible, CustomReflectable {
    /// A placeholder: the secret is not shown.
    public var description: String { "HashingKey(secret)" }

    /// A mirror without children: the secret is not shown by `dump` either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
