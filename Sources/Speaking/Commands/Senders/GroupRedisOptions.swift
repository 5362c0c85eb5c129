import ArgumentParser
import Configuration
import Redis
import SenderExchange

/// Which Redis a group of sites exchanges submissions and snapshots over.
struct GroupRedisOptions: ParsableArguments {
    @Option(
        name: .long,
        help: ArgumentHelp(
            "Use this Redis or Valkey: redis:unix:/PATH, redis:HOST:PORT/DB, or sentinel:NAME@HOST:PORT,HOST:PORT.",
            valueName: "address"))
    var redis: String?

    @Option(
        name: .long,
        help: ArgumentHelp("Log in as this user; by default as senders_redis_user says.", valueName: "user"))
    var redisUser: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The password is the first line of this file; by default that of senders_redis_password_file.",
            valueName: "file"), completion: .file())
    var redisPasswordFile: String?

    func validate() throws {
        guard let redis else { return }
        do { _ = try RedisAddress(redis) } catch { throw ValidationError("--redis: \(error)") }
    }

    /// The group's Redis.
    ///
    /// - Parameters:
    ///   - address: which, where the command line names none.
    ///   - configuration: says who logs in, where the command line does not.
    func store(_ address: String? = nil, group: UInt64, _ configuration: Configuration) throws -> GroupRedis? {
        guard let address = redis ?? address else { return nil }
        var settings = configuration
        if let redisUser { settings.senderRedisUser = redisUser }
        if let redisPasswordFile { settings.senderRedisPasswordFile = redisPasswordFile }
        return GroupRedis(try RedisAddress(address), as: try settings.senderRedisCredentials(), group: group)
    }
}
