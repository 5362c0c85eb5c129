/// Cuts what was received into packets: four bytes of length, a letter, and data.
enum PacketFraming {
    /// What stands at a place in what was received.
    enum Piece: Equatable {
        /// A packet, of which more is to come.
        case incomplete

        /// What no mail server sends: a letter that is none, or more data than any packet has.
        case refused

        /// A packet: its letter, where its data is, and where the next one begins.
        case packet(letter: UInt8, data: Range<Int>)
    }

    /// The most bytes of data in a packet. Postfix sends headers as long as `header_size_limit` lets them be.
    static let maximumData = 262_143

    /// Length and letter.
    static let headLength = 5

    /// The packet that begins at `start`. O(1).
    static func piece(of bytes: borrowing Span<UInt8>, at start: Int) -> Piece {
        let available = bytes.count - start
        guard available >= headLength else { return .incomplete }
        let letter = bytes[start + 4]
        guard 0x20...0x7f ~= letter else { return .refused }
        let announced =
            UInt32(bytes[start]) << 24 | UInt32(bytes[start + 1]) << 16 | UInt32(bytes[start + 2]) << 8
            | UInt32(bytes[start + 3])
        let begin = start + headLength
        // The length counts the letter. Nothing at all is taken for a letter without data, as libmilter does.
        guard announced > 1 else { return .packet(letter: letter, data: begin..<begin) }
        guard announced <= UInt32(maximumData + 1) else { return .refused }
        let size = Int(announced) - 1
        guard available - headLength >= size else { return .incomplete }
        return .packet(letter: letter, data: begin..<begin + size)
    }
}
