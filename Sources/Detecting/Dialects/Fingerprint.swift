/// A 64-bit FNV-1a hash over bytes, the key of the compiled tables. It meets text of strangers, so a table never
/// trusts it alone where a collision would matter: a forged collision only makes a client look like a known program.
struct Fingerprint: Hashable, Sendable {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    mutating func add(_ byte: UInt8) {
        value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
    }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes { add(byte) }
    }

    mutating func add(_ bytes: Span<UInt8>, _ range: Range<Int>) {
        for index in range { add(bytes[index]) }
    }

    static func of(_ text: String) -> Fingerprint {
        var fingerprint = Fingerprint()
        fingerprint.add(text.utf8)
        return fingerprint
    }

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
