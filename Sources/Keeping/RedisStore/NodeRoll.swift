import FoundationEssentials
import Memory
import Redis
import Synchronization

/// The list of the site's servers, in which each tells every few seconds how it is.
struct NodeRoll {
    /// What this server's entry said when this run began: an earlier run's last word.
    private var earlier: NodeReport?

    /// For how long after its last word a server is one of the site, in seconds.
    private static let lifetime: Int64 = 30

    /// After how many seconds its entry is removed.
    private static let removal: Int64 = 7 * 86_400

    /// Reads this server's entry as it was before.
    mutating func enter(_ connection: inout SiteConnection, _ store: SharedStore) throws(SharingFailure) {
        let bytes = try connection.demand("HGET", store.keys.nodes, store.settings.server.name).bytes
        let report = bytes.flatMap(Self.report)
        if report?.run != store.runName { earlier = report }
    }

    /// Tells how this server is, and hears of the others.
    ///
    /// - Throws: when another process tells something under this server's number.
    mutating func beat(_ connection: inout SiteConnection, _ store: SharedStore) throws(SharingFailure) {
        let key = store.keys.nodes
        let all = try connection.demand("HGETALL", key).array ?? []
        let now = store.clock.sharedNow
        var nodes: [String: NodeReport] = [:]
        var gone: [String] = []
        for index in stride(from: 0, to: all.count - 1, by: 2) {
            guard let name = all[index].text, ServerID(name: name) != nil,
                let report = all[index + 1].bytes.flatMap(Self.report)
            else {
                store.tell(.unreadable(key: key, problem: "holds an entry that is no server's"), once: "node")
                continue
            }
            let (age, overflow) = now.subtractingReportingOverflow(report.told_at)
            if overflow || age > Self.removal { gone.append(name) }
            if !overflow, age <= Self.lifetime { nodes[name] = report }
        }
        let own = store.settings.server.name
        if let other = nodes[own], other.run != store.runName, other != earlier {
            throw .site(.sameServer(name: other.name))
        }
        var report = store.host.report
        report.name = store.settings.name
        report.run = store.runName
        report.told_at = now
        let status = store.status
        report.waiting = status.waiting
        report.lag_milliseconds = status.lagMilliseconds
        report.clock_seconds = status.clockSeconds
        nodes[own] = report
        store.state.withLock { $0.status.nodes = nodes }
        guard let bytes = try? JSONEncoder().encode(report) else { return }
        _ = try connection.demand([Array("HSET".utf8), Array(key.utf8), Array(own.utf8), Array(bytes)])
        if !gone.isEmpty {
            _ = try connection.demand((["HDEL", key] + gone.filter { $0 != own } + [" "]).map { Array($0.utf8) })
        }
    }

    /// This server is no longer there.
    func leave(_ connection: inout SiteConnection, _ store: SharedStore) {
        _ = try? connection.ask("HDEL", store.keys.nodes, store.settings.server.name)
    }

    private static func report(_ bytes: [UInt8]) -> NodeReport? {
        guard bytes.count <= 1 << 16 else { return nil }
        return try? JSONDecoder().decode(NodeReport.self, from: Data(bytes))
    }
}
