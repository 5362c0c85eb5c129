/// Where a filter listens, in the spelling of libmilter, of Sendmail or of Postfix.
public enum SocketName: Hashable, Sendable {
    /// A socket in the file system.
    case unix(path: String)

    /// An address and port; an empty host means every address of the family.
    case inet(host: String, port: UInt16, isIPv6: Bool)

    /// A socket that is open already.
    case descriptor(Int32)

    /// The longest path that fits a `sockaddr_un`.
    public static let maximumPathLength = 107

    /// Reads `unix:PATH`, `local:PATH`, `PATH`, `inet:PORT@HOST`, `inet:PORT`, Postfix's `inet:HOST:PORT`, `inet6:` in
    /// the same forms with the host in brackets or bare, and `fd:NUMBER`.
    public init(_ text: String) throws(SocketError) {
        func refuse(_ problem: String) -> SocketError {
            SocketError(.socketSyntax, "socket \"\(text)\": \(problem): write unix:PATH, inet:PORT@HOST or fd:NUMBER")
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        if text.hasPrefix("/") {
            self = .unix(path: text)
        } else if parts.count < 2 {
            throw refuse("it has no kind")
        } else {
            switch parts[0] {
            case "unix", "local": self = .unix(path: parts[1])
            case "inet", "inet6":
                guard let (host, port) = Self.hostAndPort(parts[1], isIPv6: parts[0] == "inet6") else {
                    throw refuse("the port is not a number from 1 to 65535")
                }
                self = .inet(host: host, port: port, isIPv6: parts[0] == "inet6" || host.contains(":"))
            case "fd":
                guard let number = Int32(parts[1]), number >= 0 else { throw refuse("the descriptor is not a number") }
                self = .descriptor(number)
            default: throw refuse("\"\(parts[0])\" is not a kind of socket")
            }
        }
        if case .unix(let path) = self, path.isEmpty || path.utf8.count > Self.maximumPathLength {
            throw refuse("the path must have 1 to \(Self.maximumPathLength) bytes")
        }
    }

    private static func hostAndPort(_ text: String, isIPv6: Bool) -> (String, UInt16)? {
        func bare(_ host: some StringProtocol) -> String {
            host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : String(host)
        }
        if let at = text.firstIndex(of: "@") {
            return port(text[..<at]).map { (bare(text[text.index(after: at)...]), $0) }
        }
        if let colon = text.lastIndex(of: ":") {
            return port(text[text.index(after: colon)...]).map { (bare(text[..<colon]), $0) }
        }
        return port(text[...]).map { ("", $0) }
    }

    private static func port(_ text: Substring) -> UInt16? {
        guard let port = UInt16(text), port > 0, text.first != "+" else { return nil }
        return port
    }
}

extension SocketName: CustomStringConvertible {
    /// The socket in libmilter's spelling.
    public var description: String {
        switch self {
        case .unix(let path): "unix:\(path)"
        case .inet(let host, let port, let isIPv6):
            "\(isIPv6 ? "inet6" : "inet"):\(port)" + (host.isEmpty ? "" : "@\(host.contains(":") ? "[\(host)]" : host)")
        case .descriptor(let number): "fd:\(number)"
        }
    }
}
