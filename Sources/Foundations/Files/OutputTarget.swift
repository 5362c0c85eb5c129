import Glibc

/// What a name that is to be written leads to.
enum OutputTarget {
    /// A descriptor of this process: standard output, or what `/dev/fd/N` names.
    case descriptor(Int32)
    /// A device, a pipe, a socket or a directory: opened as it is.
    case through(String)
    /// A regular file that must keep its inode: it has several names.
    case inPlace(String)
    /// A regular file, by its own name, behind all symbolic links.
    case file(String, stat)
    /// Nothing yet: the name, behind all symbolic links.
    case new(String)

    // As the kernel: path_resolution(7).
    private static let maximumLinks = 40

    init(_ path: String) {
        guard path != "-" else {
            self = .descriptor(1)
            return
        }
        var name = path
        for _ in 0..<Self.maximumLinks {
            // Only this process's: the links of others lead to what they have open, which is opened anew.
            if let number = Self.ownDescriptor(name) {
                self = .descriptor(number)
                return
            }
            var status = stat()
            // unsafe: the path is a NUL-terminated copy that lives through the call, which fills the variable.
            guard unsafe lstat(name, &status) == 0 else {
                self = .new(name)
                return
            }
            switch status.st_mode & S_IFMT {
            case S_IFREG where status.st_nlink > 1: self = .inPlace(name)
            case S_IFREG: self = .file(name, status)
            case S_IFLNK:
                // Links in /proc lead to what their text does not name; and the kernel may forbid to follow a link that
                // somebody else has laid in wait (fs.protected_symlinks).
                guard !name.hasPrefix("/proc/"), Self.mayFollow(name), let text = Self.link(name) else {
                    self = .through(path)
                    return
                }
                name = text.hasPrefix("/") ? text : FileReplacement.directory(of: name) + "/" + text
                continue
            default: self = .through(name)
            }
            return
        }
        self = .through(path)
    }

    private static func ownDescriptor(_ name: String) -> Int32? {
        switch name {
        case "/dev/stdout": return 1
        case "/dev/stderr": return 2
        default:
            for prefix in ["/dev/fd/", "/proc/self/fd/"] where name.hasPrefix(prefix) {
                return Int32(name.dropFirst(prefix.count)).flatMap { $0 >= 0 ? $0 : nil }
            }
            return nil
        }
    }

    private static func mayFollow(_ name: String) -> Bool {
        var status = stat()
        // unsafe: as above.
        return unsafe stat(name, &status) == 0 || errno == ENOENT
    }

    private static func link(_ name: String) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        // unsafe: the call writes at most the buffer's length.
        let count = unsafe readlink(name, &buffer, buffer.count)
        guard count > 0, count < buffer.count else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
