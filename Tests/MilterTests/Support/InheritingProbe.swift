import FakeMTA
import Foundation

/// A listening unix socket that the test holds, as systemd holds those of its .socket units.
final class HeldSocket: Sendable {
    let descriptor: Int32
    let path: String

    init(in directory: TemporaryDirectory, backlog: Int32 = 128) throws {
        path = directory.file("held")
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
        let bound = withUnsafePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0, listen(descriptor, backlog) == 0 else {
            throw FakeMTAError.system(call: "bind", errno: errno)
        }
    }

    deinit { close(descriptor) }
}

/// milter-probe with a socket that it inherits as descriptor 3.
final class InheritingProbe {
    private let child = Process()
    private let output = Pipe()
    private let ended = DispatchSemaphore(value: 0)

    /// - Parameter announced: whether the socket is announced as systemd does it, instead of as `--socket fd:3`.
    init(_ socket: HeldSocket, in directory: TemporaryDirectory, announced: Bool = false, options: [String] = []) throws
    {
        let path = try FilterProcess.executable(ScriptedFilter.probe)
        // The socket comes as standard input, which is the one descriptor that Process hands on.
        let script =
            announced
            ? "LISTEN_PID=$$ LISTEN_FDS=1 exec \"$0\" \"$@\" 3<&0 </dev/null"
            : "exec \"$0\" --socket fd:3 \"$@\" 3<&0 </dev/null"
        child.executableURL = URL(fileURLWithPath: "/bin/sh")
        child.arguments =
            ["-c", script, path, "--record", directory.file("record")]
            + EngineUnderTest.options(for: ScriptedFilter.probe) + options
        child.standardInput = FileHandle(fileDescriptor: dup(socket.descriptor), closeOnDealloc: true)
        child.standardOutput = output
        child.terminationHandler = { [ended] _ in ended.signal() }
        try child.run()
        var text = Data()
        while !text.contains(UInt8(ascii: "\n")) {
            let piece = output.fileHandleForReading.availableData
            guard !piece.isEmpty else { throw FilterProcessError.endedEarly("milter-probe", standardError: "") }
            text += piece
        }
    }

    deinit { if child.isRunning { kill(child.processIdentifier, SIGKILL) } }

    func signal(_ number: Int32) { kill(child.processIdentifier, number) }

    /// The exit status, or nil if the end did not come in time.
    func awaitEnd(within seconds: Int = 60) -> Int32? {
        guard ended.wait(timeout: .now() + .seconds(seconds)) == .success else { return nil }
        return child.terminationStatus
    }

    /// Sends SIGTERM and waits for the end.
    func stop(within seconds: Int = 60) -> Int32? {
        signal(SIGTERM)
        return awaitEnd(within: seconds)
    }
}
