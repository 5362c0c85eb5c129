private import Glibc

extension HashingKey {
    /// Reads a key from a file of exactly ``byteCount`` bytes.
    ///
    /// The file must be a regular one that others can neither read nor write and the group cannot write; mode 600 is
    /// what ``loadOrCreate(file:)`` gives it, 640 lets a group read it. Symbolic links are not followed.
    public static func load(file: String) throws(HashingKeyError) -> HashingKey {
        // The path is a NUL-terminated copy that lives through the call.
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ELOOP
                ? .notRegularFile(file: file) : .system(file: file, operation: "open", errno: errno)
        }
        defer { close(descriptor) }
        var status = stat()
        // `status` outlives the call.
        guard unsafe fstat(descriptor, &status) == 0 else {
            throw .system(file: file, operation: "examine", errno: errno)
        }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notRegularFile(file: file) }
        let mode = UInt32(status.st_mode) & 0o777
        guard mode & 0o037 == 0 else { throw .exposed(file: file, mode: mode) }
        guard status.st_size == byteCount else { throw .wrongLength(file: file, count: Int(status.st_size)) }
        var bytes = [UInt8](repeating: 0, count: byteCount)
        // The buffer outlives the call, which writes at most its length.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .system(file: file, operation: "read", errno: errno) }
        guard count == byteCount else { throw .wrongLength(file: file, count: count) }
        return try HashingKey(bytes: bytes)
    }

    /// Reads the key from `file`, or makes a new one there with mode 600 when no such file exists.
    ///
    /// The file appears at once and complete: of several processes that start together one makes the key and all
    /// load the same, and a crash leaves no short file behind.
    public static func loadOrCreate(file: String) throws(HashingKeyError) -> HashingKey {
        do {
            return try load(file: file)
        } catch .system(_, _, ENOENT) {
            try random().create(file: file)
            return try load(file: file)
        }
    }

    /// Puts this key in the place of the one in `file`, at once and durably, with mode 600; no copy of the old one stays.
    ///
    /// The file belongs to whom the old one belonged to, or else to the directory's owner. Whatever lies there under that
    /// name is replaced, never followed.
    public func replace(file: String) throws(HashingKeyError) {
        let directory = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        var status = stat()
        // Paths are NUL-terminated copies that live through the calls, here and below; `status` outlives them.
        if unsafe lstat(file, &status) != 0 || status.st_mode & S_IFMT != S_IFREG {
            guard unsafe stat(directory, &status) == 0 else {
                throw .system(file: file, operation: "replace", errno: errno)
            }
        }
        let draft = try draft(of: file, owner: geteuid() == 0 ? (status.st_uid, status.st_gid) : nil)
        guard unsafe rename(draft, file) == 0 else {
            let problem = errno
            unsafe _ = unlink(draft)
            throw .system(file: file, operation: "replace", errno: problem)
        }
        let descriptor = unsafe open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        _ = fsync(descriptor)
        close(descriptor)
    }

    /// Writes the key beside `file` and links it there, which never replaces an existing file.
    private func create(file: String) throws(HashingKeyError) {
        let draft = try draft(of: file, owner: nil)
        // Both paths are NUL-terminated copies that live through the calls.
        defer { unsafe unlink(draft) }
        guard unsafe link(draft, file) == 0 || errno == EEXIST else {
            throw .system(file: file, operation: "create", errno: errno)
        }
    }

    /// Writes the key beside `file`, on the disk and with mode 600; returns the path. Nothing is left after an error.
    private func draft(of file: String, owner: (uid_t, gid_t)?) throws(HashingKeyError) -> String {
        let draft = "\(file).new-\(getpid())-\(String(UInt64.random(in: .min ... .max), radix: 36))"
        // The path is a NUL-terminated copy that lives through the call; O_EXCL follows no link and reuses no file.
        let descriptor = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw .system(file: file, operation: "create", errno: errno) }
        // The buffer outlives the call, which reads at most its length.
        let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        let isOwned = owner.map { fchown(descriptor, $0.0, $0.1) == 0 } ?? true
        let isWritten = isOwned && count == bytes.count && fsync(descriptor) == 0
        let problem = count >= 0 && count < bytes.count ? ENOSPC : errno
        close(descriptor)
        guard isWritten else {
            // The path is a NUL-terminated copy that lives through the call.
            unsafe _ = unlink(draft)
            throw .system(file: file, operation: "write", errno: problem)
        }
        return draft
    }
}

/// The system's words for an error number.
func systemMessage(_ number: Int32) -> String {
    var text = [CChar](repeating: 0, count: 256)
    // The buffer outlives the call, which writes at most its length and ends with NUL.
    return unsafe text.withUnsafeMutableBufferPointer { buffer in
        guard unsafe strerror_r(number, buffer.baseAddress!, buffer.count) == 0 else { return "error \(number)" }
        return unsafe String(cString: buffer.baseAddress!)
    }
}
