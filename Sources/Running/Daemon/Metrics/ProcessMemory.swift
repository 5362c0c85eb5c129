import FoundationEssentials

/// What this process holds of memory.
enum ProcessMemory {
    /// The resident bytes, as Linux counts them (proc_pid_statm(5)); `nil` where it does not tell.
    static var residentBytes: Int? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        guard fields.count > 1, let pages = Int(fields[1]) else { return nil }
        // A page has 4,096 bytes on every platform that Debian has Swift for.
        return pages * 4_096
    }
}
