public import RedisStore
internal import SMTP

/// What is to be said of the store that several servers share.
public enum SharingReading {
    /// What a look at the store tells.
    ///
    /// - Parameters:
    ///   - reading: what was seen.
    ///   - keyID: the id of this server's hashing key.
    ///   - prefix: what the names of the site's keys begin with.
    public static func findings(_ reading: SharedStoreReading, keyID: String, prefix: String) -> [Finding] {
        let place = reading.place
        var findings: [Finding] = []
        if let form = reading.form, form != SharedStoreReading.ownForm {
            findings.append(
                Finding(
                    "sharing.form", .problem, at: place,
                    "the site's data has the form \(PrintableText(form)), this release reads \(SharedStoreReading.ownForm): "
                        + "nothing is shared; run the same release on all servers"))
        }
        if let theirs = reading.keyID, theirs != keyID {
            findings.append(
                Finding(
                    "sharing.key", .problem, at: place,
                    "the servers of the site have the hashing key \(PrintableText(theirs)), this one has \(keyID): nothing is "
                        + "shared; bring their key here with argot key export and argot key import"))
        }
        // By time to live the attempts go first that would be forgotten next; what must stay has none.
        let isSafe = ["", "noeviction", "volatile-ttl"].contains(reading.evictionPolicy)
        if reading.memoryLimit > 0, !isSafe {
            findings.append(
                Finding(
                    "sharing.eviction", .warning, at: place,
                    "a full Redis throws away what the servers remember (maxmemory-policy \(reading.evictionPolicy)): set "
                        + "maxmemory-policy noeviction or volatile-ttl in its configuration"))
        }
        if reading.clockSeconds.magnitude > 60 {
            findings.append(
                Finding(
                    "sharing.clock", .warning, at: place,
                    "this host's clock is \(reading.clockSeconds) s ahead of the Redis's, by which times are shared: set the "
                        + "one that is wrong by NTP"))
        }
        if let major = reading.version.split(separator: ".").first.flatMap({ Int($0) }), major < 6 {
            findings.append(
                Finding(
                    "sharing.version", .warning, at: place,
                    "Redis \(PrintableText(reading.version)) is older than what argotd is tested with (7)"))
        }
        guard findings.isEmpty else { return findings }
        let names = reading.nodes.map(\.name).sorted().map { PrintableText($0).description }
        let servers = names.isEmpty ? "no server is connected now" : "connected: \(names.joined(separator: ", "))"
        return [
            Finding(
                "sharing", .ok, at: place,
                "\(reading.version.hasPrefix("Valkey") ? "" : "Redis ")\(PrintableText(reading.version)) with the keys "
                    + "\(prefix):*; \(servers)")
        ]
    }

    /// That the store, or what is needed to use it, cannot be had.
    public static func unusable(_ problem: String, at place: String) -> Finding {
        Finding("sharing.unusable", .problem, at: place, "\(problem); until then this server shares nothing")
    }
}
