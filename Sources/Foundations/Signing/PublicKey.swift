private import CSodium

/// The public half of a signing key (Ed25519, RFC 8032): who holds it can tell what its owner has signed.
public struct PublicKey: Hashable, Sendable {
    /// The number of bytes of a key.
    public static let byteCount = 32

    /// What the text form begins with.
    private static let prefix = "ed25519:"

    let bytes: [UInt8]

    /// A key of ``byteCount`` bytes; `nil` for another number.
    public init?(bytes: some Sequence<UInt8>) {
        let bytes = Array(bytes)
        guard bytes.count == Self.byteCount else { return nil }
        self.bytes = bytes
    }

    /// Reads the text that `description` writes, in any letter case; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        guard text.lowercased().hasPrefix(Self.prefix),
            let bytes = Hexadecimal.bytes(text.utf8.dropFirst(Self.prefix.utf8.count), count: Self.byteCount)
        else { return nil }
        self.bytes = bytes
    }

    /// The short name of the key: the first eight bytes of its BLAKE2b digest.
    public var id: SignerID { SignerID(bits: PayloadDigest(of: bytes).prefix) }

    /// Whether `signature` is the key owner's, of exactly these bytes. O(length).
    public func isSignature(_ signature: [UInt8], of message: [UInt8]) -> Bool {
        guard Sodium.isReady, signature.count == SigningKey.signatureByteCount else { return false }
        // The three buffers outlive the call and have the lengths that it expects of them.
        return unsafe signature.withUnsafeBufferPointer { signature in
            unsafe message.withUnsafeBufferPointer { message in
                unsafe bytes.withUnsafeBufferPointer { key in
                    unsafe crypto_sign_verify_detached(
                        signature.baseAddress!, message.baseAddress, UInt64(message.count), key.baseAddress!) == 0
                }
            }
        }
    }
}

extension PublicKey: CustomStringConvertible {
    /// `ed25519:` and 64 hexadecimal digits.
    public var description: String { Self.prefix + Hexadecimal.text(bytes) }
}

/// The short name of a public key, by which documents say who signed them. It proves nothing: only the signature does.
public struct SignerID: Hashable, Comparable, Sendable {
    /// The bits.
    public let bits: UInt64

    /// A name of its bits.
    public init(bits: UInt64) {
        self.bits = bits
    }

    /// Reads sixteen hexadecimal digits; `nil` for anything else.
    public init?(_ text: some StringProtocol) {
        guard let bytes = Hexadecimal.bytes(text.utf8, count: 8) else { return nil }
        bits = bytes.reduce(0) { $0 << 8 | UInt64($1) }
    }

    /// The order of the bits.
    public static func < (lhs: SignerID, rhs: SignerID) -> Bool { lhs.bits < rhs.bits }
}

extension SignerID: CustomStringConvertible {
    /// Sixteen hexadecimal digits.
    public var description: String {
        Hexadecimal.text((0..<8).map { UInt8(truncatingIfNeeded: bits >> UInt64(56 - 8 * $0)) })
    }
}
