public import Redis
public import Signing

/// A Redis or Valkey over which a group of sites exchanges submissions and snapshots. The names of all keys begin with the
/// group's number, so that several groups, and other programs, may use one Redis:
///
/// | name | type | holds |
/// | --- | --- | --- |
/// | `argot-group:GROUP:submissions` | stream | signed submissions in pieces, newest last: `document`, `piece`, `bytes` |
/// | `argot-group:GROUP:snapshot:SIGNER` | string | the newest signed snapshot of a server's key |
///
/// Nothing in it is trusted: what counts is signed.
public struct GroupRedis: Sendable, Hashable {
    /// Which Redis.
    public var address: RedisAddress

    /// Who we are to it.
    public var credentials: RedisCredentials

    /// The group: ``SenderSubmission/group``.
    public var group: UInt64

    /// How long connecting, and each answer, may take.
    public var patience: Duration = .seconds(10)

    /// How many bytes of a document an entry of the stream has at most.
    public var pieceBytes = 1 << 20

    /// The most bytes of one answer: a page of pieces, and nothing that somebody else has put there.
    public var largestAnswer = 64 << 20

    /// The Redis of a group.
    public init(_ address: RedisAddress, as credentials: RedisCredentials = .init(), group: UInt64) {
        self.address = address
        self.credentials = credentials
        self.group = group
    }

    /// The stream of submissions.
    public var submissions: String { "\(prefix):submissions" }

    /// Where the snapshots of a server's key are.
    public func snapshot(of signer: SignerID) -> String { "\(prefix):snapshot:\(signer)" }

    /// A key, and where it is, for messages.
    public func place(_ key: String) -> String { "\(address) \(key)" }

    private var prefix: String { "argot-group:\(String(group, radix: 16))" }

    /// Connects to the primary, and logs in.
    public func open() throws(RedisError) -> RedisConnection {
        try RedisConnection.open(address, as: credentials, patience: patience, maximumReply: largestAnswer)
    }

    /// Connects, does something, and says what is wrong as the group's commands and settings have it.
    public func connected<Result>(
        _ body: (inout RedisConnection) throws(RedisError) -> Result
    ) throws(GroupRedisFault) -> Result {
        do throws(RedisError) {
            var connection = try open()
            return try body(&connection)
        } catch {
            throw GroupRedisFault(error)
        }
    }
}

/// Why a group's Redis cannot be used.
public struct GroupRedisFault: Error, Sendable, Hashable {
    /// What went wrong.
    public let error: RedisError

    init(_ error: RedisError) { self.error = error }
}

extension GroupRedisFault: CustomStringConvertible {
    /// Where, what, and what to do.
    public var description: String { "\(error.place): \(error.detail)" + (remedy.map { ": \($0)" } ?? "") }

    private var remedy: String? {
        switch error.code {
        case .address, .refused: nil
        case .unreachable: "start it, or check its address"
        case .forbidden:
            "a unix socket needs the user argot in the group of the Redis (adduser argot redis), an address beyond this "
                + "host IPAddressAllow= in the unit (systemctl edit)"
        case .timeout: "check its load and the network"
        case .password: "name the file with the password (senders_redis_password_file, --redis-password-file)"
        case .permission: "allow this user the commands and keys that sites.md lists"
        case .readOnly, .noPrimary: "name the primary, or the Sentinels that know it"
        case .full: "raise maxmemory, or submit with a smaller --stream-length"
        case .disk: "make room on the disk of the Redis"
        case .loading: "wait until it has started"
        case .cluster: "use a Redis that is not clustered"
        case .wrongType: "another program uses this key: use another database of the Redis"
        case .tooLarge: "something else writes to this key: remove it"
        case .notRedis: "check the address; TLS needs stunnel in front"
        }
    }
}
