private import Glibc
public import SMTP

/// A file that is written from its beginning to its end.
///
/// A regular file is replaced at once by ``finish()``, complete and on the disk: until then, and after any error, the old
/// one is there as it was. The new one gets the old one's mode and owner. What is not a regular file is written through:
/// a device, a pipe, standard output (`-`, `/dev/stdout`, `/dev/fd/N`). A symbolic link stays one; the file it leads to is
/// written. A regular file is written in place, and may be left short by an error, where it cannot be replaced: when
/// it has several names (hard links), when its owner cannot be kept, when its directory cannot be written to.
///
/// Bytes are buffered; memory does not grow with the file.
public struct OutputFile: ~Copyable {
    /// The file's name, as it was given.
    public let path: String

    private static let blockSize = 1 << 16

    private let descriptor: Int32
    private let replacement: FileReplacement?
    private let isRegular: Bool
    private var buffer: [UInt8] = []

    /// Opens a file that the administrator named; nothing of it changes before ``finish()``, if it can be replaced.
    ///
    /// - Parameters:
    ///   - path: the file; `-` for the standard output.
    ///   - mode: permissions of a new file, less the umask.
    /// - Throws: `DocumentFault` at line 0: what cannot be written there, and what to do.
    public init(path: String, mode: UInt32 = 0o666) throws(DocumentFault) {
        let target = OutputTarget(path)
        switch target {
        case .descriptor(let number):
            // What `print` still holds comes first.
            _ = fflush(nil)
            let copy = fcntl(number, F_DUPFD_CLOEXEC, 3)
            guard copy >= 0 else { throw Self.fault(path, errno) }
            self.init(path: path, descriptor: copy, replacement: nil, isRegular: false)
        case .through(let name):
            let opened = Self.open(name, 0)
            guard opened >= 0 else { throw Self.fault(path, errno) }
            self.init(path: path, descriptor: opened, replacement: nil, isRegular: false)
        case .inPlace(let name):
            try self.init(inPlace: name, path: path)
        case .new(let name):
            let draft = try FileReplacement(of: name, named: path, mode: mode & ~Self.umask, owner: nil)
            self.init(path: path, descriptor: draft.descriptor, replacement: draft, isRegular: true)
        case .file(let name, let status):
            // Who may not write to the file may not replace it either.
            let probe = Self.open(name, 0)
            guard probe >= 0 else { throw Self.fault(path, errno) }
            close(probe)
            let draft: FileReplacement
            do throws(DocumentFault) {
                draft = try FileReplacement(
                    of: name, named: path, mode: status.st_mode & 0o7777, owner: (status.st_uid, status.st_gid))
            } catch {
                try self.init(inPlace: name, path: path)
                return
            }
            self.init(path: path, descriptor: draft.descriptor, replacement: draft, isRegular: true)
        }
    }

    /// Opens a file of the program's own, in a directory that another user may own: whatever lies there under that name
    /// is replaced, never followed. The new file belongs to the old file's owner, or else to the directory's.
    ///
    /// - Parameters:
    ///   - mode: the file's permissions, whatever the umask and the old file's.
    /// - Throws: `DocumentFault` at line 0.
    public init(replacing path: String, mode: UInt32) throws(DocumentFault) {
        var status = stat()
        let directory = FileReplacement.directory(of: path)
        // unsafe, here and below: path strings are passed, and variables filled, for the length of a system call.
        let isThere = unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
        if !isThere {
            guard unsafe stat(directory, &status) == 0 else { throw Self.fault(path, errno) }
        }
        let draft = try FileReplacement(
            of: path, named: path, mode: mode, owner: geteuid() == 0 ? (status.st_uid, status.st_gid) : nil)
        self.init(path: path, descriptor: draft.descriptor, replacement: draft, isRegular: true)
    }

    private init(inPlace name: String, path: String) throws(DocumentFault) {
        let opened = Self.open(name, O_TRUNC)
        guard opened >= 0 else { throw Self.fault(path, errno) }
        self.init(path: path, descriptor: opened, replacement: nil, isRegular: true)
    }

    private init(path: String, descriptor: Int32, replacement: FileReplacement?, isRegular: Bool) {
        self.path = path
        self.descriptor = descriptor
        self.replacement = replacement
        self.isRegular = isRegular
    }

    deinit {
        replacement?.discard()
        close(descriptor)
    }

    /// Writes a whole document.
    public static func write(_ text: String, to path: String) throws(DocumentFault) {
        var file = try OutputFile(path: path)
        try file.write(text.utf8)
        try file.finish()
    }

    /// Writes a whole document of the program's own, as `init(replacing:mode:)` says.
    public static func write(_ text: String, replacing path: String, mode: UInt32) throws(DocumentFault) {
        var file = try OutputFile(replacing: path, mode: mode)
        try file.write(text.utf8)
        try file.finish()
    }

    /// Appends bytes.
    ///
    /// - Throws: `DocumentFault` at line 0 when the disk is full or nobody reads.
    public mutating func write(_ bytes: some Sequence<UInt8>) throws(DocumentFault) {
        buffer.append(contentsOf: bytes)
        if buffer.count >= Self.blockSize { try flush() }
    }

    /// Hands everything written so far to the file: for whoever reads a pipe at the other end.
    public mutating func flush() throws(DocumentFault) {
        var start = 0
        while start < buffer.count {
            let rest = buffer[start...]
            // unsafe: the buffer outlives the call, which reads at most its length.
            let count = unsafe rest.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw Self.fault(path, errno, isUntouched: replacement != nil)
            }
            start += count
        }
        buffer.removeAll(keepingCapacity: true)
    }

    /// Writes what is left and puts the file in its place.
    ///
    /// - Throws: `DocumentFault` at line 0; a file that is replaced is then as it was.
    public consuming func finish() throws(DocumentFault) {
        try flush()
        if isRegular, fsync(descriptor) != 0 { throw Self.fault(path, errno, isUntouched: replacement != nil) }
        if let replacement {
            let number = replacement.commit()
            guard number == 0 else { throw Self.fault(path, number, isUntouched: true) }
        }
    }

    /// Opens what is there. O_CREAT is for the kernel, which then protects from pipes and files that somebody else has
    /// laid in wait in a directory such as /tmp (fs.protected_fifos, fs.protected_regular).
    private static func open(_ name: String, _ flags: Int32) -> Int32 {
        unsafe Glibc.open(name, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY | flags, 0o600)
    }

    private static var umask: UInt32 {
        // There is no call that only reads it; commands are single-threaded when they open a file.
        let mask = Glibc.umask(0o077)
        _ = Glibc.umask(mask)
        return mask
    }

    static func fault(_ path: String, _ number: Int32, isUntouched: Bool = false) -> DocumentFault {
        let reason =
            switch number {
            case ENOENT: "its directory does not exist: create it, or name another file"
            case EACCES, EPERM: "permission denied: check the permissions of the file and of its directory"
            case EROFS: "the file system is read-only: name a file elsewhere"
            case ENOSPC, EDQUOT: "the disk is full: free disk space"
            case EISDIR: "it is a directory: name a file in it"
            case ENOTDIR: "a part of the path is not a directory: check the path"
            case ENXIO: "nothing is listening there: name a file, a device or a pipe"
            case ELOOP: "too many symbolic links: check the path"
            case EPIPE: "nobody reads it any longer"
            // unsafe: the text belongs to the C library and is copied at once.
            default: unsafe String(cString: strerror(number))
            }
        return DocumentFault(
            file: path, line: 0,
            problem: "cannot be written: \(reason)" + (isUntouched ? "; the existing file is unchanged" : ""))
    }
}
