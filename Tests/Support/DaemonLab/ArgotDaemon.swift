import ClientLab
import FakeMTA
import Foundation
import Synchronization

/// argotd under test, with socket, data, configuration and log in a directory of its own. It may be started again after
/// its end; it is killed with the test, however the test ends.
public final class ArgotDaemon: Sendable {
    /// The settings that a test begins with: everybody is judged, lines are JSON, and any user may connect.
    public static func standardSettings(in directory: String) -> [String: String] {
        [
            "socket": "unix:\(directory)/argot.sock", "socket_mode": "0666", "data_directory": "\(directory)/data",
            "trusted_networks": "", "log_format": "json", "name_lookups": "yes",
            "control_socket": "unix:\(directory)/control.sock",
            "judgement_socket": "unix:\(directory)/judgements.sock",
        ]
    }

    /// Where everything lies.
    public let directory: ScratchDirectory

    /// How the daemon is brought to run; the default runs it as it is.
    private let launcher: @Sendable (_ path: String, _ arguments: [String]) -> (path: String, arguments: [String])

    private struct State {
        var settings: [String: String]
        var runs = 0
        var process: ChildProcess?
        var lifeline: Lifeline?
    }

    private let state: Mutex<State>

    /// Settings that apply every verdict; certain bots get `certainAction`.
    public static func enforcing(
        _ certainAction: String = "tempfail", _ more: [String: String] = [:]
    ) -> [String: String] {
        var settings = [
            "mode": "enforce", "enforce": "tempfail reject fakereject", "certain_action": certainAction,
            "fake_reject_fraction": certainAction == "fakereject" ? "1" : "0",
        ]
        // A test asks for few recipients, and wants to be lied to about all of them.
        if certainAction == "fakereject" { settings["fake_reject_share"] = "1" }
        return settings.merging(more) { $1 }
    }

    /// Prepares a daemon; nothing runs before ``start(within:)``.
    ///
    /// - Parameters:
    ///   - settings: what differs from the standard settings of tests.
    ///   - launcher: the program and arguments that start the daemon, for tests that start it through a shell.
    public init(
        _ settings: [String: String] = [:],
        launcher:
            @escaping @Sendable (_ path: String, _ arguments: [String]) -> (path: String, arguments: [String]) = {
                ($0, $1)
            }
    ) throws {
        directory = try ScratchDirectory(prefix: "argot")
        self.launcher = launcher
        var standard = Self.standardSettings(in: directory.path)
        if EngineUnderTest.current != .libmilter { standard["milter_engine"] = EngineUnderTest.current.rawValue }
        state = Mutex(State(settings: standard))
        try configure(settings)
    }

    /// A daemon that runs.
    public static func started(_ settings: [String: String] = [:]) throws -> ArgotDaemon {
        let daemon = try ArgotDaemon(settings)
        try daemon.start()
        return daemon
    }

    deinit { kill() }

    /// The path of a file in the daemon's directory.
    public func path(_ name: String) -> String { "\(directory.path)/\(name)" }

    /// Where it listens unless a test has set another socket.
    public var socketPath: String { path("argot.sock") }

    /// The same as mail servers write it.
    public var socket: String { "unix:\(socketPath)" }

    /// The configuration file.
    public var configurationFile: String { path("argotd.conf") }

    /// Changes settings in the configuration file; the daemon hears of it at its next start or reload. `DIRECTORY` in
    /// a value stands for the daemon's directory.
    public func configure(_ changes: [String: String]) throws {
        let settings = state.withLock { state in
            state.settings.merge(changes) { $1 }
            return state.settings
        }
        let lines = settings.sorted { $0.key < $1.key }.map { key, value in
            "\(key) = \(value.replacing("DIRECTORY", with: directory.path))"
        }
        try write(lines.joined(separator: "\n") + "\n", to: "argotd.conf")
    }

    /// Writes a file in the daemon's directory.
    public func write(_ text: String, to name: String) throws {
        try text.write(toFile: path(name), atomically: true, encoding: .utf8)
    }

    /// What a file in the daemon's directory holds; empty if there is none.
    public func contents(of name: String) -> String {
        FileManager.default.contents(atPath: path(name)).map { String(decoding: $0, as: UTF8.self) } ?? ""
    }

    /// Starts the daemon and returns when it says `ready`.
    public func start(within limit: Duration = .seconds(120)) throws {
        let run = state.withLock { state in
            state.runs += 1
            return state.runs
        }
        let process = try spawn(output: path("out.\(run)"))
        let isReady = Poll.until(.after(limit)) {
            contents(of: "out.\(run)").split(separator: "\n").contains("ready") || !process.isRunning
        }
        guard isReady, process.isRunning else {
            process.stop(within: .zero)
            throw LabError(.startFailed, "argotd is not ready: \(standardError)", at: directory.path)
        }
        let lifeline = try Lifeline(of: process)
        state.withLock { state in
            state.process = process
            state.lifeline = lifeline
        }
    }

