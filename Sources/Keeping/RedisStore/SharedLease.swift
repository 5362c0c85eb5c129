public import Redis

/// The right to do alone what only one of the servers does at a time, for a limited time.
public enum SharedLease {
    /// Takes a lease, or renews one's own.
    ///
    /// - Parameters:
    ///   - name: what for.
    ///   - settings: which site, and who asks.
    ///   - seconds: for how long.
    /// - Returns: who has it, if it is somebody else.
    public static func take(
        _ name: String, _ settings: SharingSettings, seconds: Int
    ) throws(RedisError) -> String? {
        var connection = try RedisConnection.open(
            settings.address, as: settings.credentials, patience: settings.patience, maximumReply: 1 << 16)
        let key = "\(settings.prefix):lease:\(name)"
        let own = "\(settings.server.name) \(settings.name)"
        // Taken, or renewed, in one step: between two nobody else could.
        let script = """
            local holder = redis.call('GET', KEYS[1])
            if holder and holder ~= ARGV[1] then return holder end
            redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
            return ''
            """
        let holder = try connection.demand("EVAL", script, "1", key, own, "\(seconds)").text ?? ""
        guard !holder.isEmpty else { return nil }
        return holder.split(separator: " ", maxSplits: 1).last.map(String.init) ?? holder
    }
}
