import SMTP
import Testing

/// The published values of FNV-1a, 64 bits.
@Suite("FNV-1a")
struct FNVHashTests {
    @Test(
        arguments: [("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("foobar", 0x8594_4171_f739_67e8)]
            as [(String, UInt64)])
    func published(text: String, value: UInt64) {
        #expect(FNVHash(text.utf8).value == value)
        var hash = FNVHash()
        for byte in text.utf8 { hash.add(byte) }
        #expect(hash.value == value)
    }
}
