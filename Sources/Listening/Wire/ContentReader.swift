import SMTP

/// Reads a message's content up to its final dot, and keeps its headers. Pieces of any size in, "it is over" out.
///
/// The final dot is a line of nothing else, whether lines end in CR LF or, as those of some bots do, in LF alone.
struct ContentReader: Sendable {
    /// The most bytes of headers that are kept.
    static let maximumHeaderBytes = 16 * 1_024

    /// The most bytes of a line that are kept.
    private static let maximumLineBytes = 1_000

    /// The headers as they were sent.
    private(set) var headers: [UInt8] = []

    /// How many bytes the content has so far.
    private(set) var length = 0

    /// How header lines end: the first end that is not CR LF counts.
    private(set) var lineEnd = LineEnd.crlf

    /// Whether the final dot opened a segment.
    private(set) var hasLoneDot = false

    private var line: [UInt8] = []
    private var isInBody = false

    /// Reads bytes. O(number of bytes).
    ///
    /// - Parameter opensSegment: whether the first of them opens a segment.
    /// - Returns: how many of them belong to the content, the final dot included; `nil` when it goes on.
    mutating func read(_ bytes: ArraySlice<UInt8>, opensSegment: Bool) -> Int? {
        var start = bytes.startIndex
        while start < bytes.endIndex {
            if line.isEmpty, bytes[start] == UInt8(ascii: ".") {
                hasLoneDot = opensSegment && start == bytes.startIndex
            }
            let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n"))
            let part = bytes[start..<(end ?? bytes.endIndex)]
            line += part.prefix(Self.maximumLineBytes - line.count)
            length += part.count
            guard let end else { return nil }
            length += 1
            start = end + 1
            if endLine() { return start - bytes.startIndex }
        }
        return nil
    }

    /// Reads octets of a chunk, in which a dot ends nothing. O(number of bytes).
    mutating func readChunk(_ bytes: ArraySlice<UInt8>) {
        var rest = bytes
        while let count = read(rest, opensSegment: false) { rest = rest.dropFirst(count) }
    }

    /// Takes in a line whose LF has come; returns whether it is the final dot.
    private mutating func endLine() -> Bool {
        defer { line.removeAll(keepingCapacity: true) }
        let hasCR = line.last == UInt8(ascii: "\r")
        let text = hasCR ? line.dropLast() : line[...]
        if text.elementsEqual(CollectionOfOne(UInt8(ascii: "."))) { return true }
        if text.isEmpty { isInBody = true }
        guard !isInBody else { return false }
        if !hasCR, lineEnd == .crlf { lineEnd = .lf }
        if headers.count + line.count < Self.maximumHeaderBytes {
            headers += line
            headers.append(UInt8(ascii: "\n"))
        }
        return false
    }
}
