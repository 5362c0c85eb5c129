private import Glibc

extension SigningKey {
    /// What a key file begins with; the seed follows as 64 hexadecimal digits.
    private static let title = "argot-signing-key 1 "

    /// Title, 64 digits, a line end.
    private static let fileByteCount = 20 + 2 * byteCount + 1

    /// Reads a key from a file.
    ///
    /// The file must be a regular one that others can neither read nor write and the group cannot write; mode 600 is what
    /// ``create(file:)`` gives it. Symbolic links are not followed.
    public static func load(file: String) throws(SigningKeyError) -> SigningKey {
        // The path is a NUL-terminated copy that lives through the call.
        let descriptor = unsafe open(file, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw errno == ELOOP ? .notRegularFile(file: file) : .system(file: file, operation: "open", errno: errno)
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
        var bytes = [UInt8](repeating: 0, count: fileByteCount + 1)
        // The buffer outlives the call, which writes at most its length.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        guard count >= 0 else { throw .system(file: file, operation: "read", errno: errno) }
        let text = bytes.prefix(count)
        guard text.starts(with: title.utf8), let end = text.lastIndex(of: 0x0a), end == text.endIndex - 1,
            let seed = Hexadecimal.bytes(text[title.utf8.count..<end], count: byteCount),
            let key = SigningKey(seed: seed)
        else { throw .notAKey(file: file) }
        return key
    }

    /// Writes the key to a new file with mode 600, complete and on the disk. An existing file is never replaced.
    public func create(file: String) throws(SigningKeyError) {
        // The path is a NUL-terminated copy that lives through the call; O_EXCL follows no link and reuses no file.
        let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw errno == EEXIST ? .exists(file: file) : .system(file: file, operation: "create", errno: errno)
        }
        let bytes = Array((Self.title + Hexadecimal.text(seed) + "\n").utf8)
        // The buffer outlives the call, which reads at most its length.
        let count = unsafe bytes.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        let isWritten = count == bytes.count && fsync(descriptor) == 0
        let problem = count >= 0 && count < bytes.count ? ENOSPC : errno
        close(descriptor)
        guard isWritten else {
            // The path is a NUL-terminated copy that lives through the call.
            unsafe _ = unlink(file)
            throw .system(file: file, operation: "write", errno: problem)
        }
        giveToDirectoryOwner(file)
    }

    /// What root makes in the daemon's directory is the daemon's.
    private func giveToDirectoryOwner(_ file: String) {
        guard geteuid() == 0 else { return }
        let directory = file.lastIndex(of: "/").map { $0 == file.startIndex ? "/" : String(file[..<$0]) } ?? "."
        var status = stat()
        // Paths are NUL-terminated copies that live through the calls; `status` outlives them.
        if unsafe stat(directory, &status) == 0 { unsafe _ = lchown(file, status.st_uid, status.st_gid) }
    }
}
