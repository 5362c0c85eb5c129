import Glibc

/// Becomes another program.
public enum ProgramChange {
    /// Runs `program` in place of this process, with its input, output and environment. Returns only when that fails: why.
    public static func become(_ program: String, _ arguments: [String]) -> String {
        // unsafe: execv takes C strings, which live until it returns; it returns only when nothing was changed.
        // Where it fails the process ends soon: the words are left as they are.
        let words = unsafe ([program] + arguments).map { unsafe strdup($0) } + [nil]
        _ = unsafe execv(program, words)
        return unsafe String(cString: strerror(errno))
    }

    /// Whether a file may be run.
    public static func isRunnable(_ path: String) -> Bool {
        // unsafe: the path is a copy that lives through the call.
        unsafe access(path, X_OK) == 0
    }

    /// Where this process's program lies; empty where the kernel does not say.
    public static var ownDirectory: String {
        var room = [CChar](repeating: 0, count: 4_096)
        // unsafe: the buffer outlives the call, which writes at most its length.
        let count = unsafe readlink("/proc/self/exe", &room, room.count)
        guard count > 0 else { return "" }
        let path = String(decoding: room[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
        return path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
