extension RedisConnection {
    /// Connects to the server of an address, asking the Sentinels where there are some, and logs in. The server takes
    /// changes: it is no replica.
    ///
    /// - Parameters:
    ///   - address: which Redis.
    ///   - credentials: who we are.
    ///   - patience: how long connecting, and each answer, may take.
    ///   - maximumReply: the most bytes of one answer.
    public static func open(
        _ address: RedisAddress, as credentials: RedisCredentials, patience: Duration, maximumReply: Int = 64 << 20
    ) throws(RedisError) -> RedisConnection {
        let server: RedisEndpoint
        switch address.place {
        case .server(let endpoint): server = endpoint
        case .sentinels(let name, let endpoints):
            server = try primary(of: name, among: endpoints, as: credentials, patience: patience)
        }
        var connection = try RedisConnection.connect(to: server, patience: patience, maximumReply: maximumReply)
        try connection.logIn(as: credentials)
        let role = try connection.demand("ROLE").array?.first?.text
        guard role == "master" else {
            throw RedisError(
                .readOnly, at: connection.place, "is a \(role ?? "server without a role"), not the primary")
        }
        if address.database != 0 { _ = try connection.demand("SELECT", "\(address.database)") }
        return connection
    }

    /// Tells the server who we are, if we are anybody.
    private mutating func logIn(as credentials: RedisCredentials) throws(RedisError) {
        guard !credentials.password.isEmpty else { return }
        let user = credentials.user.isEmpty ? [] : [credentials.user]
        let words = ["AUTH"] + user + [credentials.password]
        _ = try demand(words.map { Array($0.utf8) })
    }

    /// Asks one Sentinel after the other; the first that knows is believed.
    private static func primary(
        of name: String, among sentinels: [RedisEndpoint], as credentials: RedisCredentials, patience: Duration
    ) throws(RedisError) -> RedisEndpoint {
        var failures: [String] = []
        for sentinel in sentinels {
            do throws(RedisError) {
                var connection = try RedisConnection.connect(
                    to: sentinel, patience: patience, maximumReply: 1 << 16)
                var answer = try connection.ask("SENTINEL", "get-master-addr-by-name", name)
                if answer.refusal?.hasPrefix("NOAUTH") == true {
                    try connection.logIn(as: credentials)
                    answer = try connection.demand("SENTINEL", "get-master-addr-by-name", name)
                }
                if let refusal = answer.refusal { throw RedisError(refusal: refusal, at: "\(sentinel)") }
                if let words = answer.array?.compactMap(\.text), words.count == 2, let port = UInt16(words[1]) {
                    return .inet(host: words[0], port: port)
                }
                failures.append("\(sentinel) does not know it")
            } catch {
                failures.append(error.description)
            }
        }
        throw RedisError(
            .noPrimary, at: "sentinel:\(name)", "no Sentinel tells the primary (\(failures.joined(separator: "; ")))")
    }
}
