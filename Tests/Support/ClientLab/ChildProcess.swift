import Foundation
import Glibc
import Synchronization

/// A program running as the leader of its own session, so that it and all its offspring can be ended together.
public final class ChildProcess: Sendable {
    /// How a child ended.
    public enum Ending: Equatable, Sendable {
        /// It returned this status.
        case exited(Int32)
        /// This signal ended it.
        case signalled(Int32)
    }

    /// The process id, which is also the id of its process group.
    public let processID: pid_t
    private let ending = Mutex<Ending?>(nil)
    private let groupIsGone = Mutex(false)

    /// Starts `path` with `arguments`; its standard streams are files (default: nothing to read, nothing kept).
    ///
    /// The environment is only what is given, plus a standard `PATH` and the C locale.
    public init(
        _ path: String, _ arguments: [String] = [], environment: [String: String] = [:],
        input: String = "/dev/null", output: String = "/dev/null", errors: String = "/dev/null"
    ) throws(LabError) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        if errors == output {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        }
        Self.addCloseFrom(3, to: &actions)

        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var nothing = sigset_t()
        var everything = sigset_t()
        sigemptyset(&nothing)
        sigfillset(&everything)
        posix_spawnattr_setsigmask(&attributes, &nothing)
        posix_spawnattr_setsigdefault(&attributes, &everything)
        let flags = Self.newSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)
        posix_spawnattr_setflags(&attributes, Int16(flags))

        var variables = ["PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C"]
        variables.merge(environment) { $1 }
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        var envp = variables.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer {
            for pointer in argv + envp { free(pointer) }
        }
        var child: pid_t = 0
        let status = posix_spawn(&child, path, &actions, &attributes, &argv, &envp)
        guard status == 0 else {
            throw LabError(.spawnFailed, "cannot start (\(String(cString: strerror(status))))", at: path)
        }
        processID = child
    }

    deinit {
        stop(within: .milliseconds(500))
    }

    /// Whether it has not ended yet.
    public var isRunning: Bool {
        reap() == nil
    }

    /// How it ended, or nil if it still runs at the deadline.
    public func wait(until deadline: Deadline) -> Ending? {
        _ = Poll.until(deadline) { reap() != nil }
        return reap()
    }

    /// Sends `signal` to the process alone.
    public func send(_ signal: Int32) {
        ending.withLock { if $0 == nil { _ = kill(processID, signal) } }
    }

    /// Ends the whole process group: SIGTERM, and SIGKILL to what is left when the leader ended or time is up.
    @discardableResult
    public func stop(within limit: Duration = .seconds(3)) -> Ending? {
        groupIsGone.withLock { groupIsGone in
            if groupIsGone { return reap() }
            if reap() == nil {
                kill(-processID, SIGTERM)
                _ = wait(until: .after(limit))
            }
            kill(-processID, SIGKILL)
            let result = wait(until: .after(.seconds(5)))
            // Members of the group that are not our children are dead now; init reaps them when it gets to it.
            groupIsGone = true
            _ = Poll.until(.after(.milliseconds(100))) { kill(-processID, 0) != 0 && errno == ESRCH }
            return result
        }
    }

    /// glibc's `POSIX_SPAWN_SETSID`, which its headers show to C with `_GNU_SOURCE` only.
    private static let newSession: Int32 = 0x80

    /// Calls glibc's `posix_spawn_file_actions_addclosefrom_np`, hidden from Swift for the same reason, so that a
    /// child does not inherit the sockets of tests that run at the same time.
    private static func addCloseFrom(_ first: Int32, to actions: inout posix_spawn_file_actions_t) {
        typealias Function = @convention(c) (UnsafeMutablePointer<posix_spawn_file_actions_t>, Int32) -> Int32
        guard let symbol = dlsym(nil, "posix_spawn_file_actions_addclosefrom_np") else { return }
        _ = unsafeBitCast(symbol, to: Function.self)(&actions, first)
    }

    private func reap() -> Ending? {
        ending.withLock { ending in
            if let ending { return ending }
            var status: Int32 = 0
            guard waitpid(processID, &status, WNOHANG) == processID else { return nil }
            let signal = status & 0x7f
            ending = signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
            return ending
        }
    }
}
