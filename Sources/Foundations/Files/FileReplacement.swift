import Glibc
import SMTP

/// A new file that takes the place of another at once. Until then it has no name where the file system can do that, so
/// that nothing is left behind when the program ends early.
final class FileReplacement {
    /// The new file, open for writing. Who holds this closes it.
    let descriptor: Int32

    private let target: String
    private let draft: String
    private var isNamed: Bool

    // linux/fcntl.h; the C macro is not imported.
    private static let unnamed: Int32 = 0o20000000 | O_DIRECTORY

    /// Makes the file.
    ///
    /// - Parameters:
    ///   - target: whose place it takes.
    ///   - path: what the administrator calls it.
    ///   - owner: whom it must belong to; `nil` for whoever runs this.
    init(of target: String, named path: String, mode: UInt32, owner: (uid_t, gid_t)?) throws(DocumentFault) {
        self.target = target
        let directory = Self.directory(of: target)
        let name = target.split(separator: "/").last.map(String.init) ?? ""
        let number = String(UInt64.random(in: .min ... .max), radix: 36)
        draft = "\(directory)/.\(name.prefix(100)).new-\(number)"
        // unsafe, here and below: paths are NUL-terminated copies that live through the call.
        var opened = unsafe Self.hasProc ? open(directory, O_WRONLY | Self.unnamed | O_CLOEXEC, 0o600) : -1
        isNamed = opened < 0
        if isNamed {
            // O_EXCL follows no link and reuses no file.
            opened = unsafe open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        }
        descriptor = opened
        guard opened >= 0 else { throw OutputFile.fault(path, errno) }
        let isOwned = owner.map { Self.hasOwner(opened, $0) || fchown(opened, $0.0, $0.1) == 0 } ?? true
        guard isOwned, fchmod(opened, mode_t(mode)) == 0 else {
            let problem = errno
            discard()
            close(opened)
            throw OutputFile.fault(path, problem)
        }
    }

    /// Puts the file in its place, durably; returns 0 or the error's number.
    func commit() -> Int32 {
        if !isNamed {
            // The only way to give a name without privileges; a name is never taken over.
            guard unsafe linkat(AT_FDCWD, "/proc/self/fd/\(descriptor)", AT_FDCWD, draft, AT_SYMLINK_FOLLOW) == 0 else {
                return errno
            }
            isNamed = true
        }
        guard unsafe rename(draft, target) == 0 else {
            let problem = errno
            discard()
            return problem
        }
        isNamed = false
        // A file system that cannot do this has done all it can.
        let directory = unsafe open(Self.directory(of: target), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if directory >= 0 {
            _ = fsync(directory)
            close(directory)
        }
        return 0
    }

    /// Takes the draft's name away, if it has one.
    func discard() {
        if isNamed { unsafe _ = unlink(draft) }
        isNamed = false
    }

    /// The directory that a path names a file in.
    static func directory(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    private static var hasProc: Bool { unsafe access("/proc/self/fd", X_OK) == 0 }

    private static func hasOwner(_ descriptor: Int32, _ owner: (uid_t, gid_t)) -> Bool {
        var status = stat()
        return unsafe fstat(descriptor, &status) == 0 && (status.st_uid, status.st_gid) == owner
    }
}
