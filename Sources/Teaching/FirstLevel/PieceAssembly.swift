internal import Redis
internal import SenderExchange

/// Puts documents together of pieces that stand next to each other in a stream. Whoever adds one adds all its pieces in one
/// step, so that a piece out of its place is no submission's. Memory: one document.
struct PieceAssembly {
    /// What becomes of an entry.
    enum Outcome: Hashable {
        /// A piece, and more are to come.
        case piece

        /// The last piece of a document, and the place before its first.
        case whole([UInt8], before: RedisStreamID)

        /// No piece, or one that does not belong here: why.
        case foreign(String)
    }

    private var document: [UInt8] = []
    private var bytes: [UInt8] = []
    private var number = 0
    private var count = 0

    /// The place before the first piece of a document that is not whole yet.
    private(set) var start: RedisStreamID?

    /// Takes an entry; `before` is the place of the one before it.
    mutating func take(_ entry: RedisStreamEntry, after before: RedisStreamID) -> Outcome {
        let pending = self
        self = PieceAssembly()
        guard let document = entry.fields["document"], let piece = entry.fields["piece"].flatMap(Self.numbers),
            let bytes = entry.fields["bytes"], !bytes.isEmpty
        else { return .foreign("is not a piece of a submission") }
        var next = pending
        if piece.number == 1 {
            next = PieceAssembly()
            (next.document, next.count, next.start) = (document, piece.count, before)
        }
        guard next.document == document, next.count == piece.count, next.number == piece.number - 1 else {
            return .foreign("is a piece without those before it")
        }
        guard next.bytes.count + bytes.count <= SenderSubmission.largest + 4_096 else {
            return .foreign("belongs to a document that is larger than any submission")
        }
        next.number = piece.number
        next.bytes += bytes
        if next.number == next.count { return .whole(next.bytes, before: next.start ?? before) }
        self = next
        return .piece
    }

    /// Reads `2/3`.
    private static func numbers(_ text: [UInt8]) -> (number: Int, count: Int)? {
        let parts = String(decoding: text.prefix(24), as: UTF8.self).split(separator: "/")
        guard parts.count == 2, let number = Int(parts[0]), let count = Int(parts[1]), number >= 1,
            number <= count
        else { return nil }
        return (number, count)
    }
}
