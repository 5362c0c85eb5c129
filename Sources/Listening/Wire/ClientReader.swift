public import SMTP

/// Reads what a client sends as messages, one at a time: command lines, lines of a login, content, chunks.
///
/// What the next bytes are, only the server knows. Whoever reads says so with ``expect(_:)`` between two messages: the
/// server itself, or an observer that follows its replies (``WireReader``). Until then bytes wait.
///
/// A line ends with LF; a CR before it belongs to the end, a bare CR ends nothing. Memory is bounded by the longest line
/// and the headers that are kept, and by what waits, which the owner bounds.
public struct ClientReader: Sendable {
    /// What the client's next bytes are.
    public enum Expectation: Sendable, Hashable {
        /// A command line.
        case command
        /// A line of a login, whose bytes are not kept.
        case authentication
        /// Content up to its final dot.
        case content
        /// So many octets, at least 1.
        case chunk(Int)
    }

    /// Where a segment begins among the bytes that wait, and when it came.
    private struct Segment: Sendable {
        var start: Int
        var time: UInt64
    }

    /// What the next bytes are; of a chunk, how many octets are left. After each message a command.
    public private(set) var expectation = Expectation.command

    private let lineBytes: Int
    private var waiting: [UInt8] = []
    private var start = 0
    /// The segments that wait, the one that is being read first.
    private var segments: ArraySlice<Segment> = []
    /// The message that is being read; of its line, `bytes` holds what came so far.
    private var message: ClientMessage?
    private var content = ContentReader()

    /// A reader of one connection.
    ///
    /// - Parameter lineBytes: how many bytes of a command line are kept, at least 1.
    public init(lineBytes: Int = 16 * 1_024) { self.lineBytes = max(1, lineBytes) }

    /// How many bytes wait to be read.
    public var waitingBytes: Int { waiting.count - start }

    /// What waits to be read.
    public var rest: ArraySlice<UInt8> { waiting[start...] }

    /// Whether a message has begun that has not ended.
    public var isInMessage: Bool { message != nil }

    /// Says what the next message is. To be called between two messages.
    public mutating func expect(_ expectation: Expectation) { self.expectation = expectation }

    /// Takes in a segment. O(number of bytes), amortised.
    public mutating func append(_ bytes: some Collection<UInt8>, at time: UInt64) {
        guard !bytes.isEmpty else { return }
        if start == waiting.count {
            waiting.removeAll(keepingCapacity: waiting.capacity <= Self.keptBytes)
            segments = []
            start = 0
        } else if start > Self.keptBytes {
            waiting.removeFirst(start)
            for index in segments.indices { segments[index].start -= start }
            start = 0
        }
        // What a client sends byte by byte while nobody reads is no longer told apart at some time.
        if segments.count < Self.maximumSegments { segments.append(Segment(start: waiting.count, time: time)) }
        waiting.append(contentsOf: bytes)
    }

    private static let keptBytes = 16_384
    private static let maximumSegments = 16_384

    /// Reads on up to the end of a message.
    ///
    /// - Parameter isEarly: whether a message that begins now counts as sent before the reply to the one before.
    /// - Returns: the message; `nil` when what has come does not end one. O(number of bytes read).
    public mutating func next(isEarly: Bool = false) -> ClientMessage? {
        while start < waiting.count {
            let following = segments.dropFirst().first?.start ?? waiting.count
            if start == following {
                segments.removeFirst()
                continue
            }
            let opensSegment = start == segments.first?.start
            begin(isEarly: isEarly, opensSegment: opensSegment)
            let part = waiting[start..<following]
            switch expectation {
            case .content:
                let count = content.read(part, opensSegment: opensSegment)
                start += count ?? part.count
                if count != nil { return finish(.crlf) }
            case .chunk(let left):
                let octets = part.prefix(left)
                content.readChunk(octets)
                start += octets.count
                expectation = .chunk(left - octets.count)
                if octets.count == left { return finish(.none) }
            case .command, .authentication:
                let end = part.firstIndex(of: UInt8(ascii: "\n"))
                let line = part[..<(end ?? part.endIndex)]
                let room = max(0, lineBytes - (message?.bytes.count ?? 0))
                message?.bytes += line.prefix(room)
                start += line.count
                guard end != nil else { continue }
                start += 1
                let hasCR = message?.bytes.last == UInt8(ascii: "\r")
                if hasCR { message?.bytes.removeLast() }
                return finish(hasCR ? .crlf : .lf)
            }
        }
        return nil
    }

    /// Nothing follows: what has come of a message is all there is of it.
    public mutating func end() -> ClientMessage? { message == nil ? nil : finish(.none) }

    /// Takes out what waits.
    public mutating func takeRest() -> [UInt8] {
        defer {
            waiting = []
            segments = []
            start = 0
        }
        return Array(rest)
    }

    /// Whether what waits begins with a command that SMTP knows; `nil` while that cannot be told. O(1).
    public var beginsWithCommand: Bool? {
        let line = rest.prefix(64).drop { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }
        let word = line.prefix { 0x61...0x7a ~= $0 | 0x20 }
        if waitingBytes < 64, word.endIndex == line.endIndex, word.count <= 8 { return nil }
        return looksLikeCommand
    }

    /// Whether what waits looks like a command that SMTP knows, as far as it has come. O(1).
    public var looksLikeCommand: Bool { SMTPVerb(command: rest.prefix(64)) != nil }

    /// How many of the bytes of a segment that is about to come belong to the content or chunk that is being read, or is
    /// expected; `nil` when it goes on behind them. O(number of bytes).
    public func contentEnd(in bytes: ArraySlice<UInt8>) -> Int? {
        switch expectation {
        case .command, .authentication: return 0
        case .chunk(let left): return left <= bytes.count ? left : nil
        case .content:
            var content = content
            return content.read(bytes, opensSegment: true)
        }
    }

    private mutating func begin(isEarly: Bool, opensSegment: Bool) {
        if message != nil {
            if opensSegment { message?.segmentCount += 1 }
            return
        }
        message = ClientMessage(
            kind: .unknownCommand, bytes: [], lineEnd: .none, isEarly: isEarly, opensSegment: opensSegment,
            time: segments.first?.time ?? 0)
    }

    private mutating func finish(_ end: LineEnd) -> ClientMessage? {
        guard var message else { return nil }
        self.message = nil
        message.lineEnd = end
        switch expectation {
        case .content, .chunk:
            message.isWhole = if case .chunk(let left) = expectation { left == 0 } else { end != .none }
            message.kind = .content
            message.bytes = content.headers
            message.lineEnd = content.lineEnd
            message.length = content.length
            message.hasLoneDot = content.hasLoneDot
            content = ContentReader()
        case .authentication:
            message.kind = .authentication
            message.bytes = []
        case .command:
            message.isWhole = end != .none
            message.kind = SMTPVerb(line: message.bytes).map { .command($0) } ?? .unknownCommand
        }
        expectation = .command
        return message
    }
}
