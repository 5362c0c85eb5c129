import Glibc

/// Another program whose output is read line by line while it runs.
public struct FollowedProgram: ~Copyable {
    /// What has come.
    public enum Outcome: Sendable {
        /// A line without its end.
        case line(ArraySlice<UInt8>)

        /// Nothing in the time given.
        case nothing

        /// The program has ended: its exit status, or 128 and the signal's number.
        case ended(Int32)
    }

    /// The longest line that is read, in bytes; the rest of a longer one is left out.
    public static let longestLine = 1 << 20

    private let child: pid_t
    private let output: Int32
    private var buffer: [UInt8] = []
    private var start = 0
    private var isAtEnd = false
    private var status: Int32?

    /// Starts `program`, a path or a name found in PATH, in the C locale; what it writes to standard error is not read.
    public init(_ program: String, _ arguments: [String]) throws(ProgramRunError) {
        // unsafe: the path is a NUL-terminated literal.
        let nothing = unsafe open("/dev/null", O_RDWR | O_CLOEXEC)
        guard nothing >= 0 else { throw ProgramRunError(program: program, code: errno) }
        defer { close(nothing) }
        let pipe = try ProgramRun.Pipe(program)
        defer { close(pipe.writing) }
        do {
            child = try ProgramRun.spawn(program, arguments, input: nothing, out: pipe.writing, errors: nothing)
        } catch {
            close(pipe.reading)
            throw error
        }
        output = pipe.reading
    }

    deinit {
        close(output)
        if status == nil {
            kill(child, SIGTERM)
            _ = ProgramRun.awaitEnd(of: child)
        }
    }

    /// The next line, waiting at most this long for it.
    public mutating func next(waiting milliseconds: Int32) -> Outcome {
        while true {
            if let end = buffer[start...].firstIndex(of: 0x0a) {
                defer { start = end + 1 }
                return .line(buffer[start..<end])
            }
            if let status { return .ended(status) }
            if isAtEnd {
                // An unfinished last line is a part of nothing.
                let ended = ProgramRun.awaitEnd(of: child)
                status = ended
                return .ended(ended)
            }
            buffer.removeFirst(start)
            start = 0
            if buffer.count > Self.longestLine { buffer.removeAll() }
            var wait = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            // unsafe: poll fills the record it is given.
            let ready = unsafe poll(&wait, 1, milliseconds)
            guard ready > 0 else { return .nothing }
            var piece = [UInt8](repeating: 0, count: 1 << 16)
            // unsafe: read fills at most the buffer it is given.
            let count = unsafe read(output, &piece, piece.count)
            if count > 0 { buffer += piece[..<count] } else if count == 0 || errno != EINTR { isAtEnd = true }
        }
    }
}
