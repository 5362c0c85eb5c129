/// The first message of a TLS client (RFC 8446, 4.1.2; RFC 5246, 7.4.1.2), as far as it tells TLS libraries apart.
///
/// What the client asks for is kept, its keys and random numbers are not. Values that clients make up to keep servers
/// tolerant (GREASE, RFC 8701) are left out.
package struct ClientHello: Hashable {
    /// The most bytes of it that are read.
    package static let maximumBytes = 16 * 1_024

    /// The version in the message itself.
    package private(set) var legacyVersion: UInt16
    /// The versions of the extension supported_versions.
    package private(set) var versions: [UInt16] = []
    /// The cipher suites, in order.
    package private(set) var ciphers: [UInt16] = []
    /// The extensions, in order.
    package private(set) var extensions: [UInt16] = []
    /// The signature algorithms, in order.
    package private(set) var signatures: [UInt16] = []
    /// The first protocol of the extension for them (ALPN, RFC 7301).
    package private(set) var firstProtocol: [UInt8] = []
    /// Whether the client names the server (SNI).
    package var namesServer: Bool { extensions.contains(0) }

    /// Whether bytes begin a record of a TLS handshake.
    package static func begins(_ bytes: ArraySlice<UInt8>) -> Bool {
        bytes.first == 0x16 && (bytes.count < 2 || bytes.dropFirst().first == 3)
    }

    /// How many bytes the first record has; `nil` while that has not come.
    package static func length(_ bytes: ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 5 else { return .max }
        let head = Array(bytes.prefix(5))
        return 5 + (Int(head[3]) << 8 | Int(head[4]))
    }

    /// Reads the record that bytes begin with; `nil` for one that is no client's hello, or damaged.
    package init?(_ bytes: ArraySlice<UInt8>) {
        var record = ByteFields(bytes)
        guard record.number8() == 0x16, record.number16() != nil, var message = record.field16(),
            message.number8() == 1, message.number8() != nil, var body = message.field16(),
            let version = body.number16(), body.skip(32), body.field8() != nil, var suites = body.field16(),
            body.field8() != nil
        else { return nil }
        legacyVersion = version
        while let cipher = suites.number16() { ciphers.append(cipher) }
        ciphers.removeAll(where: Self.isGrease)
        guard var list = body.field16() else { return }
        while let kind = list.number16() {
            guard var field = list.field16() else { return nil }
            if Self.isGrease(kind) { continue }
            extensions.append(kind)
            switch kind {
            case 13:
                guard var values = field.field16() else { return nil }
                while let value = values.number16() { signatures.append(value) }
                signatures.removeAll(where: Self.isGrease)
            case 16:
                guard var values = field.field16(), let first = values.field8() else { return nil }
                firstProtocol = Array(first.rest)
            case 43:
                guard var values = field.field8() else { return nil }
                while let value = values.number16() { versions.append(value) }
                versions.removeAll(where: Self.isGrease)
            default: break
            }
        }
    }

    private static func isGrease(_ value: UInt16) -> Bool { value & 0x0f0f == 0x0a0a && value >> 8 == value & 0xff }
}

/// Fields of a message, each of them behind its length. Nothing is read beyond the end.
struct ByteFields {
    /// What has not been read.
    private(set) var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    mutating func number8() -> UInt8? { rest.popFirst() }

    mutating func number16() -> UInt16? {
        guard rest.count >= 2, let high = rest.popFirst(), let low = rest.popFirst() else { return nil }
        return UInt16(high) << 8 | UInt16(low)
    }

    mutating func skip(_ count: Int) -> Bool {
        guard rest.count >= count else { return false }
        rest = rest.dropFirst(count)
        return true
    }

    mutating func field8() -> ByteFields? { number8().flatMap { field(Int($0)) } }

    mutating func field16() -> ByteFields? { number16().flatMap { field(Int($0)) } }

    private mutating func field(_ count: Int) -> ByteFields? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return ByteFields(rest.prefix(count))
    }
}
