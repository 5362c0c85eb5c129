package import Control
import Configuration
import Decision
import Dialects
import Documents
import Envelopes
import FoundationEssentials
import Keeping
import KeyedHashing
import Policy
import SMTP
import Sockets

/// What `argot doctor` sees of Argot itself: daemon, database, clock, models, clients.
package struct ServiceSurvey {
    private let service: SurveyedService
    private let now = Int64(Date().timeIntervalSince1970)

    /// A survey of a service.
    package init(_ service: SurveyedService) { self.service = service }

    /// All findings, and the daemon's status if it answers.
    package func examine() -> (findings: [Finding], status: StatusDocument?) {
        let (status, daemon) = self.daemon
        let loaded = status?.model.read_at
        let account = DaemonAccount.find(pid: status?.pid)
        let entries = journal
        let newest = entries.map(\.record.time.seconds).max()
        let clock = ClockReading(now: now, newest: newest, isSynchronized: ClockReading.isSynchronized())
        let findings =
            daemon + changedFiles(since: loaded) + permissions(account) + models(loaded)
            + store(account, isRunning: status != nil, hasHashes: !entries.isEmpty).findings + clock.findings
            + Self.spread(entries).findings
        return (findings, status)
    }

    private var daemon: (status: StatusDocument?, findings: [Finding]) {
        let place = service.controlPlace
        if place.isEmpty {
            let text = "control_socket is empty: argotd cannot be asked for its status"
            return (nil, [Finding("daemon.no-control", .note, at: "control_socket", text)])
        }
        let status: StatusDocument
        do {
            status = try service.status()
        } catch {
            let path = place.hasPrefix("unix:") ? String(place.dropFirst(5)) : place
            let files = FileManager.default
            if files.fileExists(atPath: path), !files.isWritableFile(atPath: path) {
                return (
                    nil, [Finding("daemon.forbidden", .warning, at: place, "\(error)", remedy: ["sudo argot doctor"])]
                )
            }
            // Who takes connections and answers none hangs, or was stopped: starting does nothing then.
            if let name = service.controlSocket, Self.takesConnections(name) {
                let isStopped = ProcessStart.isStopped("argotd")
                return (
                    nil,
                    [
                        Finding(
                            "daemon.hung", .problem, at: place,
                            isStopped
                                ? "argotd is stopped (SIGSTOP) and answers nobody"
                                : "argotd accepts connections but does not answer: \(error)",
                            remedy: ["systemctl restart argotd"])
                    ]
                )
            }
            // After five starts in vain systemd gives up, and closes the sockets as well.
            let remedy = [
                "journalctl -u argotd -n 20", "systemctl reset-failed 'argotd*'",
                "systemctl start argotd.socket argotd.service",
            ]
            return (nil, [Finding("daemon.unreachable", .problem, at: place, "\(error)", remedy: remedy)])
        }
        var findings = status.problems.map { problem in
            Finding("daemon.problem", .problem, at: place, problem, remedy: ["journalctl -u argotd -n 50"])
        }
        if findings.isEmpty {
            findings.append(
                Finding("daemon", .ok, at: place, "argotd \(status.version) runs in mode \(status.mode)"))
        }
        if status.mode == "observe" {
            findings.append(
                Finding(
                    "daemon.observing", .note, at: place, "verdicts are logged, and mail is left alone",
                    remedy: ["argot doctor --before-enforcing"]))
        }
        return (status, findings)
    }

    /// Whether anybody takes connections at a socket.
    private static func takesConnections(_ name: SocketName) -> Bool {
        (try? SocketClient(name, timeout: 2)) != nil
    }

    /// Files that argotd's user may not read, though it may have read them once.
    private func permissions(_ account: Account?) -> [Finding] {
        guard let account else { return [] }
        let files =
            service.configurationFiles + [service.modelFile]
            + [service.envelopeModelFile, service.siteDialectsFile].compactMap(\.self)
        var found: [Finding] = []
        for file in files where !file.isEmpty {
            guard let (step, remedy) = FileReach(lookingAt: file, account: account, wish: .read)?.obstacle else {
                continue
            }
            let finding = Finding(
                "configuration.permission", .problem, at: step.path,
                "the user \(account.name), which argotd runs as, may not \(step.path == file ? "read it" : "pass it"): "
                    + "argotd continues with what it has loaded, but the next reload or start will fail",
                remedy: [remedy, "argot reload"])
            if !found.contains(finding) { found.append(finding) }
        }
        return found
    }

    /// Configuration files that are newer than what the daemon has read.
    private func changedFiles(since loaded: Int64?) -> [Finding] {
        guard let loaded else { return [] }
        return service.configurationFiles.filter { $0.hasSuffix(".conf") }.compactMap { file in
            guard let written = Self.written(file), written > loaded else { return nil }
            return Finding(
                "configuration.not-loaded", .warning, at: file, "it is newer than what argotd has loaded",
                remedy: ["argot reload"])
        }
    }

    private func models(_ loaded: Int64?) -> [Finding] {
        var readings: [ModelReading] = []
        func add(_ file: String, _ what: String, faults: [String]) {
            readings.append(
                ModelReading(
                    file: file.isEmpty ? nil : file, what: what, faults: faults,
                    written: file.isEmpty ? nil : Self.written(file), loaded: loaded, now: now))
        }
        switch ModelFile.read(service.modelFile) {
        case .success(let read):
            let isEmpty = read.model.dialects.isEmpty
            add(
                service.modelFile, "\(read.model.dialects.count) dialects",
                faults: isEmpty ? ["it contains no dialect"] : [])
        case .failure(let failure): add(service.modelFile, "dialects", faults: failure.faults.map { "\($0)" })
        }
        func examine(_ file: String?, _ what: String, parse: (Data, String) throws -> Void) {
            guard let file else { return }
            guard let data = FileManager.default.contents(atPath: file) else {
                return add(file, what, faults: ["it cannot be read: check path and permissions"])
            }
            do {
                try parse(data, file)
                add(file, what, faults: [])
            } catch {
                add(file, what, faults: ["\(error)"])
            }
        }
        examine(service.envelopeModelFile, "envelopes") { _ = try EnvelopeModelDocument.model(from: $0, file: $1) }
        examine(service.siteDialectsFile, "dialects of this site") {
            _ = try SiteDialectsDocument.dialects(from: $0, file: $1)
        }
        return readings.flatMap(\.findings)
    }

    private func store(_ account: Account?, isRunning: Bool, hasHashes: Bool) -> StoreReading {
        let files = FileManager.default
        let data = service.data
        let directory = data.path
        var reading = StoreReading(path: data.database)
        if files.fileExists(atPath: directory), !files.isExecutableFile(atPath: directory) {
            reading.isForbidden = true
            return reading
        }
        do {
            let store = try service.data.openStore()
            reading.bytes = try store.byteCount()
            reading.damage = try store.damage()
        } catch  where error.code == .absent && !isRunning {
            reading.isAbsent = true
        } catch {
            reading.failure = "\(error)"
        }
        reading.isRunning = isRunning
        let key = data.hashingKey
        if files.fileExists(atPath: key) {
            do { _ = try HashingKey.load(file: key) } catch { reading.keyFailure = "\(error)" }
        } else {
            reading.isKeyMissing = hasHashes
        }
        if let account {
            reading.owner = account.name
            let own = [
                directory, reading.path, reading.path + "-wal", reading.path + "-shm", key, data.settings,
            ]
            reading.foreign = own.filter { file in Self.owner(of: file).map { $0 != account.name } ?? false }
            for file in own.dropLast() {
                for wish in file == key ? [FileReach.Wish.read] : [.read, .write] {
                    guard let bar = FileReach(lookingAt: file, account: account, wish: wish)?.obstacle else { continue }
                    reading.barred.append(.init(path: bar.step.path, wish: wish, remedy: bar.remedy))
                }
            }
        }
        // What root may not write to is on a file system that takes no writes.
        if Account.isRoot {
            reading.readOnly = [directory, reading.path].first {
                files.fileExists(atPath: $0) && !files.isWritableFile(atPath: $0)
            }
        }
        let system = try? files.attributesOfFileSystem(forPath: directory)
        reading.free = (system?[.systemFreeSize]).flatMap(Self.number)
        reading.movedAside = data.movedAside.filter { !$0.hasSuffix("-wal") && !$0.hasSuffix("-shm") }
        return reading
    }

    /// The verdicts of the last week, at most the newest thousand; none where the store cannot be read.
    private var journal: [JournalEntry] {
        let query = JournalQuery(since: UnixTime(seconds: now - 7 * 86_400), limit: 1_000)
        return (try? service.data.openStore().verdicts(matching: query)) ?? []
    }

    /// How many clients are behind sessions; those of users who log in and of this host itself do not count.
    static func spread(_ entries: [JournalEntry]) -> ClientSpread {
        var sessions: Set<String> = []
        var clients: [KeyedHash: Int] = [:]
        var trusted = 0
        for entry in entries where sessions.insert(entry.record.session).inserted {
            let reasons = Set(entry.record.reasons)
            if reasons.contains(.exempt(.authenticated)) || reasons.contains(.exempt(.localSubmission)) {
                sessions.remove(entry.record.session)
                continue
            }
            if let client = entry.client { clients[client, default: 0] += 1 }
            if reasons.contains(.exempt(.trustedNetwork)) { trusted += 1 }
        }
        return ClientSpread(sessions: sessions.count, fromOne: clients.values.max() ?? 0, trusted: trusted)
    }

    /// A number whatever its type.
    private static func number(_ value: Any) -> Int64? { (value as? any BinaryInteger).map { Int64(clamping: $0) } }

    /// The name of a file's owner.
    private static func owner(of file: String) -> String? {
        (try? FileManager.default.attributesOfItem(atPath: file))?[.ownerAccountName] as? String
    }

    /// When a file was last written, in seconds since 1970.
    private static func written(_ file: String) -> Int64? {
        let attributes = try? FileManager.default.attributesOfItem(atPath: file)
        return (attributes?[.modificationDate] as? Date).map { Int64($0.timeIntervalSince1970) }
    }
}
