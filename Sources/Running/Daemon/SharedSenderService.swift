import Configuration
import Decision
import Files
import FoundationEssentials
import Keeping
import KeyedHashing
import Logging
import Redis
import SMTP
import SenderExchange
import Signing
import SpamTracker
import Synchronization
import Threads

/// Reads the snapshots of a group of sites (`senders_snapshot`: a file, or a Redis), and puts into force what is signed by whom
/// it should and newer than what is in force. The last good one is kept in the data directory, and decides after a restart
/// until another one comes, for as long as it may.
final class SharedSenderService: Sendable {
    /// What is shown of it.
    struct Status: Sendable {
        /// The number of the snapshot in force; `nil` without any.
        var sequence: UInt64?
        /// What its age counts from.
        var until: UnixTime?
        /// How many clusters it has.
        var clusters = 0
        /// How many senders it lists.
        var listed = 0
        /// How many sites it was learned from.
        var sites = 0
        /// How many of this site's domains it knows.
        var domains = 0
        /// What is wrong with the file now; `nil` for nothing.
        var fault: String?
        /// How often a file was not taken into use, by reason.
        var refused: [String: UInt64] = [:]
    }

    /// What tells a snapshot from the one that was there before.
    private enum Mark: Equatable {
        /// A file, by what the file system says of it.
        case file(changed: Date?, size: UInt?, number: UInt?)
        /// One in a Redis, by its first bytes.
        case redis([UInt8])

        init(ofFile path: String) {
            let attributes = try? FileManager.default.attributesOfItem(atPath: path)
            self = .file(
                changed: attributes?[.modificationDate] as? Date, size: attributes?[.size] as? UInt,
                number: attributes?[.systemFileNumber] as? UInt)
        }
    }

    /// What belongs to the queue.
    private struct Work {
        var settings: SharedSettings
        var seen: Mark?
        var hasLookedAtKept = false
        /// The kind of fault that was logged last.
        var said: String?
        /// What is wrong with what was looked at last; `nil` for nothing.
        var refusal: String?
    }

    private static let pause: Int = 10

    private let site: SenderPseudonyms
    private let files: DataDirectory
    private let logger: Logger
    private let work: Mutex<Work>
    private let current = Mutex<(scores: SharedScores?, status: Status)>((nil, Status()))
    private let isStopping = Atomic<Bool>(false)
    private let queue = SerialWorker("argot-shared", niceness: 10)
    /// Takes what is in force from now on.
    private let taker = Mutex<(@Sendable (SharedScores?) -> Void)?>(nil)

    init(_ configuration: Configuration, site: SenderPseudonyms, logger: Logger) {
        self.site = site
        self.logger = logger
        files = configuration.files
        work = Mutex(Work(settings: SharedSettings(configuration)))
    }

    /// What is shown of it; `nil` where no snapshot is wanted.
    var status: Status? { work.withLock { $0.settings.place } == nil ? nil : current.withLock { $0.status } }

    /// Begins to look at the file every few seconds.
    ///
    /// - Parameter take: takes what is in force from now on.
    func start(_ take: @escaping @Sendable (SharedScores?) -> Void) {
        taker.withLock { $0 = take }
        queue.async { [weak self] in self?.visit() }
    }

    /// Ends.
    func stop() {
        isStopping.store(true, ordering: .relaxed)
        queue.sync {}
    }

    /// Takes new settings; the file is looked at again.
    func reconfigure(_ configuration: Configuration) {
        let settings = SharedSettings(configuration)
        queue.async { [self] in
            work.withLock { work in
                work.settings = settings
                work.seen = nil
                work.said = nil
                work.hasLookedAtKept = false
            }
            step(at: DaemonState.unixTime)
        }
    }

    /// Removes the copy that is kept; returns its path.
    func forget() -> [String] { DataDirectory.remove([files.senderSnapshot]) }

    private func visit() {
        guard !isStopping.load(ordering: .relaxed) else { return }
        step(at: DaemonState.unixTime)
        queue.async(after: .seconds(Self.pause)) { [weak self] in self?.visit() }
    }

