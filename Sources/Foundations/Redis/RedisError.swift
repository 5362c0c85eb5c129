/// Why a Redis cannot be used, or refuses something.
public struct RedisError: Error, Sendable, Hashable, CustomStringConvertible {
    /// What went wrong.
    public enum Code: String, Sendable, Hashable, CaseIterable {
        /// The address cannot be read.
        case address
        /// Nobody listens there, or the connection was lost.
        case unreachable
        /// This process may not reach it.
        case forbidden
        /// It did not answer in time.
        case timeout
        /// It wants a password, or another one.
        case password
        /// The user may not do that.
        case permission
        /// It is a replica, which takes no changes.
        case readOnly
        /// Its memory is full.
        case full
        /// It cannot write to its disk, and so takes no changes.
        case disk
        /// It is still loading its data.
        case loading
        /// It is a node of a Redis Cluster.
        case cluster
        /// What it holds under a key is of another type.
        case wrongType
        /// An answer was larger than allowed.
        case tooLarge
        /// What answers is no Redis.
        case notRedis
        /// No Sentinel knows the primary.
        case noPrimary
        /// It refused something for another reason.
        case refused
    }

    /// What went wrong.
    public let code: Code

    /// Where, as the configuration writes it.
    public let place: String

    /// What exactly.
    public let detail: String

    /// An error of its parts.
    public init(_ code: Code, at place: String, _ detail: String) {
        self.code = code
        self.place = place
        self.detail = detail
    }

    /// The refusal that a server's words tell of. Redis begins them with a word in capitals (RESP, "Simple errors").
    public init(refusal words: String, at place: String) {
        let word = words.prefix { $0 != " " }
        let code: Code =
            switch word {
            case "NOAUTH", "WRONGPASS": .password
            case "NOPERM": .permission
            case "READONLY", "MASTERDOWN": .readOnly
            case "OOM": .full
            case "MISCONF": .disk
            case "LOADING", "BUSY", "TRYAGAIN": .loading
            case "MOVED", "ASK", "CLUSTERDOWN", "CROSSSLOT": .cluster
            case "WRONGTYPE": .wrongType
            case "ERR" where words.contains("invalid password") || words.contains("AUTH"): .password
            default: .refused
            }
        // A server's words may hold anything, and as much of it as it likes.
        let shown = words.unicodeScalars.prefix(200).map { $0.value < 0x20 || $0.value == 0x7f ? " " : String($0) }
        self.init(code, at: place, shown.joined())
    }

    /// Whether the same may be tried again at another connection, soon: nothing needs to be set right by anybody.
    public var mayPass: Bool {
        switch code {
        case .unreachable, .forbidden, .timeout, .readOnly, .full, .disk, .loading, .noPrimary: true
        default: false
        }
    }

    /// Where, what, and what to do.
    public var description: String { "\(place): \(detail)" + (remedy.map { ": \($0)" } ?? "") }

    private var remedy: String? {
        switch code {
        case .address, .refused, .wrongType: nil
        case .unreachable: "start it, or set shared_store right"
        case .forbidden:
            "a unix socket needs argotd's user in the group of the Redis (adduser argot redis), an address beyond this host "
                + "IPAddressAllow= in the unit (systemctl edit argotd)"
        case .timeout: "look at its load and at the network"
        case .password: "write the password into shared_store_password_file"
        case .permission: "let the user run the commands on keys of shared_store_prefix"
        case .readOnly: "shared_store must name the primary, or the Sentinels that know it"
        case .full: "raise maxmemory; set maxmemory-policy noeviction"
        case .disk: "make room on the disk of the Redis"
        case .loading: "wait until it has started"
        case .cluster: "use a Redis that is not clustered, for each part of the mail servers its own"
        case .tooLarge: "something else writes under this prefix: set shared_store_prefix"
        case .notRedis: "shared_store must name a Redis or Valkey; TLS needs stunnel in front"
        case .noPrimary: "look at the Sentinels, and whether they know that name"
        }
    }
}
