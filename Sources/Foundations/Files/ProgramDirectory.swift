private import Glibc
public import SMTP

/// A directory of the program's own: made when it is missing, with links that change at once and locks that go with the
/// process.
public struct ProgramDirectory: Sendable, Hashable {
    /// The directory.
    public let path: String

    /// The directory at `path`, which need not exist.
    public init(_ path: String) { self.path = path }

    /// A lock that is held until it is let go of, or the process ends.
    public struct Lock: ~Copyable {
        private let descriptor: Int32

        fileprivate init(_ descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }
    }

    // unsafe, below: path strings are passed, and variables filled, for the length of a system call.

    /// Makes the directory, readable by its group; it belongs to whom the one above it belongs to.
    ///
    /// - Throws: `DocumentFault` at line 0.
    public func create(mode: UInt32 = 0o750) throws(DocumentFault) {
        guard unsafe mkdir(path, mode) == 0 else {
            guard errno == EEXIST else { throw fault("cannot be made", errno) }
            return
        }
        var status = stat()
        if geteuid() == 0, unsafe stat(FileReplacement.directory(of: path), &status) == 0 {
            _ = unsafe chown(path, status.st_uid, status.st_gid)
        }
    }

    /// Lets a name in the directory lead to another one there, at once: whoever opens it finds the old file or the new one.
    ///
    /// - Throws: `DocumentFault` at line 0.
    public func link(_ name: String, to target: String) throws(DocumentFault) {
        let draft = "\(path)/.\(name).new-\(getpid())"
        _ = unsafe unlink(draft)
        guard unsafe symlink(target, draft) == 0 else { throw fault("\(name) cannot be made", errno) }
        guard unsafe rename(draft, "\(path)/\(name)") == 0 else {
            let number = errno
            _ = unsafe unlink(draft)
            throw fault("\(name) cannot be made", number)
        }
    }

    /// Lets a name in the directory lead nowhere, at once: there is no such file from now on, and the link says since when.
    ///
    /// - Throws: `DocumentFault` at line 0.
    public func linkNowhere(_ name: String) throws(DocumentFault) { try link(name, to: Self.nowhere) }

    /// Whether a name was made to lead nowhere.
    public func leadsNowhere(_ name: String) -> Bool { target(of: name) == Self.nowhere }

    private static let nowhere = "none"

    /// Where a link in the directory leads to, as it was given; `nil` for what is no link.
    public func target(of name: String) -> String? {
        var bytes = [CChar](repeating: 0, count: 4_096)
        // unsafe: the buffer outlives the call, which writes at most its length.
        let count = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            unsafe buffer.baseAddress.map { unsafe readlink("\(path)/\(name)", $0, buffer.count) } ?? -1
        }
        guard count > 0, count < bytes.count else { return nil }
        return String(decoding: bytes[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes a name; what is not there is removed already.
    public func remove(_ name: String) { _ = unsafe unlink("\(path)/\(name)") }

    /// Takes the lock of a name, if nobody else has it; the file stays, and holds the number of the process.
    ///
    /// - Returns: the lock, or `nil` while another process holds it.
    /// - Throws: `DocumentFault` at line 0 when the file cannot be made.
    public func lock(_ name: String) throws(DocumentFault) -> Lock? {
        let descriptor = unsafe open("\(path)/\(name)", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard descriptor >= 0 else { throw fault("\(name) cannot be opened", errno) }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        // unsafe: the buffer outlives the call, which reads at most its length.
        let text = Array("\(getpid())\n".utf8)
        if ftruncate(descriptor, 0) == 0 {
            unsafe _ = text.withUnsafeBytes { unsafe pwrite(descriptor, $0.baseAddress, $0.count, 0) }
        }
        return Lock(descriptor)
    }

    /// The number of the process that took the lock of a name last; `nil` where the file does not say.
    public func holder(of name: String) -> Int32? {
        let descriptor = unsafe open("\(path)/\(name)", O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 32)
        // unsafe: the buffer outlives the call, which writes at most its length.
        let count = unsafe bytes.withUnsafeMutableBytes { unsafe read(descriptor, $0.baseAddress, $0.count) }
        return Int32(String(decoding: bytes.prefix(max(0, count)).prefix { $0 > 0x20 }, as: UTF8.self))
    }

    private func fault(_ problem: String, _ number: Int32) -> DocumentFault {
        // unsafe: the text is copied at once.
        let words = unsafe String(cString: strerror(number))
        return DocumentFault(file: path, line: 0, problem: "\(problem): \(words): check the directory and its owner")
    }
}