    /// Starts a daemon that is expected to give up, and returns how it ended and what it wrote to standard error.
    public func failToStart(within limit: Duration = .seconds(120)) throws -> (
        ending: ChildProcess.Ending?, message: String
    ) {
        let earlier = standardError.utf8.count
        let process = try spawn(output: path("out.failed"))
        let ending = process.wait(until: .after(limit))
        process.stop(within: .zero)
        return (ending, String(decoding: standardError.utf8.dropFirst(earlier), as: UTF8.self))
    }

    private func spawn(output: String) throws -> ChildProcess {
        let daemon = try FilterProcess.executable("argotd")
        let (path, arguments) = launcher(daemon, ["--config", configurationFile, "--foreground"])
        return try ChildProcess(path, arguments, output: output, errors: self.path("log"))
    }

    /// The process that was started last.
    public var process: ChildProcess? { state.withLock { $0.process } }

    /// Whether it runs.
    public var isRunning: Bool { process?.isRunning ?? false }

    /// Sends a signal.
    public func send(_ signal: Int32) { process?.send(signal) }

    /// Kills it and waits until it is gone.
    public func kill() {
        process?.send(SIGKILL)
        _ = awaitEnd(within: .seconds(5))
        cutLifeline()
    }

    /// Tells it to finish, and waits for the end.
    @discardableResult
    public func stop(within limit: Duration = .seconds(60)) -> ChildProcess.Ending? {
        process?.send(SIGTERM)
        defer { cutLifeline() }
        return awaitEnd(within: limit)
    }

    /// Waits for the end; nil when it still runs.
    public func awaitEnd(within limit: Duration) -> ChildProcess.Ending? { process?.wait(until: .after(limit)) }

    private func cutLifeline() {
        let lifeline = state.withLock { state in
            defer { state.lifeline = nil }
            return state.lifeline
        }
        lifeline?.cut()
    }
}

extension ArgotDaemon {
    /// A line of its log.
    public struct Line: Sendable {
        /// The values by their keys; empty when the line was no JSON object of strings.
        public let fields: [String: String]
        /// The line as it is.
        public let text: String

        /// A line as it was written.
        public init(_ text: Substring) {
            self.text = String(text)
            fields = (try? JSONDecoder().decode([String: String].self, from: Data(text.utf8))) ?? [:]
        }

        /// The value of a key; empty when it is missing.
        public subscript(key: String) -> String { fields[key] ?? "" }

        /// The signals, standings and exemptions behind a verdict.
        public var reasons: [String] { self["reason"].split(separator: ",").map(String.init) }
    }

    /// Everything it wrote to standard error, in all its lives.
    public var standardError: String { contents(of: "log") }

    /// The complete lines of its log.
    public var lines: [Line] {
        let text = standardError
        let end = text.utf8.lastIndex(of: UInt8(ascii: "\n")) ?? text.startIndex
        return text[..<end].split(separator: "\n").map(Line.init)
    }

    /// The lines about verdicts, perhaps those of one client only.
    public func verdicts(on client: String? = nil) -> [Line] {
        lines.filter { $0["event"] == "verdict" && (client == nil || $0["client"] == client) }
    }

    /// What the daemon said about itself.
    public func messages(_ text: String) -> [Line] { lines.filter { $0["message"].contains(text) } }

    /// Waits until so many verdicts are logged, and returns those that are.
    public func awaitVerdicts(_ count: Int, on client: String? = nil, within limit: Duration = .seconds(60)) -> [Line] {
        _ = Poll.until(.after(limit)) { verdicts(on: client).count >= count }
        return verdicts(on: client)
    }

    /// Waits until the daemon has said `text` so many times; whether it has.
    public func awaitMessage(_ text: String, count: Int = 1, within limit: Duration = .seconds(60)) -> Bool {
        Poll.until(.after(limit)) { messages(text).count >= count }
    }

    /// Sends HUP, or another signal, and waits until the daemon says that it has or has not reloaded.
    ///
    /// - Returns: whether it has reloaded.
    public func reload(with signal: Int32 = SIGHUP) throws -> Bool {
        let before = (done: messages("reloaded").count, refused: messages("not reloaded").count)
        send(signal)
        guard Poll.until(.after(.seconds(60)), { messages("reloaded").count > before.done }) else {
            throw LabError(.timedOut, "no word of a reload:\n\(standardError)", at: directory.path)
        }
        return messages("not reloaded").count == before.refused
    }
}
