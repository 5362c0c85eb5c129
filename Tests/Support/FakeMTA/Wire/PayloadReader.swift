/// Takes apart the data of a packet.
struct PayloadReader {
    /// The data end too early, or go on too long.
    struct Malformed: Error {
        var reason: String
    }

    private var rest: ArraySlice<UInt8>

    init(_ payload: [UInt8]) { rest = payload[...] }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func number() throws(Malformed) -> UInt32 {
        guard rest.count >= 4 else { throw Malformed(reason: "expected a number of four bytes") }
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
    }

    mutating func string() throws(Malformed) -> String {
        guard let end = rest.firstIndex(of: 0) else { throw Malformed(reason: "expected a NUL behind a string") }
        defer { rest = rest[(end + 1)...] }
        return ByteText.text(rest[..<end])
    }

    func finish() throws(Malformed) {
        guard rest.isEmpty else { throw Malformed(reason: "\(rest.count) bytes too many") }
    }
}
