private import CSodium

/// A key that signs (Ed25519, RFC 8032): a seed of 32 bytes, never printed. The same key and bytes give the same signature.
public struct SigningKey: Sendable {
    /// The number of bytes of a seed.
    public static let byteCount = 32

    /// The number of bytes of a signature.
    public static let signatureByteCount = 64

    let seed: [UInt8]
    private let secret: [UInt8]

    /// The half that others may know.
    public let publicKey: PublicKey

    /// The key of a seed of ``byteCount`` bytes; `nil` for another number.
    init?(seed: [UInt8]) {
        guard seed.count == Self.byteCount else { return nil }
        precondition(Sodium.isReady, "libsodium does not start")
        var open = [UInt8](repeating: 0, count: PublicKey.byteCount)
        var secret = [UInt8](repeating: 0, count: 64)
        // The buffers outlive the call, which reads and writes exactly their lengths.
        let result = unsafe open.withUnsafeMutableBufferPointer { open in
            unsafe secret.withUnsafeMutableBufferPointer { secret in
                unsafe seed.withUnsafeBufferPointer { seed in
                    unsafe crypto_sign_seed_keypair(open.baseAddress!, secret.baseAddress!, seed.baseAddress!)
                }
            }
        }
        guard result == 0, let publicKey = PublicKey(bytes: open) else { return nil }
        self.seed = seed
        self.secret = secret
        self.publicKey = publicKey
    }

    /// A new key from the system's random numbers. Traps when the system has none.
    public static func random() -> SigningKey {
        precondition(Sodium.isReady, "libsodium found no source of random numbers")
        var seed = [UInt8](repeating: 0, count: byteCount)
        // The buffer outlives the call, which fills exactly its length.
        unsafe seed.withUnsafeMutableBytes { unsafe randombytes_buf($0.baseAddress!, $0.count) }
        guard let key = SigningKey(seed: seed) else { preconditionFailure("libsodium refused a seed of 32 bytes") }
        return key
    }

    /// The signature of `message`. O(length).
    public func signature(of message: [UInt8]) -> [UInt8] {
        var signature = [UInt8](repeating: 0, count: Self.signatureByteCount)
        // The buffers outlive the call, which writes exactly 64 bytes and reads the others to their lengths.
        unsafe signature.withUnsafeMutableBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe secret.withUnsafeBufferPointer { secret in
                    unsafe _ = crypto_sign_detached(
                        signature.baseAddress!, nil, message.baseAddress, UInt64(message.count), secret.baseAddress!)
                }
            }
        }
        return signature
    }
}

extension SigningKey: CustomStringConvertible, CustomReflectable {
    /// The public half's name: the secret is not shown.
    public var description: String { "SigningKey(\(publicKey.id))" }

    /// A mirror without children: the secret is not shown by `dump` either.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
