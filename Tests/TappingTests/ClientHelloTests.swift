import Conversations
import Seeded
import Testing

/// A TLS client's hello, and JA4's definition of its fingerprint.
struct ClientHelloTests {
    /// A hello of these parts, as a record.
    static func record(
        version: Int = 0x0303, ciphers: [Int], extensions: [(Int, [UInt8])], recordVersion: Int = 0x0301
    ) -> [UInt8] {
        func big(_ number: Int) -> [UInt8] { [UInt8(number >> 8 & 0xff), UInt8(number & 0xff)] }
        let list = extensions.flatMap { big($0.0) + big($0.1.count) + $0.1 }
        let suites = ciphers.flatMap(big)
        let body =
            big(version) + Array(repeating: 7, count: 32) + [4, 1, 2, 3, 4] + big(suites.count) + suites + [1, 0]
            + big(list.count) + list
        let message = [1, UInt8(body.count >> 16)] + big(body.count & 0xffff) + body
        return [0x16] + big(recordVersion) + big(message.count) + message
    }

    /// The example of JA4's definition: a browser's hello, with GREASE among its values.
    static let browser = record(
        ciphers: [
            0x1a1a, 0x1301, 0x1302, 0x1303, 0xc02b, 0xc02f, 0xc02c, 0xc030, 0xcca9, 0xcca8, 0xc013, 0xc014, 0x009c,
            0x009d, 0x002f, 0x0035,
        ],
        extensions: [
            (0x2a2a, []), (0x001b, [2, 0, 2]), (0x0000, [0, 4, 0, 0, 1, 0x61]), (0x0033, []),
            (0x0010, [0, 12, 2] + Array("h2".utf8) + [8] + Array("http/1.1".utf8)), (0x4469, []), (0x0017, []),
            (0x002d, []),
            (0x000d, [0, 16, 4, 3, 8, 4, 4, 1, 5, 3, 8, 5, 5, 1, 8, 6, 6, 1]), (0x0005, []), (0x0023, []),
            (0x0012, []), (0x002b, [6, 0x3a, 0x3a, 3, 4, 3, 3]), (0xff01, []), (0x000b, []), (0x000a, []),
            (0x0015, []), (0x0a0a, []),
        ])

    @Test("The example of the definition")
    func example() {
        #expect(ClientHello(Self.browser[...])?.ja4 == "t13d1516h2_8daaf6152771_e5627efa2ab1")
    }

    @Test("Without a name, protocols, signatures or extensions")
    func bare() throws {
        let none = try #require(ClientHello(Self.record(ciphers: [], extensions: [])[...]))
        #expect(none.ja4 == "t12i000000_000000000000_000000000000")
        // sha256("002f") and sha256("000a").
        let old = try #require(ClientHello(Self.record(version: 0x0301, ciphers: [0x2f], extensions: [(10, [])])[...]))
        #expect(old.ja4.hasPrefix("t10i010100_"))
        let odd = try #require(
            ClientHello(Self.record(ciphers: [0x2f], extensions: [(16, [0, 3, 2, 0xab, 0xcd])])[...]))
        #expect(odd.ja4.hasPrefix("t12i0101ad_") && odd.ja4.hasSuffix("_000000000000"))
    }

    @Test("Cut off anywhere, it is not a hello; damaged anywhere, nothing happens")
    func damaged() {
        for count in 0..<Self.browser.count { #expect(ClientHello(Self.browser[..<count]) == nil) }
        var generator = SeededGenerator(seed: 4)
        for _ in 0..<2_000 {
            var bytes = Self.browser
            for _ in 0..<4 {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            if let ja4 = ClientHello(bytes[...])?.ja4 { #expect(ja4.utf8.count == 36) }
        }
    }
}
