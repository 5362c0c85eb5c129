/// The fingerprint of a TLS client's hello (JA4), and its parts.
///
/// `t13d1516h2_8daaf6152771_e5627efa2ab1`: version, whether the server is named, how many suites and extensions, the first
/// ALPN protocol; behind the first `_` a hash of the sorted suites, behind the second one of the sorted extensions and the
/// signature algorithms (github.com/FoxIO-LLC/ja4, technical_details/JA4.md). The order of suites and extensions does not
/// count, nor do the server's name and ALPN in the hashes. Which library it is shows in the suites: extensions come and go
/// with resumption, padding and the server's name.
public struct HelloPrint: Sendable, Hashable, Comparable, CustomStringConvertible {
    /// The whole fingerprint, 36 characters.
    public let description: String

    /// The hash of the suites; zeros when there were none.
    public var suites: Substring { description.dropFirst(11).prefix(12) }

    /// The hash of extensions and signature algorithms; zeros when there were none.
    public var extensions: Substring { description.dropFirst(24) }

    /// Whether a client without suites, or something that was not understood: it tells of no library.
    var isEmpty: Bool { suites.utf8.allSatisfy { $0 == UInt8(ascii: "0") } }

    /// The fingerprint of a text; `nil` for what is none. O(1).
    public init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8.prefix(37))
        guard bytes.count == 36, bytes[10] == UInt8(ascii: "_"), bytes[23] == UInt8(ascii: "_"),
            bytes[0] == UInt8(ascii: "t"), bytes[..<10].allSatisfy(Self.isAlphanumeric),
            bytes[11..<23].allSatisfy(Self.isHexadecimal), bytes[24...].allSatisfy(Self.isHexadecimal)
        else { return nil }
        description = String(text)
    }

    /// The order of the texts.
    public static func < (left: HelloPrint, right: HelloPrint) -> Bool { left.description < right.description }

    private static func isHexadecimal(_ byte: UInt8) -> Bool { 0x30...0x39 ~= byte || 0x61...0x66 ~= byte }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        0x30...0x39 ~= byte || 0x41...0x5a ~= byte || 0x61...0x7a ~= byte
    }
}
