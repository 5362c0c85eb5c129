private import CSodium
private import SMTP

/// Words that only this process can make, each for one purpose.
enum TokenText {
    /// 256 bits of keyed BLAKE2b (RFC 7693) over the purpose, as 64 hexadecimal digits.
    static func make(_ secret: String, _ purpose: String) -> String {
        var digest = [UInt8](repeating: 0, count: 32)
        let (key, message) = (Array(secret.utf8), Array(purpose.utf8))
        // unsafe: the three buffers outlive the call and are described to it by their true lengths.
        _ = unsafe crypto_generichash(&digest, digest.count, message, UInt64(message.count), key, key.count)
        return digest.map { $0.padded(to: 2, radix: 16) }.joined()
    }
}
