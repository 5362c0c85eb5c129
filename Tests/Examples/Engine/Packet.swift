import SMTP

/// A packet of the milter protocol: its length in four bytes, a letter, data.
struct Packet {
    /// The longest packet that is taken: Sendmail's limit for data, and a letter.
    static let maximumCount = 1 + 1 << 20

    let letter: Unicode.Scalar
    let data: [UInt8]

    /// The data without the NUL that ends its last string.
    var strings: [UInt8] { data.last == 0 ? data.dropLast() : data }

    /// Takes the first packet off `bytes`; `nil` while its end has not come.
    ///
    /// - Throws: ``Malformed`` for a length that no packet has.
    static func next(from bytes: inout [UInt8]) throws(Malformed) -> Packet? {
        guard bytes.count >= 4 else { return nil }
        let count = Int(bytes[..<4].reduce(UInt32(0)) { $0 << 8 | UInt32($1) })
        guard 1...maximumCount ~= count else { throw Malformed() }
        guard bytes.count >= 4 + count else { return nil }
        defer { bytes.removeFirst(4 + count) }
        return Packet(letter: Unicode.Scalar(bytes[4]), data: Array(bytes[5..<4 + count]))
    }

    /// Whoever sends this speaks another protocol.
    struct Malformed: Error {}

    /// A packet to send.
    static func bytes(_ letter: Unicode.Scalar, _ data: [UInt8] = []) -> [UInt8] {
        bytes(of: UInt32(clamping: data.count + 1)) + [UInt8(ascii: letter)] + data
    }

    /// Four bytes, the highest first.
    static func bytes(of number: UInt32) -> [UInt8] {
        [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: number >> $0) }
    }

    /// The answer that refuses with a reply of the filter's.
    static func bytes(of reply: RefusalReply) -> [UInt8] {
        let code = reply.enhancedCode.map { "\($0) " } ?? ""
        let lines = reply.lines.enumerated().map { index, line in
            "\(reply.code)\(index + 1 < reply.lines.count ? "-" : " ")\(code)\(line.replacing("%", with: "%%"))"
        }
        return bytes("y", Array(lines.joined(separator: "\r\n").utf8) + [0])
    }
}
