internal import SMTP

extension HashingKey {
    /// What tells two keys apart and nothing about either: sixteen hexadecimal digits, of a digest under the key.
    public var id: String {
        (digest(domain: "key-id", parts: [[UInt8]()]) >> 64).padded(to: 16, radix: 16)
    }

    /// The key as text, for another server of the site: 64 hexadecimal digits. Whoever reads it can recompute every hash.
    public var exported: String {
        bytes.map { $0.padded(to: 2, radix: 16) }.joined()
    }

    /// Reads the text of a key; blanks around it do not count.
    public init(exported text: some StringProtocol) throws(HashingKeyError) {
        let digits = text.utf8.filter { $0 > 0x20 }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count - 1, by: 2) {
            let pair = String(decoding: digits[index...index + 1], as: UTF8.self)
            guard let byte = UInt8(pair, radix: 16), digits[index] != UInt8(ascii: "+") else { break }
            bytes.append(byte)
        }
        guard digits.count == 2 * Self.byteCount, bytes.count == Self.byteCount else {
            throw .wrongLength(file: nil, count: bytes.count)
        }
        try self.init(bytes: bytes)
    }
}
