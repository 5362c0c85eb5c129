public import Redis
internal import FoundationEssentials
internal import Keeping
internal import Memory

/// What a look at the shared store tells, without joining it.
public struct SharedStoreReading: Sendable, Hashable {
    /// Where it is.
    public var place = ""
    /// The release of the Redis or Valkey.
    public var version = ""
    /// What it does when its memory is full; empty where it does not say.
    public var evictionPolicy = ""
    /// How much memory it may use; 0 for as much as there is.
    public var memoryLimit: Int64 = 0
    /// How much it uses.
    public var memoryUsed: Int64 = 0
    /// The form of the site's data; `nil` where there is no data yet.
    public var form: String?
    /// The id of the site's hashing key.
    public var keyID: String?
    /// By how many seconds this host's clock is ahead.
    public var clockSeconds: Int64 = 0
    /// The servers that have told how they are within half a minute.
    public var nodes: [NodeReport] = []

    /// The form that this release reads.
    public static var ownForm: String { "\(SharedFact.form)" }

    /// Looks.
    ///
    /// - Parameters:
    ///   - address: which Redis.
    ///   - credentials: who we are.
    ///   - prefix: what the names of the site's keys begin with.
    ///   - now: the own clock, in seconds since 1970.
    public init(
        _ address: RedisAddress, as credentials: RedisCredentials, prefix: String, now: () -> Double
    ) throws(RedisError) {
        let keys = SharedKeys(prefix: prefix)
        var connection = try RedisConnection.open(
            address, as: credentials, patience: .seconds(5), maximumReply: 4 << 20)
        place = connection.place
        for line in (try connection.ask("INFO").text ?? "").split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            switch parts[0] {
            case "redis_version": version = String(parts[1])
            case "valkey_version": version = "Valkey \(parts[1])"
            case "maxmemory_policy": evictionPolicy = String(parts[1])
            case "maxmemory": memoryLimit = Int64(parts[1]) ?? 0
            case "used_memory": memoryUsed = Int64(parts[1]) ?? 0
            default: break
            }
        }
        let site = try connection.demand("HMGET", keys.site, "format", "key").array ?? []
        if site.count == 2 { (form, keyID) = (site[0].text, site[1].text) }
        let before = now()
        let time = try connection.demand("TIME").array?.compactMap { $0.text.flatMap { Double($0) } } ?? []
        if time.count == 2 {
            let difference = (before + now()) / 2 - time[0] - time[1] / 1e6
            clockSeconds = Int64(exactly: difference.rounded()) ?? .max
        }
        let entries = try connection.demand("HGETALL", keys.nodes).array ?? []
        for value in stride(from: 1, to: entries.count, by: 2).compactMap({ entries[$0].bytes }) {
            guard let report = try? JSONDecoder().decode(NodeReport.self, from: Data(value)) else { continue }
            let told = Int64(exactly: time.first ?? 0) ?? 0
            if told.subtractingReportingOverflow(report.told_at).partialValue <= 30 { nodes.append(report) }
        }
    }
}
