import Glibc

/// How many file descriptors the process has left, for whoever accepts connections: below the one mark none should be
/// taken, above the other they may be taken again.
public enum DescriptorReserve: Sendable, Hashable {
    /// Too few for another connection.
    case scarce

    /// Between the marks: what is done goes on.
    case some

    /// Enough.
    case plenty

    /// What is left now. O(open descriptors).
    public static var now: DescriptorReserve {
        let (free, limit) = freeDescriptors()
        // With a small limit both marks must leave room for some connections, or they would never be taken.
        if free < min(32, limit / 8) { return .scarce }
        return free > min(96, limit / 4) ? .plenty : .some
    }

    /// The limit of descriptors, and how many of them are free. The lowest free one says nothing: a single session that
    /// ends leaves a low one free among thousands in use.
    private static func freeDescriptors() -> (free: Int, limit: Int) {
        var resource = rlimit()
        // unsafe: getrlimit fills the variable.
        guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &resource) == 0 else { return (.max, .max) }
        let limit = Int(clamping: resource.rlim_cur)
        // unsafe: the directory is read and closed here. To open it takes a descriptor, which may be one too many.
        guard let directory = unsafe opendir("/proc/self/fd") else {
            return (errno == EMFILE || errno == ENFILE ? 0 : .max, limit)
        }
        defer { unsafe _ = closedir(directory) }
        // Not counted as in use: `.`, `..` and the directory itself.
        var used = -3
        while unsafe readdir(directory) != nil { used += 1 }
        return (max(0, limit - used), limit)
    }
}
