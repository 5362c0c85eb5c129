/// A line of Postfix, found without reading its beginning once more: see ``LogLineReader/readQuickly(_:)``. Its parts are
/// places in the line.
public struct QuickLine: Sendable {
    /// When it was written, to the second.
    public let time: LogTime

    /// The number of the process.
    public let process: UInt32

    /// Where the host's name stands.
    public let host: Range<Int>

    /// Where the program's name stands.
    public let program: Range<Int>

    /// Where what the program says begins.
    public let message: Int
}

extension LogLine {
    /// The line in full.
    public init(_ quick: QuickLine, in bytes: ArraySlice<UInt8>) {
        self.init(
            time: quick.time, host: bytes[quick.host], program: bytes[quick.program], process: quick.process,
            message: bytes[quick.message...])
    }
}

/// How a mail server's line began: most lines of a log begin as the one before them does.
struct LineHead: Sendable {
    /// The time and the blanks behind it.
    private var stamp: [UInt8] = []
    /// Which bits of `stamp` have to be the same: all but those of the digits of a fraction of a second.
    private var mask: [UInt8] = []
    private(set) var time: LogTime
    /// What stands between the time and the program.
    private let middle: [UInt8]
    /// Where the host's name stands in it.
    private let host: Range<Int>

    /// The beginning of a line that was read in full: behind its time it goes on at `end`.
    init?(_ line: LogLine, of bytes: ArraySlice<UInt8>, timeEnd end: Int) {
        guard let time = line.time, line.process != nil, end <= line.program.startIndex,
            line.host.isEmpty || end <= line.host.startIndex && line.host.endIndex <= line.program.startIndex
        else { return nil }
        self.time = time
        middle = Array(bytes[end..<line.program.startIndex])
        host = line.host.isEmpty ? 0..<0 : line.host.startIndex - end..<line.host.endIndex - end
        setStamp(bytes[..<end], time)
    }

    /// Another time, in the same log.
    mutating func setStamp(_ bytes: ArraySlice<UInt8>, _ time: LogTime) {
        self.time = time
        stamp.removeAll(keepingCapacity: true)
        stamp.append(contentsOf: bytes)
        mask.removeAll(keepingCapacity: true)
        for _ in stamp { mask.append(0xff) }
        // `2026-11-22T03:44:49.123456+01:00`: the date has its digits, or it would not have been read.
        guard stamp.count > 20, stamp[4] == 0x2d, stamp[19] == 0x2e else { return }
        for place in 20..<stamp.count {
            guard 0x30...0x39 ~= stamp[place] else { break }
            mask[place] = 0
        }
    }

    /// Where a line goes on that begins with the same time; `nil` if it has another.
    func end(ofStampIn bytes: borrowing Span<UInt8>) -> Int? {
        let (stamp, mask) = (stamp.span, mask.span)
        guard bytes.count >= stamp.count else { return nil }
        var difference: UInt8 = 0
        for place in stamp.indices {
            let byte = bytes[place]
            // Where a digit may differ, it has to be one.
            let isNoDigit: UInt8 = byte &- 0x30 < 10 ? 0 : 0xff
            difference |= (byte ^ stamp[place]) & mask[place] | isNoDigit & ~mask[place]
        }
        return difference == 0 ? stamp.count : nil
    }

    /// Where the program begins in a line whose time ends at `start`; `nil` if something else stands before it.
    func end(ofMiddleIn bytes: borrowing Span<UInt8>, from start: Int) -> Int? {
        let middle = middle.span
        guard bytes.count - start >= middle.count else { return nil }
        var difference: UInt8 = 0
        for place in middle.indices { difference |= bytes[start + place] ^ middle[place] }
        return difference == 0 ? start + middle.count : nil
    }

    /// Where the host's name stands in a line whose time ends at `start`.
    func host(from start: Int) -> Range<Int> { host.lowerBound + start..<host.upperBound + start }
}
