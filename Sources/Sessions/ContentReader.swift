import SMTP

/// Reads a mail's content byte by byte up to its final dot, and keeps its headers. Event in, "it is over" out.
struct ContentReader {
    /// The most bytes of headers that are kept.
    static let maximumHeaderBytes = 16 * 1_024

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

    /// Adds a byte; returns whether it ends the line of the final dot.
    mutating func append(_ byte: UInt8, opensSegment: Bool) -> Bool {
        length += 1
        if line.isEmpty, byte == UInt8(ascii: ".") { hasLoneDot = opensSegment }
        guard byte == UInt8(ascii: "\n") else {
            if line.count < 1_000 { line.append(byte) }
            return false
        }
        defer { line.removeAll(keepingCapacity: true) }
        let hasCR = line.last == UInt8(ascii: "\r")
        let text = hasCR ? line.dropLast() : line[...]
        if text.elementsEqual([UInt8(ascii: ".")]) { return true }
        if text.isEmpty { isInBody = true }
        guard !isInBody else { return false }
        if !hasCR, lineEnd == .crlf { lineEnd = .lf }
        if headers.count + line.count < Self.maximumHeaderBytes { headers += line + [byte] }
        return false
    }
}
