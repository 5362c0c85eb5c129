import SMTP

/// The key of the compiled tables. It meets text of strangers, so a table never trusts it alone where a collision would
/// matter: a forged collision only makes a client look like a known program.
typealias Fingerprint = FNVHash

extension FNVHash {
    mutating func add(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        for index in range { add(bytes[index]) }
    }

    static func of(_ text: String) -> Fingerprint { Fingerprint(text.utf8) }

    /// The hash of bytes with ASCII letters in lower case.
    static func folded(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Fingerprint {
        var fingerprint = Fingerprint()
        for index in range {
            let byte = bytes[index]
            fingerprint.add(0x41...0x5a ~= byte ? byte | 0x20 : byte)
        }
        return fingerprint
    }
}