    /// Looks at the file, if it has changed. One thread only.
    func step(at now: UnixTime) {
        let settings = work.withLock { $0.settings }
        guard let place = settings.place else { return drop(nil) }
        if work.withLock({ !$0.hasLookedAtKept }) {
            work.withLock { $0.hasLookedAtKept = true }
            // What is kept is no news, and neither is that there is nothing.
            if place != .file(files.senderSnapshot) {
                _ = try? take(files.senderSnapshot, settings, now) { () throws(SnapshotFault) in
                    try SignedSnapshot.bytes(of: files.senderSnapshot)
                }
            }
        }
        do {
            if let taken = try look(at: place, settings, now) {
                work.withLock { $0.said = nil }
                keep(taken)
            }
        } catch {
            if !error.lasts { work.withLock { $0.refusal = "\(error)" } }
            refuse(error.word, "\(error)", lasts: error.lasts)
        }
        let until = current.withLock { $0.status.until }
        if let until, until.age(at: now) > settings.lifetime {
            drop(
                "the group's snapshot is \(until.age(at: now)) s old and not used any longer (senders_snapshot_lifetime): "
                    + "check that the group's server runs and that snapshots are fetched")
        }
    }

    /// Looks whether there is another snapshot than at the last look, and puts it into force; returns its bytes, if it was.
    private func look(
        at place: SharedSettings.Place, _ settings: SharedSettings, _ now: UnixTime
    ) throws(SharedFault) -> [UInt8]? {
        let seen = work.withLock { $0.seen }
        var taken: [UInt8]?
        switch place {
        case .file(let path):
            let mark = Mark(ofFile: path)
            guard mark != seen else { return nil }
            work.withLock { $0.seen = mark }
            taken = try take(path, settings, now) { () throws(SnapshotFault) in try SignedSnapshot.bytes(of: path) }
        case .redis(let address):
            let found: FoundSnapshot?
            do {
                let redis = GroupRedis(address, as: try settings.credentials(), group: try group().groupID)
                let mark: [UInt8]? = if case .redis(let bytes) = seen { bytes } else { nil }
                found = try redis.newestSnapshot(of: settings.keys, unless: mark)
            } catch let fault as SharedFault {
                throw fault
            } catch {
                throw SharedFault(word: "redis", text: "\(error)", lasts: true)
            }
            guard let found else {
                // It answers again, and has what was looked at already.
                if work.withLock({ $0.said }) == "redis" {
                    let refusal = work.withLock { work in
                        work.said = nil
                        return work.refusal
                    }
                    current.withLock { $0.status.fault = refusal }
                }
                return nil
            }
            work.withLock { $0.seen = .redis(found.mark) }
            taken = try take(found.place, settings, now) { () throws(SnapshotFault) in found.bytes }
        }
        work.withLock { $0.refusal = nil }
        current.withLock { $0.status.fault = nil }
        return taken
    }

    private func group() throws(SharedFault) -> SenderPseudonyms {
        do throws(HashingKeyError) {
            return SenderPseudonyms(key: try HashingKey.load(file: files.groupKey))
        } catch {
            throw SharedFault(word: "group-key", text: "\(error)", lasts: true)
        }
    }

