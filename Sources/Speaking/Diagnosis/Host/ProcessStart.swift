internal import FoundationEssentials

/// When a process began, and whether it is stopped, as Linux says (proc(5)).
public struct ProcessStart: Sendable, Hashable {
    /// The process.
    public var pid: Int
    /// Its parent.
    public var parent: Int
    /// Its name.
    public var name: String
    /// Whether somebody has stopped it (SIGSTOP, a debugger).
    public var isStopped: Bool
    /// When it began, in seconds after the host did.
    public var seconds: Double

    /// Reads a line of `/proc/PID/stat`, whose clock ticks a hundred times a second for programs.
    public init?(_ line: String) {
        guard let open = line.firstIndex(of: "("), let close = line.lastIndex(of: ")"), open < close,
            let pid = Int(line[..<open].trimmed)
        else { return nil }
        let fields = line[line.index(after: close)...].split(separator: " ")
        // The state is field 3, the parent 4, the start 22.
        guard fields.count > 19, let parent = Int(fields[1]), let ticks = Double(fields[19]) else { return nil }
        self.pid = pid
        self.parent = parent
        name = String(line[line.index(after: open)..<close])
        isStopped = fields[0] == "T" || fields[0] == "t"
        seconds = ticks / 100
    }

    /// The processes of this host.
    static func all() -> [ProcessStart] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.filter { $0.allSatisfy(\.isNumber) }.compactMap { read("/proc/\($0)/stat") }
    }

    /// A process of this host.
    public static func of(_ pid: Int) -> ProcessStart? { read("/proc/\(pid)/stat") }

    /// Whether a process of this name is stopped.
    public static func isStopped(_ name: String) -> Bool { all().contains { $0.name == name && $0.isStopped } }

    private static func read(_ file: String) -> ProcessStart? {
        FileManager.default.contents(atPath: file).flatMap { ProcessStart(String(decoding: $0, as: UTF8.self)) }
    }

    /// When a time after the host's start was, in seconds since 1970.
    static func clock(_ seconds: Double, now: Int64) -> Int64? {
        guard let data = FileManager.default.contents(atPath: "/proc/uptime"),
            let uptime = String(decoding: data, as: UTF8.self).split(separator: " ").first.flatMap({ Double($0) })
        else { return nil }
        return Int64(exactly: (Double(now) - uptime + seconds).rounded())
    }
}
