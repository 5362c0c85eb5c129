import Glibc

/// The listening sockets that systemd passed to this process (sd_listen_fds(3)), with the names that
/// `FileDescriptorName=` gave them.
public struct InheritedSockets: Sendable, Hashable {
    /// The first descriptor that is passed; the others follow.
    static let firstDescriptor: Int32 = 3

    private var names: [String]

    /// The sockets of this process: those that `LISTEN_PID`, `LISTEN_FDS` and `LISTEN_FDNAMES` announce.
    public init() {
        self.init(process: getpid()) { name in
            // unsafe: getenv's string is copied before anything changes the environment.
            guard let value = unsafe getenv(name) else { return nil }
            return unsafe String(cString: value)
        }
    }

    /// The sockets that an environment announces to `process`; none when it speaks to another one, as a child sees it.
    init(process: Int32, environment: (String) -> String?) {
        guard environment("LISTEN_PID").flatMap({ Int32($0) }) == process,
            let count = environment("LISTEN_FDS").flatMap({ Int($0) }), 1...1_000 ~= count
        else {
            names = []
            return
        }
        names = (environment("LISTEN_FDNAMES") ?? "").split(separator: ":", omittingEmptySubsequences: false)
            .prefix(count).map(String.init)
        names += Array(repeating: "", count: count - names.count)
    }

    /// The socket of that name, which is no longer there afterwards; `nil` when there is none.
    public mutating func take(_ name: String) -> SocketName? {
        guard !name.isEmpty, let index = names.firstIndex(of: name) else { return nil }
        return taken(index)
    }

    /// The first socket that is left and has none of the `reserved` names: a socket unit without `FileDescriptorName=`
    /// passes its own name.
    public mutating func takeFirst(except reserved: Set<String> = []) -> SocketName? {
        names.indices.first { names[$0] != Self.isTaken && !reserved.contains(names[$0]) }.map { taken($0) }
    }

    /// The sockets that nobody has taken, as `fd:3 (name)`.
    public var remaining: [String] {
        names.indices.filter { names[$0] != Self.isTaken }.map { "\(descriptor($0)) (\(names[$0]))" }
    }

    /// No descriptor name can hold a colon.
    private static let isTaken = ":"

    private mutating func taken(_ index: Int) -> SocketName {
        names[index] = Self.isTaken
        return descriptor(index)
    }

    private func descriptor(_ index: Int) -> SocketName { .descriptor(Self.firstDescriptor + Int32(index)) }
}
