import Glibc

/// Another program, run to its end, and what it wrote.
public struct ProgramRun: Sendable, Hashable {
    /// Its exit status; 128 and the signal's number when a signal ended it.
    public let status: Int32

    /// What it wrote to standard output, at most ``maximumBytes``.
    public let output: String

    /// What it wrote to standard error, at most ``maximumBytes``.
    public let errors: String

    /// How much of each stream is kept.
    public static let maximumBytes = 4 << 20

    /// Runs `program`, a path or a name found in PATH, in the C locale.
    ///
    /// A program that takes longer than `limit` seconds is killed; its status is then 137.
    ///
    /// - Parameter input: what it reads from its standard input; nothing without it.
    public init(
        _ program: String, _ arguments: [String], input: [UInt8] = [], limit: Int = 60
    ) throws(ProgramRunError) {
        let given = try Self.file(of: input, for: program)
        defer { close(given) }
        let out = try Pipe(program)
        defer { close(out.reading) }
        let errors: Pipe
        let child: pid_t
        do {
            defer { close(out.writing) }
            errors = try Pipe(program)
            defer { close(errors.writing) }
            child = try Self.spawn(program, arguments, input: given, out: out.writing, errors: errors.writing)
        }
        defer { close(errors.reading) }
        var streams = [Stream(out.reading), Stream(errors.reading)]
        if !Self.drain(&streams, limit: limit) { kill(child, SIGKILL) }
        status = Self.awaitEnd(of: child)
        output = String(decoding: streams[0].bytes, as: UTF8.self)
        self.errors = String(decoding: streams[1].bytes, as: UTF8.self)
    }

    private struct Stream {
        let descriptor: Int32
        var bytes: [UInt8] = []
        var isOpen = true

        init(_ descriptor: Int32) { self.descriptor = descriptor }
    }

    struct Pipe {
        let reading: Int32
        let writing: Int32

        init(_ program: String) throws(ProgramRunError) {
            var ends: [Int32] = [-1, -1]
            // unsafe: pipe fills the two numbers.
            guard unsafe pipe(&ends) == 0 else { throw ProgramRunError(program: program, code: errno) }
            (reading, writing) = (ends[0], ends[1])
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        }
    }

    /// A file without a name that holds the input: unlike a pipe it is never full before it is read.
    private static func file(of input: [UInt8], for program: String) throws(ProgramRunError) -> Int32 {
        var name = Array("/tmp/argot.XXXXXX".utf8CString)
        // unsafe: mkstemp fills in the name, unlink reads it.
        let file = unsafe input.isEmpty ? open("/dev/null", O_RDONLY) : mkstemp(&name)
        guard file >= 0 else { throw ProgramRunError(program: program, code: errno) }
        if !input.isEmpty { _ = unsafe unlink(name) }
        _ = fcntl(file, F_SETFD, FD_CLOEXEC)
        var rest = input[...]
        while !rest.isEmpty {
            // unsafe: write reads the bytes that are left.
            let count = unsafe rest.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
            guard count > 0 || errno == EINTR else {
                close(file)
                throw ProgramRunError(program: program, code: errno)
            }
            rest = rest.dropFirst(max(count, 0))
        }
        lseek(file, 0, SEEK_SET)
        return file
    }

    static func spawn(
        _ program: String, _ arguments: [String], input: Int32, out: Int32, errors: Int32
    )
        throws(ProgramRunError) -> pid_t
    {
        // unsafe: posix_spawn takes C strings and file actions; all of them live until it returns.
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_adddup2(&actions, input, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, out, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors, 2)
        var words: [UnsafeMutablePointer<CChar>?] = unsafe ([program] + arguments).map { unsafe strdup($0) }
        unsafe words.append(nil)
        let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
        var environment: [UnsafeMutablePointer<CChar>?] = unsafe [unsafe strdup(path), unsafe strdup("LC_ALL=C"), nil]
        defer { unsafe (words + environment).forEach { unsafe free($0) } }
        var child = pid_t()
        let result = unsafe posix_spawnp(&child, program, &actions, nil, words, &environment)
        guard result == 0 else { throw ProgramRunError(program: program, code: result) }
        return child
    }

    /// Reads until both streams end; false when that took too long.
    private static func drain(_ streams: inout [Stream], limit: Int) -> Bool {
        let deadline = ContinuousClock.now + .seconds(limit)
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        while streams.contains(where: \.isOpen) {
            let left = (deadline - .now).components.seconds
            guard left >= 0 else { return false }
            var waits = streams.map { pollfd(fd: $0.isOpen ? $0.descriptor : -1, events: Int16(POLLIN), revents: 0) }
            // unsafe: poll fills the records it is given.
            let ready = unsafe poll(&waits, nfds_t(waits.count), Int32(left) * 1_000 + 999)
            guard ready > 0 || errno == EINTR else { return false }
            for index in streams.indices where waits[index].revents != 0 {
                // unsafe: read fills at most the buffer.
                let count = unsafe read(streams[index].descriptor, &buffer, buffer.count)
                if count <= 0 { streams[index].isOpen = false }
                let room = maximumBytes - streams[index].bytes.count
                streams[index].bytes += buffer[..<max(0, min(count, room))]
            }
        }
        return true
    }

    static func awaitEnd(of child: pid_t) -> Int32 {
        var status: Int32 = 0
        // unsafe: waitpid fills the number.
        while unsafe waitpid(child, &status, 0) == -1 { guard errno == EINTR else { return 127 } }
        // The exit status is the second byte; the first is the signal, if one ended it.
        return status & 0x7f == 0 ? status >> 8 & 0xff : 128 + (status & 0x7f)
    }
}
