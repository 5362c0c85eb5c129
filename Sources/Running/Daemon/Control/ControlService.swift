import Control
import Decision
import FoundationEssentials
import Glibc
import Judgements
import Keeping
import Memory
import Policy
import RedisStore
import SMTP
import Synchronization
import Tap

/// Answers on the control socket: status, metrics, and what the administrator changes at run time.
///
/// Who may connect is the socket's group's affair; who may, may do everything. Nothing here is on the path of a mail.
final class ControlService: Sendable {
    /// What the daemon calls itself.
    static let version = "0.1.0"

    private let state: DaemonState
    private let keeper: any Keeper
    private let output: LogOutput
    private let settings: RuntimeSettingsFile
    private let publisher: SnapshotPublisher
    private let info: Mutex<DaemonInfo>
    /// Held while the settings file is changed.
    private let change = Mutex(())
    /// Reads and writes the settings file, which is done in an instant on a disk that answers.
    private let settingsQueue = RequestQueue(
        "argot-settings", capacity: 32, refusal: "the settings file does not answer: check the disk of data_directory")
    /// Waits for the store, perhaps for minutes.
    private let purgeQueue = RequestQueue(
        "argot-purge", capacity: 1, refusal: "another removal is in progress: wait until it has finished")

    init(
        state: DaemonState, keeper: any Keeper, output: LogOutput, settings: RuntimeSettingsFile,
        publisher: SnapshotPublisher, info: DaemonInfo
    ) {
        self.state = state
        self.keeper = keeper
        self.output = output
        self.settings = settings
        self.publisher = publisher
        self.info = Mutex(info)
    }

    /// Notes what a reload has brought.
    func note(_ body: (inout DaemonInfo) -> Void) { info.withLock { body(&$0) } }

    /// How a request is answered: at once from what is in memory, and elsewhere where it takes a file or the store. No
    /// request makes another kind wait.
    func handling(of request: HTTPRequest) -> HTTPHandling {
        let query = request.query
        return switch (request.method, request.path) {
        case ("GET", "/status"): .now(json(status))
        case ("GET", "/metrics"): .now(metrics)
        case ("GET", "/health"): .now(health)
        case ("POST", "/reload"): .now(reload())
        case ("POST", "/mode"): settingsQueue.handling { [self] in setMode(query["mode"] ?? "") }
        case ("GET", "/lists"): settingsQueue.handling { [self] in lists() }
        case ("POST", "/lists"):
            settingsQueue.handling { [self] in list(query["list"] ?? "", query["entry"] ?? "") }
        case ("DELETE", "/lists"): settingsQueue.handling { [self] in unlist(query["entry"] ?? "") }
        case ("POST", "/wire/pause"): .now(pauseWire(query["seconds"] ?? ""))
        case ("DELETE", "/data"): purgeQueue.handling { [self] in purge(query) }
        default: .now(.failure(404, "\(request.method) \(request.path) is not served"))
        }
    }

    /// The answer to a request from the metrics port, where nothing can be changed.
    func readOnlyResponse(to request: HTTPRequest) -> HTTPResponse {
        switch (request.method, request.path) {
        case ("GET", "/metrics"): metrics
        case ("GET", "/health"): health
        default: .failure(404, "only /metrics and /health are served here")
        }
    }

    // MARK: Changes

    private func reload() -> HTTPResponse {
        let counts = state.metrics.reloadCounts
        // The main thread waits for signals; it does the work, and the caller asks /status for the outcome.
        kill(getpid(), SIGHUP)
        return .json("{\"done\":\(counts.done),\"failed\":\(counts.failed)}")
    }

    /// Has nobody listen for command lines for a while, so that somebody can see that mail goes on.
    private func pauseWire(_ text: String) -> HTTPResponse {
        guard let seconds = UInt8(text), seconds <= 60 else {
            return .failure(400, "\"\(text)\" is not a number of seconds up to 60")
        }
        guard state.lines?.pause(for: .seconds(Int64(seconds))) == true else {
            return .failure(404, "wire_socket is empty: nobody listens for command lines")
        }
        return .json("{\"paused\":\(seconds)}")
    }

