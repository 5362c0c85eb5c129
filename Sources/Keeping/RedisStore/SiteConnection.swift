import Redis

/// A connection to the site's Redis, whose failures are reasons to begin again.
struct SiteConnection: ~Copyable {
    private var redis: RedisConnection

    /// Where the server is, for messages.
    let place: String

    /// Connects, and logs in.
    init(_ settings: SharingSettings) throws(SharingFailure) {
        do throws(RedisError) {
            redis = try RedisConnection.open(
                settings.address, as: settings.credentials, patience: settings.patience)
        } catch {
            throw .redis(error)
        }
        place = redis.place
    }

    /// Asks; a refusal is a failure.
    mutating func demand(_ words: String...) throws(SharingFailure) -> RedisValue {
        try demand(words.map { Array($0.utf8) })
    }

    /// Asks; a refusal is a failure.
    mutating func demand(_ words: [[UInt8]]) throws(SharingFailure) -> RedisValue {
        do throws(RedisError) { return try redis.demand(words) } catch { throw .redis(error) }
    }

    /// Asks; a refusal is an answer.
    mutating func ask(_ words: String...) throws(SharingFailure) -> RedisValue {
        do throws(RedisError) { return try redis.ask(words.map { Array($0.utf8) }) } catch { throw .redis(error) }
    }

    /// Asks several things at once; refusals are answers.
    mutating func ask(all commands: [[[UInt8]]]) throws(SharingFailure) -> [RedisValue] {
        do throws(RedisError) { return try redis.ask(all: commands) } catch { throw .redis(error) }
    }

    /// Asks several things at once; the first refusal is a failure.
    mutating func demand(all commands: [[[UInt8]]]) throws(SharingFailure) -> [RedisValue] {
        let values = try ask(all: commands)
        for value in values {
            if let refusal = value.refusal { throw .redis(RedisError(refusal: refusal, at: place)) }
        }
        return values
    }
}
