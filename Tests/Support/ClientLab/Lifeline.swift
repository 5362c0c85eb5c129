import Glibc

/// Ends a process group when this program dies, however it dies: a crashed test leaves no server behind.
///
/// A shell waits on a pipe whose other end only this program holds; the kernel closes that end in any case.
public final class Lifeline: Sendable {
    private let writeEnd: Int32
    private let watcher: ChildProcess

    /// Ties the process group of `child` to the life of this program.
    public init(of child: ChildProcess) throws(LabError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw LabError(.spawnFailed, "no pipe (\(errnoText()))")
        }
        writeEnd = ends[1]
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        defer { close(ends[0]) }
        let group = child.processID
        do {
            watcher = try ChildProcess(
                "/bin/sh", ["-c", "read -r line; kill -s TERM -- -\(group); sleep 1; kill -s KILL -- -\(group)"],
                input: "/proc/self/fd/\(ends[0])")
        } catch {
            close(ends[1])
            throw error
        }
    }

    deinit {
        cut()
        close(writeEnd)
    }

    /// Ends the watch without ending the group; for when it has ended already.
    public func cut() {
        watcher.send(SIGKILL)
        watcher.stop()
    }
}
