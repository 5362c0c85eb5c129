import ClientLab
import Foundation
import Glibc

/// A private Redis, at a unix socket or at a port of loopback, which keeps nothing on disk unless told to.
public final class RedisServer: Sendable {
    /// Where it lies; the socket is in it.
    public let directory: String

    /// The configuration's word for it: `redis:unix:PATH` or `redis:127.0.0.1:PORT`.
    public let address: String

    /// The arguments beyond the standard ones.
    private let arguments: [String]
    private let socket: String?
    private let port: UInt16?
    private let process: Mutexed<ChildProcess?>
    private let lifeline = Mutexed<Lifeline?>(nil)

    /// Starts one.
    ///
    /// - Parameters:
    ///   - directory: an existing directory of its own.
    ///   - port: the port of loopback; `nil` for a unix socket alone.
    ///   - arguments: more settings, such as `--requirepass secret`.
    public init(in directory: String, port: UInt16? = nil, _ arguments: [String] = []) throws {
        self.directory = directory
        self.port = port
        self.arguments = arguments
        socket = port == nil ? directory + "/redis.sock" : nil
        address = port.map { "redis:127.0.0.1:\($0)" } ?? "redis:unix:\(directory)/redis.sock"
        process = Mutexed(nil)
        try start()
    }

    /// Whether the program is there.
    public static var isInstalled: Bool { access("/usr/bin/redis-server", X_OK) == 0 }

    /// Starts it again after ``stop()`` or ``kill()``, empty unless it keeps something on disk; returns when it answers.
    public func start() throws {
        let place =
            socket.map { ["--port", "0", "--unixsocket", $0] } ?? ["--port", "\(port ?? 0)", "--bind", "127.0.0.1"]
        let started = try ChildProcess(
            "/usr/bin/redis-server",
            place + ["--dir", directory, "--save", "", "--appendonly", "no", "--daemonize", "no"] + arguments,
            output: directory + "/redis.log", errors: directory + "/redis.log")
        process.set(started)
        lifeline.set(try Lifeline(of: started))
        let answers = Poll.until(.after(.seconds(20))) { self.answers || !started.isRunning }
        guard answers, started.isRunning else {
            throw LabError(.startFailed, "redis-server does not answer: see redis.log", at: directory)
        }
    }

    /// Ends it at once, as a crash would.
    public func kill() {
        process.get()?.send(SIGKILL)
        _ = process.get()?.wait(until: .after(.seconds(10)))
        process.set(nil)
        lifeline.get()?.cut()
        lifeline.set(nil)
    }

    /// Lets it hang, and go on.
    public func hang(_ hangs: Bool) { process.get()?.send(hangs ? SIGSTOP : SIGCONT) }

    /// What redis-cli prints for a command, `-` lines and all; the password of the arguments is used.
    @discardableResult
    public func tell(_ words: String...) throws -> String { try tell(words) }

    /// The same with a list.
    @discardableResult
    public func tell(_ words: [String]) throws -> String {
        let place = socket.map { ["-s", $0] } ?? ["-p", "\(port ?? 0)"]
        let password = arguments.firstIndex(of: "--requirepass").map { ["-a", arguments[$0 + 1], "--no-auth-warning"] }
        let run = Process()
        run.executableURL = URL(fileURLWithPath: "/usr/bin/redis-cli")
        run.arguments = place + (password ?? []) + words
        let pipe = Pipe()
        run.standardOutput = pipe
        run.standardError = pipe
        try run.run()
        let data = pipe.fileHandleForReading.readDataToEndOfFile()
        run.waitUntilExit()
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private var answers: Bool { (try? tell("PING")).map { $0.contains("PONG") || $0.contains("NOAUTH") } ?? false }

    deinit {
        process.get()?.stop(within: .milliseconds(500))
        lifeline.get()?.cut()
    }
}

/// A value that several threads set.
final class Mutexed<Value: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value
    init(_ value: Value) { self.value = value }
    func get() -> Value { lock.withLock { value } }
    func set(_ new: Value) { lock.withLock { value = new } }
}
