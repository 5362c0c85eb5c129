import Glibc

/// Tells the service manager how this process is: one datagram for each change to the socket that `NOTIFY_SOCKET` names
/// (sd_notify(3)). Without such a socket nothing happens.
///
/// Written out here because libsystemd would be a dependency for one sendto(2).
public struct ServiceNotification: Sendable, Hashable {
    /// What can be reported to the service manager.
    public enum State: Sendable, Hashable {
        /// Mail servers are answered.
        case ready
        /// Configuration and model are being read again; ``ready`` ends it.
        case reloading
        /// The process finishes what it does and leaves.
        case stopping
        /// The process has proved that it works.
        case alive
    }

    /// How long the manager waits for ``State/alive`` before it kills the process, in seconds; `nil` when it does not.
    public let watchdogSeconds: Double?

    private let path: String?

    /// The manager that this process was started by.
    public init() {
        self.init(process: getpid()) { name in
            // unsafe: getenv's string is copied before anything changes the environment.
            guard let value = unsafe getenv(name) else { return nil }
            return unsafe String(cString: value)
        }
    }

    /// The manager that an environment names to `process`.
    init(process: Int32, environment: (String) -> String?) {
        let path = environment("NOTIFY_SOCKET") ?? ""
        let isUsable = (path.hasPrefix("/") || path.hasPrefix("@")) && path.utf8.count <= SocketName.maximumPathLength
        self.path = isUsable ? path : nil
        let isOurs = environment("WATCHDOG_PID").map { Int32($0) == process } ?? true
        let microseconds = environment("WATCHDOG_USEC").flatMap { UInt64($0) } ?? 0
        // Longer than a day is as good as a day, and nothing overflows that counts with it.
        watchdogSeconds = isUsable && isOurs && microseconds > 0 ? min(Double(microseconds) / 1e6, 86_400) : nil
    }

    /// Tells the manager. A manager that is gone is not missed.
    public func send(_ state: State) {
        guard let path else { return }
        let message = Array(Self.text(of: state).utf8)
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        // unsafe: the message and the address are read within the call.
        unsafe SocketListener.withAddress(path: path) { address, length in
            unsafe _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), address, length)
        }
    }

    private static func text(of state: State) -> String {
        switch state {
        case .ready: "READY=1"
        case .reloading: "RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)"
        case .stopping: "STOPPING=1"
        case .alive: "WATCHDOG=1"
        }
    }

    private static var monotonicMicroseconds: Int64 {
        var time = timespec()
        // unsafe: the call fills the variable.
        unsafe _ = clock_gettime(CLOCK_MONOTONIC, &time)
        return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
    }
}