    private func setMode(_ word: String) -> HTTPResponse {
        guard let mode = EnforcementMode(rawValue: word) else {
            return .failure(400, "\"\(word)\" is not a mode: use observe or enforce")
        }
        return changeSettings { $0.set(mode, at: $1, by: $2) }
    }

    /// Puts entries, separated by blanks, on a list: all of them or none.
    private func list(_ list: String, _ text: String) -> HTTPResponse {
        guard list == "allow" || list == "deny" else {
            return .failure(400, "\"\(list)\" is not a list: use allow or deny")
        }
        let (entries, fault) = entries(of: text)
        if let fault { return fault }
        let answer = changeSettings { settings, now, server in
            settings.set(entries, list == "allow" ? .allowed : .denied, at: now, by: server)
        }
        guard answer.status == 200 else { return answer }
        let standing = ListStanding(state.snapshot.policy.configuration)
        return lists(notes: list == "allow" ? standing.notes(allowed: entries) : standing.notes(denied: entries))
    }

    private func unlist(_ text: String) -> HTTPResponse {
        let (entries, fault) = entries(of: text)
        if let fault { return fault }
        let lists = settings.load().settings.lists
        let listed = Set(lists.allowed + lists.denied)
        if let absent = entries.first(where: { !listed.contains($0) }) {
            return .failure(404, "\(absent) is on neither list")
        }
        return changeSettings { $0.set(entries, .removed, at: $1, by: $2) }
    }

    private func entries(of text: String) -> (entries: [ClientLists.Entry], fault: HTTPResponse?) {
        var entries: [ClientLists.Entry] = []
        let words = text.split(separator: " ")
        for word in words.isEmpty ? [""] : words {
            guard let entry = ClientLists.Entry(word) else {
                return ([], .failure(400, ClientLists.Entry.problem(with: String(word))))
            }
            if !entries.contains(entry) { entries.append(entry) }
        }
        return (entries, nil)
    }

    private func purge(_ query: [String: String]) -> HTTPResponse {
        guard let purge = DataPurge(query, state: state) else {
            return .failure(400, "name what to remove: older_than, client, sender, recipient, greylist or everything")
        }
        do {
            var report = try purge.run(state: state, keeper: keeper, directory: DataDirectory(of: settings.path))
            state.sharing?.purge(purge.shared(at: DaemonState.unixTime))
            if query["lists"] != nil, purge.isEverything {
                let lists = settings.load().settings.lists
                let answer = changeSettings { $0.set(lists.allowed + lists.denied, .removed, at: $1, by: $2) }
                if answer.status != 200 { return answer }
                report.listEntries = lists.allowed.count + lists.denied.count
            }
            return json(report)
        } catch {
            return .failure(503, "nothing was removed: \(error)")
        }
    }

    /// Removes what was removed at another server of the site. Waits for the disk.
    ///
    /// - Returns: whether there was any of it.
    func take(_ purge: SitePurge) throws(StoreError) -> Bool {
        let purge = DataPurge(purge, now: DaemonState.unixTime)
        return try !purge.run(state: state, keeper: keeper, directory: DataDirectory(of: settings.path)).isEmpty
    }

    private func changeSettings(_ body: (inout RuntimeSettings, UnixTime, ServerID) -> Void) -> HTTPResponse {
        change.withLock { _ in
            let (old, faults) = settings.load()
            if let fault = faults.first {
                return .failure(409, "\(fault): fix or remove the file first; nothing was changed")
            }
            var new = old
            body(&new, DaemonState.unixTime, state.sharing?.server ?? ServerID(1))
            // Whoever pulls the brake gets it, though the disk be full, or not answer.
            let mode = publisher.publish(new)
            note { $0.mode = mode }
            for fact in new.news(since: old) { state.sharing?.publish(fact) }
            let fault = settings.save(new)
            return fault.map { .failure(507, "it is in force, but will be lost when argotd ends: \($0)") } ?? lists()
        }
    }

