/// One direction of a TCP connection: segments in as captured, pieces of new payload out in order.
///
/// Positions count the bytes since the first segment seen, so that sequence numbers may wrap. Nothing comes out before
/// the beginning is known, from a SYN or because `settle()` was called.
public struct StreamReassembler: Sendable {
    /// A piece of payload that waits.
    public struct Piece: Sendable {
        /// Where it begins.
        public var position: Int64
        /// When it was captured.
        public var time: UInt64
        /// The how-manieth segment of the connection it was.
        public var arrival: UInt64
        /// What the sender had received when it sent this.
        public var acknowledgement: UInt32?
        /// The bytes.
        public var bytes: ArraySlice<UInt8>
        /// Bytes that followed on the wire but were not captured.
        public var missing: Int

        fileprivate var end: Int64 { position + Int64(bytes.count + missing) }

        fileprivate func precedes(_ other: Piece) -> Bool {
            (position, time, arrival) < (other.position, other.time, other.arrival)
        }
    }

    /// A jump that no TCP window allows; such a segment belongs to nothing here.
    private static let farthest: Int64 = 1 << 30

    /// The sequence number at position 0.
    private var origin: UInt32?
    /// The initial sequence number, if the SYN was seen.
    public private(set) var initial: UInt32?
    /// Whether it is known where the stream begins.
    public private(set) var isSettled = false
    /// Where the next new byte belongs.
    private var position: Int64 = 0
    private var waiting: [Piece] = []
    private var fin: (position: Int64, time: UInt64)?

    /// Whether the stream has ended and all before its end has come out.
    public private(set) var hasEnded = false

    /// A direction of which nothing was seen.
    public init() {}

    /// Pieces that wait.
    public var waitingCount: Int { waiting.count }

    /// Bytes that wait.
    public private(set) var waitingBytes = 0

    /// Segments that no window allows, which were dropped.
    public private(set) var strays = 0

    /// The sequence number of the next new byte; `nil` while that is unknown.
    public var next: UInt32? {
        guard isSettled, let origin else { return nil }
        return origin &+ UInt32(truncatingIfNeeded: position + (hasEnded ? 1 : 0))
    }

    /// Whether a SYN with this number would begin another connection.
    public func isForeign(syn sequence: UInt32) -> Bool {
        if let initial { return initial != sequence }
        guard let origin else { return false }
        // The SYN of this very connection comes just before what waits, and nothing of it has come out.
        return isSettled || offset(of: sequence &+ 1, from: origin) > (waiting.first?.position ?? 0)
    }

    /// Takes a segment.
    public mutating func insert(_ segment: TCPSegment, arrival: UInt64) {
        var sequence = segment.sequence
        if segment.flags.contains(.syn) {
            initial = segment.sequence
            sequence &+= 1
        }
        let origin = self.origin ?? sequence
        self.origin = origin
        let start = offset(of: sequence, from: origin)
        guard abs(start - position) < Self.farthest else {
            strays += 1
            return
        }
        if segment.flags.contains(.syn), !isSettled {
            isSettled = true
            position = start
        }
        let piece = Piece(
            position: start, time: segment.time, arrival: arrival,
            acknowledgement: segment.flags.contains(.ack) ? segment.acknowledgement : nil,
            bytes: segment.payload[...], missing: segment.missing)
        if segment.flags.contains(.fin), fin == nil { fin = (piece.end, segment.time) }
        guard piece.end > start, !isSettled || piece.end > position else { return }
        let index = waiting.lastIndex { $0.precedes(piece) }.map { $0 + 1 } ?? 0
        waiting.insert(piece, at: index)
        waitingBytes += piece.bytes.count
    }

    /// Takes the earliest segment seen for the beginning.
    public mutating func settle() {
        guard !isSettled else { return }
        isSettled = true
        position = waiting.first?.position ?? fin?.position ?? 0
    }

    /// The first piece that waits, whether or not something is missing before it.
    public var first: Piece? { waiting.first }

    /// Whether the first piece that waits continues what has come out. Drops what has come out before.
    public mutating func isReady() -> Bool {
        guard isSettled else { return false }
        while let piece = waiting.first, piece.end <= position { drop() }
        return waiting.first.map { $0.position <= position } ?? false
    }

    /// Takes out the first piece, which is ready: its new bytes. Bytes of it that were not captured are skipped.
    public mutating func take() -> (piece: Piece, missing: Int) {
        var piece = waiting[0]
        drop()
        let known = Int(position - piece.position)
        let missing = piece.missing - max(0, known - piece.bytes.count)
        position = piece.end
        piece.bytes = piece.bytes.dropFirst(known)
        return (piece, missing)
    }

    /// How many bytes are missing before the first piece.
    public var hole: Int { waiting.first.map { max(0, Int($0.position - position)) } ?? 0 }

    /// Gives up bytes that are missing.
    public mutating func skip(_ count: Int) { position += Int64(count) }

    /// Whether the stream ends where it now is; says so once, with the time.
    public mutating func takeEnd() -> UInt64? {
        guard let fin, isSettled, !hasEnded, waiting.isEmpty, fin.position <= position else { return nil }
        hasEnded = true
        return fin.time
    }

    /// The bytes that a FIN shows to be missing at the end.
    public var missingBeforeEnd: Int {
        guard let fin, !hasEnded, waiting.isEmpty else { return 0 }
        return max(0, Int(fin.position - position))
    }

    private mutating func drop() {
        waitingBytes -= waiting.removeFirst().bytes.count
    }

    /// The position of a sequence number, of those possible the nearest to where the stream is.
    private func offset(of sequence: UInt32, from origin: UInt32) -> Int64 {
        let here = origin &+ UInt32(truncatingIfNeeded: position)
        return position + Int64(Int32(bitPattern: sequence &- here))
    }
}
