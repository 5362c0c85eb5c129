import FoundationEssentials
import Keeping
import Memory
import Redis

/// Which Redis this is, and which data of the site it holds: whether another one, or an empty one, has taken its place.
struct SiteIdentity: Equatable {
    /// The run of the server.
    let run: String

    /// What was drawn when the site's data was begun.
    let epoch: String

    /// Makes sure that the site's data is ours, and begins it where there is none.
    init(
        _ connection: inout SiteConnection, _ settings: SharingSettings, keys: SharedKeys
    ) throws(SharingFailure) {
        let site = keys.site
        _ = try connection.demand("HSETNX", site, "format", "\(SharedFact.form)")
        _ = try connection.demand("HSETNX", site, "key", settings.keyID)
        _ = try connection.demand("HSETNX", site, "epoch", ServerID(.random(in: 1 ... .max)).name)
        let values = try connection.demand("HMGET", site, "format", "key", "epoch").array?.map { $0.text ?? "" } ?? []
        guard values.count == 3 else {
            throw .redis(RedisError(.notRedis, at: connection.place, "HMGET is answered in another way"))
        }
        guard values[0] == "\(SharedFact.form)" else {
            throw .site(.foreignFormat(place: connection.place, format: values[0]))
        }
        guard values[1] == settings.keyID else {
            throw .site(.foreignKey(place: connection.place, theirs: values[1], ours: settings.keyID))
        }
        epoch = values[2]
        // Where INFO is not allowed, only the epoch tells.
        let info = try connection.ask("INFO", "server").text ?? ""
        let line = info.split(whereSeparator: \.isNewline).first { $0.hasPrefix("run_id:") }
        run = String(line?.dropFirst(7) ?? "")
    }
}