    /// Takes in what the administrator has said at another server of the site.
    func take(_ word: AdministratorWord) {
        change.withLock { _ in
            let (old, faults) = settings.load()
            var new = old
            new.merge(word)
            guard new != old else { return }
            let mode = publisher.publish(new, from: "at another server")
            note { $0.mode = mode }
            // A file with faults is somebody's work in progress.
            if faults.isEmpty { _ = settings.save(new) } else { settings.hold(new) }
        }
    }

    /// What the administrator has said, for the other servers.
    var word: AdministratorWord { settings.load().settings.word }

    // MARK: Views

    /// How this server is, for the others of the site.
    var nodeReport: NodeReport {
        let info = info.withLock { $0 }
        let sessions = state.metrics.sessions
        var report = NodeReport()
        report.version = Self.version
        report.uptime_seconds = DaemonState.unixTime - info.started
        report.mode = info.mode.rawValue
        (report.sessions_open, report.sessions_begun) = (sessions.open, Int(clamping: sessions.begun))
        report.models["dialects"] = info.modelWritten?.seconds ?? 0
        for taught in info.taught { report.models[taught.kind] = taught.written.seconds }
        return report
    }

    /// The lists; `notes` say what stands above the entries that were just added.
    private func lists(notes: [String] = []) -> HTTPResponse {
        let (settings, faults) = settings.load()
        return json(
            [
                "allow": settings.lists.allowed.map(\.description), "deny": settings.lists.denied.map(\.description),
                "faults": faults.map(\.description), "notes": notes,
            ])
    }

    private var health: HTTPResponse {
        let now = DaemonState.unixTime
        var problems: [String] = []
        if case .degraded(let reason, _) = keeper.health { problems.append("store: \(reason)") }
        if state.memory.isBreakerTripped(at: now) { problems.append("breaker: refusals are suspended") }
        problems += state.memory.suspended(at: now).sorted().map { "breaker: \($0) is left out" }
        let errors = info.withLock { $0.reloadErrors }
        if let error = errors.first { problems.append("reload: \(error)") }
        if problems.isEmpty { return HTTPResponse(body: "ok\n") }
        return HTTPResponse(status: 503, body: problems.joined(separator: "\n") + "\n")
    }

    private var status: StatusDocument {
        let now = DaemonState.unixTime
        let info = info.withLock { $0 }
        let metrics = state.metrics
        let totals = metrics.totals
        let sessions = metrics.sessions
        let breaker = state.memory.breakerCounts(at: now)
        let counts = state.memory.counts
        let reloads = metrics.reloadCounts
        let log = output.counts
        let kept = keeper.counts
        var problem: String?
        if case .degraded(let reason, _) = keeper.health { problem = reason }
        return StatusDocument(
            version: Self.version, pid: getpid(), mode: info.mode.rawValue, uptime_seconds: now - info.started,
            sessions: .init(open: sessions.open, begun: sessions.begun),
            model: .init(
                source: info.modelSource, dialects: info.dialects, read_at: info.loaded.seconds,
                age_seconds: now - info.loaded),
            breaker: .init(
                tripped: state.memory.isBreakerTripped(at: now), known: breaker.known, refused: breaker.refused,
                trips: totals.trips, suspended: state.memory.suspended(at: now).sorted().map(\.description)),
            store: .init(
                ok: problem == nil, problem: problem, pending: kept.pending, written: kept.written,
                dropped: kept.dropped),
            journal: .init(waiting: state.journal.waiting, dropped: totals.dropped),
            memory: .init(attempts: counts.attempts, clients: counts.clients),
            reload: .init(done: reloads.done, failed: reloads.failed, errors: info.reloadErrors), lies: totals.lies,
            verdicts: totals.verdicts.sorted { $0.key < $1.key }.map {
                .init(action: $0.key.action.rawValue, applied: $0.key.applied.rawValue, count: $0.value)
            },
            reasons: Self.counts(totals.reasons), dialects: Self.counts(totals.dialects),
            latency: DaemonMetrics.Callback.allCases.map { callback in
                let histogram = metrics.histogram(callback)
                return .init(
                    callback: callback.name, count: histogram.counts.buckets.reduce(0, +),
                    p50_us: histogram.bound(ofQuantile: 0.5), p99_us: histogram.bound(ofQuantile: 0.99))
            }, sockets: .init(filter: info.filterSocket, policy: info.policySocket, engine: info.engine),
            log: .init(waiting_bytes: log.waitingBytes, dropped: log.dropped), senders: senders(at: now),
            learning: learning(totals),
            taught: info.taught.map {
                .init(kind: $0.kind, source: $0.path, age_seconds: max(0, now - $0.written))
            },
            wire: wire, tap: tap, sharing: state.sharing?.document, fake_rejections: fakeRejections(at: now))
    }

