private import CZlib
private import Glibc
public import SMTP

/// A file that is read from its beginning to its end, plain or compressed with gzip.
///
/// `-` is the standard input. Nothing is held in memory but the packer's window.
@safe
public struct InputFile: ~Copyable {
    /// The file's name, as it was given.
    public let path: String

    /// The bytes of the file on disk; `nil` for a pipe.
    public let size: Int64?

    // A gzFile; zlib closes it once, in `deinit`.
    private let handle: gzFile

    /// Opens a file.
    ///
    /// - Throws: `DocumentFault` at line 0 when it cannot be opened or is a directory.
    public init(path: String) throws(DocumentFault) {
        let descriptor = unsafe path == "-" ? dup(0) : open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw DocumentFault(
                file: path, line: 0, problem: "cannot be read: \(Self.lastError()): check path and permissions")
        }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT != S_IFDIR else {
            close(descriptor)
            throw DocumentFault(file: path, line: 0, problem: "is not a file: name the files in it")
        }
        guard let handle = unsafe gzdopen(descriptor, "rb") else {
            close(descriptor)
            throw DocumentFault(file: path, line: 0, problem: "cannot be read: out of memory")
        }
        // The window is small, as several files may be open; larger ones are not faster.
        unsafe gzbuffer(handle, 1 << 17)
        self.path = path
        size = status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
        unsafe self.handle = handle
    }

    deinit { unsafe gzclose(handle) }

    /// How many bytes of the file on disk have been read. Compare with `size` for progress.
    public var position: Int64 { Int64(unsafe gzoffset(handle)) }

    /// Reads up to `count` bytes and appends them; returns how many came, 0 at the end.
    ///
    /// - Throws: `DocumentFault` when the disk fails or the gzip data is damaged or cut off.
    public mutating func read(upTo count: Int, into bytes: inout [UInt8]) throws(DocumentFault) -> Int {
        let start = bytes.count
        bytes.append(contentsOf: repeatElement(0, count: count))
        let got = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe Int(gzread(handle, buffer.baseAddress! + start, UInt32(count)))
        }
        bytes.removeLast(count - max(got, 0))
        return try checked(got)
    }

    /// What a read has brought; 0 at the end.
    private func checked(_ got: Int) throws(DocumentFault) -> Int {
        if got <= 0 {
            var code: Int32 = 0
            _ = unsafe gzerror(handle, &code)
            guard code == Z_OK || code == Z_STREAM_END else { throw damaged(code) }
        }
        return max(got, 0)
    }

    /// Reads into an array from a place on, as much as there is room for; returns how many bytes came, 0 at the end.
    ///
    /// - Throws: `DocumentFault` when the disk fails or the gzip data is damaged or cut off.
    mutating func read(into bytes: inout [UInt8], at start: Int) throws(DocumentFault) -> Int {
        // What is written lies within the array, which lives through the call.
        let got = unsafe bytes.withUnsafeMutableBytes { buffer in
            let room = min(max(0, buffer.count - start), 1 << 30)
            return unsafe Int(gzread(handle, buffer.baseAddress! + start, UInt32(room)))
        }
        return try checked(got)
    }

    /// Reads what is left and holds nothing of it: for a pipe whose writer must not be cut off.
    ///
    /// - Throws: `DocumentFault` as ``read(upTo:into:)`` does.
    public mutating func skipRest() throws(DocumentFault) {
        var piece = [UInt8](repeating: 0, count: 1 << 17)
        while true {
            let got = unsafe piece.withUnsafeMutableBytes { buffer in
                unsafe gzread(handle, buffer.baseAddress!, UInt32(buffer.count))
            }
            guard got <= 0 else { continue }
            var code: Int32 = 0
            _ = unsafe gzerror(handle, &code)
            guard code == Z_OK || code == Z_STREAM_END else { throw damaged(code) }
            return
        }
    }

    private func damaged(_ code: Int32) -> DocumentFault {
        let problem =
            switch code {
            case Z_BUF_ERROR: "the gzip data ends early: is the file complete?"
            case Z_DATA_ERROR: "the gzip data is damaged"
            default: "cannot be read to its end: \(Self.lastError())"
            }
        return DocumentFault(file: path, line: 0, problem: problem)
    }

    private static func lastError() -> String {
        // The text belongs to the C library and is copied at once.
        unsafe String(cString: strerror(errno))
    }
}
