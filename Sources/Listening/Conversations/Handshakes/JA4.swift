internal import SMTP
import CSodium

/// JA4, the fingerprint of a TLS client by what its hello offers.
///
/// Defined by FoxIO (github.com/FoxIO-LLC/ja4, technical_details/JA4.md; JA4 for TLS clients is under the BSD 3-clause
/// licence): `t`, the highest version, whether the server is named (`d`, `i`), how many cipher suites and extensions there
/// are (two digits each), the first and last character of the first ALPN protocol; then, each behind `_`, the first twelve
/// hexadecimal digits of the SHA-256 of the suites, sorted, and of the extensions, sorted and without SNI and ALPN, with
/// the signature algorithms in their order behind them. GREASE does not count.
extension ClientHello {
    /// The fingerprint, 36 characters. O(n log n) for n values.
    package var ja4: String {
        let head =
            "t" + Self.word(version: versions.max() ?? legacyVersion) + (namesServer ? "d" : "i")
            + Self.twoDigits(ciphers.count) + Self.twoDigits(extensions.count) + protocolWord
        let others = extensions.filter { $0 != 0 && $0 != 16 }
        var list = Self.list(others.sorted())
        if !signatures.isEmpty { list += "_" + Self.list(signatures) }
        return head + "_" + Self.digest(Self.list(ciphers.sorted())) + "_"
            + (others.isEmpty ? Self.none : Self.digest(list))
    }

    private static let none = "000000000000"

    private static func word(version: UInt16) -> String {
        switch version {
        case 0x0304: "13"
        case 0x0303: "12"
        case 0x0302: "11"
        case 0x0301: "10"
        case 0x0300: "s3"
        case 0x0002: "s2"
        default: "00"
        }
    }

    private static func twoDigits(_ count: Int) -> String {
        let count = min(count, 99)
        return count < 10 ? "0\(count)" : "\(count)"
    }

    /// The first and the last character; of a protocol that has others than letters and digits there, of its hexadecimal
    /// form.
    private var protocolWord: String {
        guard let first = firstProtocol.first, let last = firstProtocol.last else { return "00" }
        if Self.isAlphanumeric(first), Self.isAlphanumeric(last) {
            return String(decoding: [first, last], as: UTF8.self)
        }
        let (one, other) = (first.padded(to: 2, radix: 16), last.padded(to: 2, radix: 16))
        return String(one.prefix(1)) + String(other.suffix(1))
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x41...0x5a ~= byte || 0x61...0x7a ~= byte
    }

    private static func list(_ values: [UInt16]) -> String {
        values.map { $0.padded(to: 4, radix: 16) }.joined(separator: ",")
    }

    private static func digest(_ text: String) -> String {
        guard !text.isEmpty else { return none }
        var digest = [UInt8](repeating: 0, count: Int(crypto_hash_sha256_BYTES))
        let bytes = Array(text.utf8)
        // unsafe: libsodium reads the text's bytes and fills the 32 bytes of the digest.
        unsafe _ = crypto_hash_sha256(&digest, bytes, UInt64(bytes.count))
        return digest.prefix(6).map { $0.padded(to: 2, radix: 16) }.joined()
    }
}
