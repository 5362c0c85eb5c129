import Redis

/// Why sharing has to begin again.
enum SharingFailure: Error {
    /// The Redis cannot be used, or refuses something.
    case redis(RedisError)

    /// The site, or another server, makes it impossible.
    case site(SharingEvent)

    /// Everything has to be read again.
    case stale
}
