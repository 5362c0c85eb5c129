/// Where one Redis server listens.
public enum RedisEndpoint: Sendable, Hashable, CustomStringConvertible {
    /// At a unix socket.
    case unix(path: String)

    /// At a host's port.
    case inet(host: String, port: UInt16)

    /// As it is written in the configuration.
    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .inet(let host, let port): host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"
        }
    }

    /// Reads `unix:/path`, `host`, `host:port` or `[address]:port`; `nil` for anything else.
    init?(_ text: Substring, defaultPort: UInt16) {
        if text.hasPrefix("unix:") {
            let path = text.dropFirst(5)
            // sun_path has room for 107 bytes and a NUL.
            guard path.hasPrefix("/"), path.utf8.count <= 107, !path.utf8.contains(0) else { return nil }
            self = .unix(path: String(path))
            return
        }
        var host = text
        var port = defaultPort
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { return nil }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            if !rest.isEmpty {
                guard rest.hasPrefix(":"), let number = Self.port(rest.dropFirst()) else { return nil }
                port = number
            }
        } else if let colon = text.lastIndex(of: ":") {
            guard let number = Self.port(text[text.index(after: colon)...]) else { return nil }
            (host, port) = (text[..<colon], number)
            guard !host.contains(":") else { return nil }
        }
        guard !host.isEmpty, host.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f && $0 != UInt8(ascii: "/") }) else {
            return nil
        }
        self = .inet(host: String(host), port: port)
    }

    private static func port(_ text: Substring) -> UInt16? {
        UInt16(text).flatMap { $0 > 0 && text.utf8.first != UInt8(ascii: "+") ? $0 : nil }
    }
}
