import Glibc
import SMTP

/// A new file of transcripts that only its owner may read, bounded in size. What finds no room is counted.
final class TranscriptFile {
    private let path: String
    private let descriptor: Int32
    private let limit: Int
    private var written = 0
    private var buffer: [UInt8] = []

    /// Transcripts that found no room.
    private(set) var omitted: UInt64 = 0

    /// Makes the file; one that is there already is left alone.
    init(path: String, limit: Int) throws(TapFault) {
        self.path = path
        self.limit = limit
        // unsafe, here and below: the path is passed for the length of the call.
        descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw TapFault(
                "cannot make \(path): \(unsafe String(cString: strerror(errno)))",
                remedy: "name a file that is not there yet, in a directory that may be written to")
        }
    }

    deinit { close(descriptor) }

    /// Writes a transcript, if there is room.
    func append(_ transcript: SessionTranscript) throws(TapFault) {
        let line = Array((TranscriptWriter.line(for: transcript) + "\n").utf8)
        guard line.count <= limit - written else {
            omitted += 1
            return
        }
        written += line.count
        buffer += line
        if buffer.count >= 1 << 18 { try flush() }
    }

    /// Writes what is held.
    func flush() throws(TapFault) {
        var start = 0
        while start < buffer.count {
            // unsafe: the bytes are written before the array changes.
            let count = unsafe buffer[start...].withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                throw TapFault(
                    "cannot write \(path): \(unsafe String(cString: strerror(errno)))", remedy: "make room on the disk")
            }
            start += max(0, count)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
