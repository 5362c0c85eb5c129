/// Where a filter listens, in the spelling of libmilter: `unix:/path`, `local:/path`, `/path` or `inet:port@host`.
public enum SocketAddress: Hashable, Sendable {
    /// A unix socket.
    case unix(path: String)
    /// A TCP port on a host, by address.
    case inet(port: UInt16, host: String)

    /// - Throws: ``FakeMTAError/badSocket(_:)``.
    public init(_ specification: String) throws(FakeMTAError) {
        let parts = specification.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        switch (parts.first, parts.count) {
        case ("unix", 2), ("local", 2):
            self = .unix(path: parts[1])
        case ("inet", 2):
            let place = parts[1].split(separator: "@", maxSplits: 1).map(String.init)
            guard let port = place.first.flatMap({ UInt16($0) }) else { throw .badSocket(specification) }
            let host = place.count > 1 ? place[1] : "127.0.0.1"
            self = .inet(port: port, host: host == "localhost" ? "127.0.0.1" : host)
        default:
            guard specification.hasPrefix("/") else { throw .badSocket(specification) }
            self = .unix(path: specification)
        }
    }
}
