import SMTP

/// Cuts what a client sends into lines, and finds the end of a message, in bounded memory however long a line is.
///
/// A line ends with LF; a CR before it belongs to the end. (A bare CR ends nothing.)
struct CommandReader: Sendable {
    /// A line as it came, its end included, at most the limit long.
    struct Line: Sendable, Equatable {
        /// The line without its end.
        var bytes: [UInt8]
        /// Whether the line was longer than the limit.
        var isTooLong: Bool
    }

    private var waiting: [UInt8] = []
    private var start = 0
    private var isPassingOver = false
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// How many bytes wait to be looked at.
    var count: Int { waiting.count - start }

    /// The first byte that waits.
    var first: UInt8? { start < waiting.count ? waiting[start] : nil }

    mutating func append(_ bytes: some Collection<UInt8>) {
        if start == waiting.count {
            waiting.removeAll(keepingCapacity: waiting.capacity <= 16_384)
            start = 0
        } else if start > 16_384 {
            waiting.removeFirst(start)
            start = 0
        }
        waiting.append(contentsOf: bytes)
    }

    /// The next whole line, if there is one. A line without end that reached the limit is passed over up to its end.
    mutating func nextLine() -> Line? {
        guard let end = waiting[start...].firstIndex(of: UInt8(ascii: "\n")) else {
            if count > limit {
                isPassingOver = true
                // What is kept shows what the line was.
                waiting = Array(waiting[start..<(start + limit)])
                start = 0
            }
            return nil
        }
        var bytes = Array(waiting[start..<min(end, start + limit)])
        let isTooLong = isPassingOver || end - start > limit
        isPassingOver = false
        start = end + 1
        if !isTooLong, bytes.last == UInt8(ascii: "\r") { bytes.removeLast() }
        return Line(bytes: bytes, isTooLong: isTooLong)
    }

    /// Takes at most `count` bytes, or all.
    mutating func take(_ count: Int = .max) -> ArraySlice<UInt8> {
        let taken = waiting[start..<(start + min(count, self.count))]
        start = taken.endIndex
        return taken
    }

    /// Takes bytes up to the end of the message, which `scanner` finds.
    mutating func takeMessage(_ scanner: inout MessageScanner) -> (length: Int, isComplete: Bool) {
        let length = scanner.scan(waiting[start...])
        let taken = length ?? count
        start += taken
        return (taken, length != nil)
    }
}

extension CommandReader {
    /// Whether the first waiting line is a command; `nil` while that cannot be told.
    var beginsWithCommand: Bool? {
        guard count > 0 else { return nil }
        let line = waiting[start...].prefix(64)
        let end = line.firstIndex(of: UInt8(ascii: "\n"))
        guard end != nil || line.count == 64 else { return nil }
        return SMTPVerb(command: line[..<(end ?? line.endIndex)]) != nil
    }
}
