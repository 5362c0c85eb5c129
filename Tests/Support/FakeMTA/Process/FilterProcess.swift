import Foundation

/// A filter running as a child process: milter-probe, reference-filter, argotd, or anything that prints `ready`.
///
/// Starting returns when the line `ready` has come on standard output; nothing sleeps, everything is bounded. Standard
/// error goes to a file in the given directory. The process is killed when nobody refers to it any more.
public final class FilterProcess: Sendable {
    /// The executable's name.
    public let name: String
    /// The process identifier.
    public let identifier: pid_t
    /// The directory the process was given.
    public let directory: TemporaryDirectory

    private let child: ChildState
    private let errorFile: String

    /// Held while a pipe is made and handed to a child, so that no other child inherits it.
    private static let starting = NSLock()

    /// Starts an executable that stands beside the running test.
    ///
    /// - Parameters:
    ///   - name: the name of the executable, or a path if it has a slash.
    ///   - environment: variables added to the test's own.
    ///   - timeout: the bound on getting ready.
    public init(
        _ name: String, arguments: [String], directory: TemporaryDirectory, environment: [String: String] = [:],
        timeout: Duration = .seconds(60)
    ) throws {
        self.name = name
        self.directory = directory
        errorFile = "\(name.split(separator: "/").last ?? "filter").stderr"
        let path = try FilterProcess.executable(name)
        let errors = directory.file(errorFile)
        let started = try FilterProcess.starting.withLock {
            var output: [Int32] = [-1, -1]
            guard pipe(&output) == 0 else { throw FilterProcessError.notStarted(name, errno: errno) }
            defer { close(output[1]) }
            for descriptor in output { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
            do {
                let identifier = try FilterProcess.spawn(
                    path, arguments, environment, output: output[1], errors: errors)
                return (identifier: identifier, output: output[0])
            } catch {
                close(output[0])
                throw error
            }
        }
        identifier = started.identifier
        child = ChildState(identifier)
        try awaitReady(started.output, until: .after(timeout))
    }

    deinit {
        child.signal(SIGKILL)
    }

    /// What the filter has written on standard error so far.
    public var standardError: String { directory.contents(of: errorFile) }

    /// How the process ended; nil while it runs.
    public var termination: Termination? { child.termination }

    /// Sends a signal, unless the process has ended.
    public func signal(_ number: Int32) {
        child.signal(number)
    }

    /// Sends SIGTERM and waits for the end.
    ///
    /// - Throws: ``FilterProcessError/stillRunning(_:)`` when it has not ended in time; it is killed then.
    @discardableResult
    public func stop(within duration: Duration = .seconds(60)) throws -> Termination {
        child.signal(SIGTERM)
        do {
            return try awaitTermination(within: duration)
        } catch {
            child.signal(SIGKILL)
            throw error
        }
    }

    /// Kills the process and waits until it is gone.
    public func kill() {
        child.signal(SIGKILL)
        _ = child.wait(for: .seconds(15))
    }

    /// Waits for the process to end by itself.
    public func awaitTermination(within duration: Duration = .seconds(60)) throws -> Termination {
        guard let termination = child.wait(for: duration) else { throw FilterProcessError.stillRunning(name) }
        return termination
    }

    /// The path of an executable: beside the running test, where the package's products are.
    public static func executable(_ name: String) throws -> String {
        if name.contains("/") { return name }
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? ""
        let starts = [own, CommandLine.arguments.first ?? "", Bundle.main.bundlePath]
        let directories = starts.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path }
        for directory in directories + [Bundle.main.bundlePath] {
            let path = directory + "/" + name
            if access(path, X_OK) == 0 { return path }
        }
        throw FilterProcessError.noExecutable(name, searched: directories)
    }

    private func awaitReady(_ descriptor: Int32, until deadline: Deadline) throws {
        var text = ""
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().contains("ready") {
            var state = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let polled = poll(&state, 1, deadline.remainingMilliseconds)
            let count = polled > 0 ? read(descriptor, &buffer, buffer.count) : -1
            if count > 0 {
                text += String(decoding: buffer[..<count], as: UTF8.self)
            } else if polled == 0 || count == 0 {
                close(descriptor)
                kill()
                throw polled == 0
                    ? FilterProcessError.notReady(name, standardError: standardError)
                    : FilterProcessError.endedEarly(name, standardError: standardError)
            }
        }
        Thread.detachNewThread { FilterProcess.drain(descriptor) }
    }

    /// Throws away what else is printed, lest the filter blocks on a full pipe.
    private static func drain(_ descriptor: Int32) {
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            if count == 0 || (count < 0 && errno != EINTR) { break }
        }
        close(descriptor)
    }

    private static func spawn(
        _ path: String, _ arguments: [String], _ environment: [String: String], output: Int32, errors: String
    ) throws -> pid_t {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, errors, O_WRONLY | O_CREAT | O_APPEND, 0o644)
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }.map { "\($0)=\($1)" }
        var argv = ([path] + arguments).map { strdup($0) } + [nil]
        var envp = variables.map { strdup($0) } + [nil]
        defer { (argv + envp).forEach { free($0) } }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        sigemptyset(&none)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var identifier: pid_t = 0
        let result = posix_spawn(&identifier, path, &actions, &attributes, &argv, &envp)
        guard result == 0 else { throw FilterProcessError.notStarted(path, errno: result) }
        return identifier
    }
}
