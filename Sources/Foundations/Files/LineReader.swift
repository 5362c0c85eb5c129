private import Glibc
public import SMTP

/// The lines of a file, plain or compressed with gzip, in memory bounded by the longest line allowed.
///
/// A byte order mark of UTF-8 at the beginning is not part of the first line; UTF-16, as some programs of Windows write, is
/// a fault.
public struct LineReader: ~Copyable {
    /// A line of a file.
    public struct Line {
        /// The line's bytes without its line end, LF or CRLF.
        public let bytes: ArraySlice<UInt8>

        /// The line's number, counted from 1.
        public let number: Int

        /// Whether the line was longer than allowed; `bytes` is then its beginning.
        public let isCut: Bool

        /// Whether a line end follows; the last line of a file that is still written may lack it.
        public let hasLineEnd: Bool
    }

    /// The longest line that is read whole, in bytes.
    public let limit: Int

    private var file: InputFile
    /// What is read and not handed out is `start..<filled`.
    private var buffer = [UInt8](repeating: 0, count: pieceLength)
    private var start = 0
    private var filled = 0
    private var number = 0
    private var isAtEnd = false
    private var isBegun = false

    /// Opens a file of lines.
    ///
    /// - Parameters:
    ///   - path: the file; `-` for the standard input.
    ///   - limit: the longest line that is read whole, in bytes, at least 1; of longer ones only the beginning is kept.
    public init(path: String, limit: Int = 1 << 24) throws(DocumentFault) {
        precondition(limit > 0)
        self.limit = limit
        file = try InputFile(path: path)
    }

    /// The file's name, as it was given.
    public var path: String { file.path }

    /// The bytes of the file on disk; `nil` for a pipe.
    public var size: Int64? { file.size }

    /// How many bytes of the file on disk have been read.
    public var position: Int64 { file.position }

    /// The next line; `nil` at the end. Amortised O(length of the line).
    ///
    /// - Throws: `DocumentFault` when the file cannot be read on; the lines before were handed over.
    public mutating func next() throws(DocumentFault) -> Line? {
        if !isBegun { try begin() }
        var searched = start
        while true {
            if let end = lineEnd(from: searched) { return line(endingAt: end, next: end + 1) }
            searched = filled
            if isAtEnd {
                guard start < filled else { return nil }
                return line(endingAt: filled, next: filled)
            }
            if filled - start > limit {
                let cut = Array(buffer[start..<start + limit])
                try skipLine()
                number += 1
                return Line(bytes: cut[...], number: number, isCut: true, hasLineEnd: true)
            }
            searched -= start
            try fill()
        }
    }

    private mutating func begin() throws(DocumentFault) {
        isBegun = true
        while filled < 3, !isAtEnd { try fill() }
        let head = buffer[..<filled]
        if head.starts(with: [0xef, 0xbb, 0xbf]) {
            start = 3
        } else if head.starts(with: [0xff, 0xfe]) || head.starts(with: [0xfe, 0xff]) {
            throw DocumentFault(
                file: path, line: 1, problem: "is UTF-16: convert it (iconv -f UTF-16 -t UTF-8) and read that")
        }
    }

    private mutating func line(endingAt end: Int, next: Int) -> Line {
        var bytes = buffer[start..<end]
        start = next
        number += 1
        if bytes.last == 0x0d { bytes.removeLast() }
        let isCut = bytes.count > limit
        return Line(bytes: bytes.prefix(limit), number: number, isCut: isCut, hasLineEnd: next > end)
    }

    /// How much is read at a time, in bytes.
    private static let pieceLength = 1 << 17

    /// The place of the next line end from a place on; `nil` where none is read yet.
    private func lineEnd(from place: Int) -> Int? {
        // Only what is read of the buffer is searched, which lives through the call.
        unsafe buffer.withUnsafeBytes { bytes in
            guard place < filled, let first = bytes.baseAddress,
                let found = unsafe memchr(first + place, 0x0a, filled - place)
            else { return nil }
            return unsafe UnsafeRawPointer(found) - first
        }
    }

    private mutating func fill() throws(DocumentFault) {
        if start > 0 {
            for place in start..<filled { buffer[place - start] = buffer[place] }
            filled -= start
            start = 0
        }
        do {
            try read()
        } catch {
            // What came before the damage is still handed over, then the error; `number` says how far that was.
            throw DocumentFault(file: error.file, line: number + 1, problem: error.problem)
        }
    }

    /// Reads on behind what is there.
    private mutating func read() throws(DocumentFault) {
        if filled == buffer.count { buffer.append(contentsOf: repeatElement(0, count: buffer.count)) }
        let got = try file.read(into: &buffer, at: filled)
        isAtEnd = got == 0
        filled += got
    }

    private mutating func skipLine() throws(DocumentFault) {
        while true {
            start = 0
            filled = 0
            try read()
            if let end = lineEnd(from: 0) {
                start = end + 1
                return
            }
            if isAtEnd { return }
        }
    }
}
