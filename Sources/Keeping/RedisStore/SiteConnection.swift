import Keeping
import Memory
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

    /// How many keys are read at once.
    private static let pageLength = 500

    /// Goes through all keys of a pattern, page by page. O(keys of the database).
    mutating func scan(
        _ pattern: String,
        _ body: (_ names: [[UInt8]], inout SiteConnection) throws(SharingFailure) -> Void
    ) throws(SharingFailure) {
        var cursor = "0"
        repeat {
            let page = try demand("SCAN", cursor, "MATCH", pattern, "COUNT", "\(Self.pageLength)")
            guard let parts = page.array, parts.count == 2, let next = parts[0].text, let found = parts[1].array else {
                throw .redis(RedisError(.notRedis, at: place, "SCAN is answered in another way"))
            }
            cursor = next
            try body(found.compactMap(\.bytes), &self)
        } while cursor != "0"
    }

    /// What keys of facts hold. Whatever somebody has put there, no more of it is fetched than a fact may have.
    mutating func facts(_ names: [[UInt8]]) throws(SharingFailure) -> [RedisValue] {
        let end = Array("\(SharedFact.maximumLength)".utf8)
        return try ask(all: names.map { [Array("GETRANGE".utf8), $0, Array("0".utf8), end] })
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
