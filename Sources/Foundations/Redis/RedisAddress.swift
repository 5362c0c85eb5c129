/// Which Redis or Valkey to use: one server, or whichever the Sentinels call the primary.
public struct RedisAddress: Sendable, Hashable, CustomStringConvertible {
    /// How the server is found.
    public enum Place: Sendable, Hashable {
        /// It is always the same.
        case server(RedisEndpoint)

        /// These Sentinels know which server is the primary of a name.
        case sentinels(name: String, [RedisEndpoint])
    }

    /// How the server is found.
    public let place: Place

    /// The number of the database, 0...65535.
    public let database: UInt16

    /// Reads `redis:unix:/path`, `redis:host:port[/db]` or `sentinel:NAME@host:port,host:port[/db]`.
    ///
    /// A port that is not written is 6379, for Sentinels 26379. An IPv6 address stands in brackets.
    public init(_ text: String) throws(RedisError) {
        if text.hasPrefix("redis:") {
            let rest = text.dropFirst(6)
            let (server, database) = rest.hasPrefix("unix:") ? (rest, 0) : try Self.split(rest, of: text)
            guard let endpoint = RedisEndpoint(server, defaultPort: 6379) else { throw Self.fault(text) }
            (place, self.database) = (.server(endpoint), database)
        } else if text.hasPrefix("sentinel:"), let at = text.firstIndex(of: "@") {
            let name = text[..<at].dropFirst(9)
            let (list, database) = try Self.split(text[at...].dropFirst(), of: text)
            let words = list.split(separator: ",", omittingEmptySubsequences: false)
            let endpoints = words.filter { !$0.hasPrefix("unix:") }
                .compactMap { RedisEndpoint($0, defaultPort: 26379) }
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7f }), endpoints.count == words.count else {
                throw Self.fault(text)
            }
            (place, self.database) = (.sentinels(name: String(name), endpoints), database)
        } else {
            throw Self.fault(text)
        }
    }

    /// A server of a certain place.
    public init(server: RedisEndpoint, database: UInt16 = 0) {
        (place, self.database) = (.server(server), database)
    }

    /// As it is written in the configuration.
    public var description: String {
        let end = database == 0 ? "" : "/\(database)"
        switch place {
        case .server(let endpoint): return "redis:\(endpoint)\(end)"
        case .sentinels(let name, let endpoints):
            let list = endpoints.map(\.description).joined(separator: ",")
            return "sentinel:\(name)@\(list)\(end)"
        }
    }

    private static func split(_ rest: Substring, of text: String) throws(RedisError) -> (Substring, UInt16) {
        guard let slash = rest.lastIndex(of: "/"), !rest[..<slash].contains("/") else {
            if rest.contains("/") { throw fault(text) }
            return (rest, 0)
        }
        guard let number = UInt16(rest[rest.index(after: slash)...]) else { throw fault(text) }
        return (rest[..<slash], number)
    }

    private static func fault(_ text: String) -> RedisError {
        RedisError(
            .address, at: text,
            "is no address of a Redis: write redis:unix:/PATH, redis:HOST:PORT/DB or sentinel:NAME@HOST:PORT,HOST:PORT")
    }
}
