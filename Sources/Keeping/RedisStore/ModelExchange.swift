import Memory
import Redis
import SMTP
import Synchronization

/// Brings the models of all servers to the same: of each kind the one that was put in force last, wherever that was.
///
/// `PREFIX:model:KIND` holds the document, its digest under the site's key, when and where it was put in force, and a seal
/// over these: whoever does not have the key can neither write a model nor bring back an old one.
struct ModelExchange {
    /// The digest of the own model of each kind, and the time that it was computed for.
    private var digests: [String: (time: UnixTime, digest: String)] = [:]

    /// The seal of the model of each kind that could not be used: it is not fetched again.
    private var refused: [String: String] = [:]

    /// Compares both sides, and moves what is newer.
    mutating func run(_ connection: inout SiteConnection, _ store: SharedStore) throws(SharingFailure) {
        for own in store.host.models {
            let key = "\(store.keys.prefix):model:\(own.kind)"
            let words = try connection.demand("HMGET", key, "digest", "time", "server", "seal").array ?? []
            let shared = words.count == 4 ? words.map { $0.text ?? "" } : ["", "", "", ""]
            let (heldDigest, time) = (shared[0], Int64(shared[1]).map { UnixTime(seconds: $0) })
            let ownDigest = digest(of: own, store)
            if ownDigest == heldDigest, !heldDigest.isEmpty { continue }
            let ownTime = own.time.map { $0 + store.clock.offset }
            if let time, !heldDigest.isEmpty, time.seconds <= store.clock.sharedNow + SharedStore.tolerance,
                ownTime.map({ $0 < time }) ?? true
            {
                guard refused[own.kind] != shared[3] else { continue }
                let isInForce = try fetch(own.kind, key, shared, time, &connection, store)
                refused[own.kind] = isInForce ? nil : shared[3]
            } else if let ownTime, let ownDigest, let bytes = own.read() {
                let server = store.settings.server.name
                let seal = Self.seal(own.kind, ownDigest, ownTime, server, store)
                let fields = [
                    ("digest", ownDigest), ("time", "\(ownTime.seconds)"), ("server", server), ("seal", seal),
                ]
                let texts = fields.flatMap { [Array($0.0.utf8), Array($0.1.utf8)] }
                _ = try connection.demand(
                    [Array("HSET".utf8), Array(key.utf8)] + texts + [Array("document".utf8), bytes])
            }
        }
    }

    private func fetch(
        _ kind: String, _ key: String, _ shared: [String], _ time: UnixTime, _ connection: inout SiteConnection,
        _ store: SharedStore
    ) throws(SharingFailure) -> Bool {
        let (digest, server, seal) = (shared[0], shared[2], shared[3])
        let problem: String
        if seal != Self.seal(kind, digest, time, server, store) {
            problem = "was not sealed under this site's key"
        } else if let length = try connection.demand("HSTRLEN", key, "document").integer,
            length > SharedModel.maximumLength
        {
            problem = "holds a model that is larger than any"
        } else {
            let bytes = try connection.demand("HGET", key, "document").bytes ?? []
            if Self.digest(kind, bytes, store) == digest {
                return put(SharedModel(kind: kind, time: time + -store.clock.offset, bytes: bytes), key, server, store)
            }
            problem = "holds a model that is damaged"
        }
        store.tell(.unreadable(key: key, problem: problem), once: "model \(kind) \(problem)")
        return false
    }

    /// Puts a model in force that another server has put in force.
    private func put(_ model: SharedModel, _ key: String, _ server: String, _ store: SharedStore) -> Bool {
        guard store.host.take(model) else {
            let problem = "holds a model that cannot be put in force here"
            store.tell(.unreadable(key: key, problem: problem), once: "model \(model.kind) \(model.time.seconds)")
            return false
        }
        let name = store.state.withLock { $0.status.nodes[server]?.name } ?? server
        store.host.tell(
            model.bytes.isEmpty
                ? .modelCleared(kind: model.kind, server: name) : .modelTaken(kind: model.kind, server: name))
        return true
    }

    /// The digest of the own model, computed when it has changed.
    private mutating func digest(of own: OwnModel, _ store: SharedStore) -> String? {
        guard let time = own.time else { return nil }
        if let known = digests[own.kind], known.time == time { return known.digest }
        guard let bytes = own.read(), bytes.count <= SharedModel.maximumLength else { return nil }
        let digest = Self.digest(own.kind, bytes, store)
        digests[own.kind] = (time, digest)
        return digest
    }

    private static func digest(_ kind: String, _ bytes: [UInt8], _ store: SharedStore) -> String {
        store.settings.seal([Array("document".utf8), Array(kind.utf8), bytes])
    }

    private static func seal(
        _ kind: String, _ digest: String, _ time: UnixTime, _ server: String, _ store: SharedStore
    ) -> String {
        store.settings.seal(["seal", kind, digest, "\(time.seconds)", server].map { Array($0.utf8) })
    }
}