    /// Puts a snapshot into force; returns its bytes, or `nil` for the one that is in force.
    private func take(
        _ name: String, _ settings: SharedSettings, _ now: UnixTime, bytes: () throws(SnapshotFault) -> [UInt8]
    ) throws(SharedFault) -> [UInt8]? {
        let group = try group()
        let inForce = current.withLock { $0.status.sequence }
        let signed: SignedSnapshot
        do throws(SnapshotFault) {
            signed = try SignedSnapshot(
                try bytes(), file: name,
                demands: .init(
                    keys: settings.keys, group: group.groupID, sequence: inForce, lifetime: settings.lifetime),
                now: now)
        } catch {
            throw SharedFault(word: error.word, text: "\(error)")
        }
        // One number, one snapshot: servers that have the same submissions publish the same.
        guard signed.header.sequence != inForce else { return nil }
        let snapshot = signed.snapshot
        let signer = (try? SigningKey.load(file: files.signingKey))?.publicKey.id
        let columns = signer.map { snapshot.columns(of: $0.bits) } ?? [:]
        let scores = SharedScores(
            ScoreSnapshot(snapshot.model, created: snapshot.until), listed: snapshot.listed,
            sequence: signed.header.sequence, columns: columns, group: group, site: site)
        current.withLock { current in
            current.scores = scores
            current.status.sequence = signed.header.sequence
            current.status.until = snapshot.until
            current.status.clusters = snapshot.model.clusters.count
            current.status.listed = snapshot.listed.lines.count
            current.status.sites = snapshot.sites.trusted
            current.status.domains = columns.count
        }
        publish(scores)
        logger.info(
            "senders' snapshot",
            metadata: [
                "number": "\(signed.header.sequence)", "signer": "\(signed.header.signer)",
                "age": "\(snapshot.until.age(at: now))", "listed": "\(snapshot.listed.lines.count)",
                "clusters": "\(snapshot.model.clusters.count)", "domains": "\(columns.count)",
            ])
        return signed.bytes
    }

    private func publish(_ scores: SharedScores?) { taker.withLock { $0 }?(scores) }

    private func keep(_ bytes: [UInt8]) {
        guard work.withLock({ $0.settings.place }) != .file(files.senderSnapshot) else { return }
        do throws(DocumentFault) {
            var file = try OutputFile(replacing: files.senderSnapshot, mode: 0o640)
            try file.write(bytes)
            try file.finish()
        } catch {
            logger.warning("senders' snapshot: the copy for the next start is not kept: \(error)")
        }
    }

    /// Takes what is in force out of it, with a reason that is logged once, or because none is wanted.
    private func drop(_ reason: String?) {
        let had = current.withLock { current in
            defer {
                current.scores = nil
                // Its number stays: what is older is still refused.
                current.status.until = nil
                if reason == nil { current.status = Status() }
            }
            return current.scores != nil
        }
        guard had else { return }
        publish(nil)
        if let reason { refuse("expired", reason) }
    }

    /// - Parameter lasts: whether each look finds it again, so that it is counted once.
    private func refuse(_ word: String, _ text: String, lasts: Bool = false) {
        let isNew = work.withLock { $0.said != word }
        current.withLock { current in
            current.status.fault = text
            if isNew || !lasts { current.status.refused[word, default: 0] += 1 }
        }
        guard isNew else { return }
        work.withLock { $0.said = word }
        logger.warning("senders' snapshot: \(text)")
    }
}

/// Why a snapshot is not taken into use, in a word and in words.
private struct SharedFault: Error {
    let word: String
    let text: String
    /// Whether it is found again at each look until it is gone.
    var lasts = false
}

extension SharedFault: CustomStringConvertible {
    var description: String { text }
}

/// What the administrator decides about a group's snapshots.
struct SharedSettings: Sendable {
    /// Where they are.
    enum Place: Sendable, Hashable {
        case file(String)
        case redis(RedisAddress)
    }

    /// Where they are; `nil` for nowhere.
    let place: Place?
    /// Whose signature is believed.
    let keys: [PublicKey]
    /// The age past which a snapshot is not used, in seconds.
    let lifetime: Int64
    private let user: String
    private let passwordFile: String

    init(_ configuration: Configuration) {
        let name = configuration.senderSnapshot
        let redis = try? RedisAddress(name)
        place = configuration.senders && !name.isEmpty ? redis.map { .redis($0) } ?? .file(name) : nil
        keys = configuration.senderSnapshotKeys.compactMap { PublicKey($0) }
        lifetime = configuration.senderSnapshotLifetime
        (user, passwordFile) = (configuration.senderRedisUser, configuration.senderRedisPasswordFile)
    }

    /// Who we are to the Redis; the password may have been changed.
    func credentials() throws(SharingConfigurationError) -> RedisCredentials {
        try Configuration.credentials(user: user, file: passwordFile, key: "senders_redis_password_file")
    }
}
