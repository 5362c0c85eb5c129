private import Glibc
public import SMTP

/// A file that lines are appended to for a long time. When it is full it becomes `FILE.1` and a new one begins: two files
/// at most. What is not a regular file, such as a pipe or a device, is written through and never full; behind a symbolic
/// link it is the linked file that becomes `FILE.1`.
public struct AppendedFile: ~Copyable {
    /// The file's name, as it was given.
    public let path: String

    private let maximumSize: Int64
    private let mode: UInt32
    private let followsLinks: Bool

    /// The file behind all links, if it is a regular one; `nil` where it is not, or may not be moved.
    private let target: String?
    private var descriptor: Int32
    private var size: Int64

    /// Opens or makes the file.
    ///
    /// - Parameters:
    ///   - maximumSize: bytes at which the file is full.
    ///   - mode: permissions of a new file, less the umask.
    ///   - followsLinks: whether a symbolic link is followed: yes for what a person has named on a command line, no for a
    ///     daemon's file, in whose place somebody else may have put a link. Such a file must be a regular one of our own.
    /// - Throws: `DocumentFault` at line 0.
    public init(
        path: String, maximumSize: Int64, mode: UInt32 = 0o600, followsLinks: Bool = true
    ) throws(DocumentFault) {
        self.path = path
        self.maximumSize = maximumSize
        self.mode = mode
        self.followsLinks = followsLinks
        var name: String? = path
        if followsLinks {
            switch OutputTarget(path) {
            case .descriptor(let number):
                let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
                guard copy >= 0 else { throw OutputFile.fault(path, errno) }
                (target, descriptor, size) = (nil, copy, 0)
                return
            case .through: name = nil
            case .inPlace(let file), .new(let file), .file(let file, _): name = file
            }
        }
        (descriptor, size) = try Self.open(name ?? path, as: path, mode: mode, followsLinks: followsLinks)
        var status = stat()
        // unsafe: the variable outlives the call, which fills it.
        let isRegular = unsafe fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        target = isRegular ? name : nil
    }

    deinit { close(descriptor) }

    /// Appends a line, which has its line end.
    ///
    /// - Throws: `DocumentFault` at line 0 when the disk is full or the file cannot be moved. The line may be there in part.
    public mutating func append(_ line: some Collection<UInt8>) throws(DocumentFault) {
        if let target, size > 0, size + Int64(line.count) > maximumSize {
            // unsafe: both paths are NUL-terminated copies that live through the call.
            guard unsafe rename(target, target + ".1") == 0 else { throw OutputFile.fault(path, errno) }
            let (next, length) = try Self.open(target, as: path, mode: mode, followsLinks: followsLinks)
            close(descriptor)
            (descriptor, size) = (next, length)
        }
        let bytes = Array(line)
        var start = 0
        while start < bytes.count {
            // unsafe: the buffer outlives the call, which reads at most its length.
            let count = unsafe bytes[start...].withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw OutputFile.fault(path, errno) }
            start += count
        }
        size += Int64(bytes.count)
    }

    private static func open(
        _ name: String, as path: String, mode: UInt32, followsLinks: Bool
    ) throws(DocumentFault) -> (Int32, Int64) {
        // A pipe without a reader must not hold a daemon up.
        let strict = followsLinks ? 0 : O_NOFOLLOW | O_NONBLOCK
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOCTTY | strict
        // unsafe: the path is a NUL-terminated copy that lives through the call.
        let descriptor = unsafe Glibc.open(name, flags, mode_t(mode))
        guard descriptor >= 0 else {
            throw errno == ELOOP && !followsLinks
                ? DocumentFault(
                    file: path, line: 0,
                    problem: "is a symbolic link, which is not followed: remove it, or name its target")
                : OutputFile.fault(path, errno)
        }
        if !followsLinks, let problem = strangeness(of: descriptor) {
            close(descriptor)
            throw DocumentFault(file: path, line: 0, problem: problem)
        }
        // A pipe has no length.
        return (descriptor, max(0, Int64(lseek(descriptor, 0, SEEK_END))))
    }

    /// What is wrong with a daemon's file: it is to be a regular one, and the daemon's own.
    private static func strangeness(of descriptor: Int32) -> String? {
        var status = stat()
        // unsafe: the variable outlives the call, which fills it.
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            return "is not a regular file: remove it, or name another file"
        }
        return status.st_uid == geteuid() ? nil : "belongs to another user: remove it, or name another file"
    }
}