    private func fakeRejections(at now: UnixTime) -> StatusDocument.FakeRejections? {
        guard state.snapshot.policy.configuration.lies else { return nil }
        let report = state.memory.lieReport(at: now)
        func rounded(_ share: Double) -> Double { (share * 10_000).rounded() / 10_000 }
        return .init(
            stands_down: report.standsDown, carrier_share: rounded(report.carrierShare), this_hour: report.toldThisHour,
            genuine_share: rounded(report.learnedShare), requests: Int(clamping: Int64(report.requests)),
            seen_share: report.seenShare.map(rounded))
    }

    private var tap: StatusDocument.Tap? {
        guard let desk = state.tap else { return nil }
        let (counts, told) = (desk.counts, desk.countsOfTap)
        return .init(
            connected: desk.isConnected, sessions: counts.sessions, late: counts.late, lost: counts.lost,
            encrypted: counts.encrypted, syns: counts.syns, hellos: counts.hellos, ways: state.memory.ways,
            records: counts.records, strays: counts.strays, refused: counts.refused,
            packets: told.packets, dropped: told.dropped, connections: told.connections, unfollowed: told.lost,
            unsent: told.unsent)
    }

    private var wire: StatusDocument.Wire? {
        guard let desk = state.lines else { return nil }
        let counts = desk.counts
        return .init(
            open: desk.openCount, sessions: counts.sessions, lost: counts.lost, lines: counts.lines,
            strays: counts.strays, refused: counts.refused)
    }

    private func learning(_ totals: DaemonMetrics.Totals) -> StatusDocument.Learning? {
        guard state.snapshot.learning != nil else { return nil }
        return .init(
            sightings: totals.sightings,
            judgements: totals.judgements.sorted { $0.key < $1.key }.map {
                .init(source: $0.key.source.rawValue, verdict: $0.key.kind.rawValue, count: $0.value)
            })
    }

    private func senders(at now: UnixTime) -> StatusDocument.Senders? {
        guard let service = state.senders, service.isWatching else { return nil }
        let senders = service.status
        return .init(
            events: senders.events, dropped: senders.dropped, senders: senders.senders.all, spam: senders.senders.spam,
            clusters: senders.clusters, window_seconds: senders.window,
            age_seconds: senders.created.map { max(0, now - $0) },
            group: service.groupStatus.map { group in
                .init(
                    sequence: group.until == nil ? nil : group.sequence,
                    age_seconds: group.until.map { $0.age(at: now) },
                    listed: group.listed, clusters: group.clusters, sites: group.sites, domains: group.domains,
                    problem: group.fault, refused: Self.counts(group.refused))
            })
    }

    private var metrics: HTTPResponse {
        let written = info.withLock { $0.modelWritten }
        let page = MetricsPage(
            status: status, metrics: state.metrics, senders: state.senders?.status, modelWritten: written)
        let text = page.text
        return HTTPResponse(contentType: "text/plain; version=0.0.4; charset=utf-8", body: text)
    }

    private static func counts(_ counts: [String: UInt64]) -> [StatusDocument.Count] {
        counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { .init(name: $0.key, count: $0.value) }
    }

    private func json(_ value: some Encodable) -> HTTPResponse {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(value) else { return .failure(500, "the answer cannot be written") }
        return .json(PrintableText.json(document: String(decoding: data, as: UTF8.self)) + "\n")
    }
}
