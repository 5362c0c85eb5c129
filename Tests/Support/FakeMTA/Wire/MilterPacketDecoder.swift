/// Cuts a stream of bytes into packets.
///
/// Bytes may arrive in pieces of any size. The decoder knows no sockets.
public struct MilterPacketDecoder: Sendable {
    /// What is wrong with a stream; there is no way back into step.
    public enum Failure: Error, Hashable, Sendable {
        /// A packet of length zero, without even a letter.
        case emptyPacket
        /// A packet announced to be longer than the limit.
        case tooLarge(announced: Int, limit: Int)
    }

    /// The greatest length of letter and data that is accepted.
    public let limit: Int
    private var buffer: [UInt8] = []
    private var start = 0

    /// A decoder at the beginning of a stream. The limit is generous: a body piece of 65535 bytes and its letter.
    public init(limit: Int = 65536) {
        self.limit = limit
    }

    /// How many bytes wait for the rest of their packet.
    public var pendingCount: Int { buffer.count - start }

    /// Adds bytes from the stream.
    public mutating func append(_ bytes: some Collection<UInt8>) {
        if start > 0 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// The next packet, or nil while it is incomplete.
    ///
    /// - Throws: ``Failure`` as soon as the length is known to be impossible.
    public mutating func next() throws(Failure) -> MilterPacket? {
        guard pendingCount >= 4 else { return nil }
        let length = buffer[start..<start + 4].reduce(0) { $0 << 8 | Int($1) }
        guard length > 0 else { throw .emptyPacket }
        guard length <= limit else { throw .tooLarge(announced: length, limit: limit) }
        guard pendingCount >= 4 + length else { return nil }
        let packet = MilterPacket(letter: buffer[start + 4], payload: Array(buffer[start + 5..<start + 4 + length]))
        start += 4 + length
        return packet
    }
}
