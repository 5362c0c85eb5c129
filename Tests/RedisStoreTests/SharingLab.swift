import Foundation
import ClientLab
import Keeping
import KeyedHashing
import Policy
import Redis
import RedisLab
import RedisStore
import SMTP
import Synchronization

@testable import Decision
@testable import Memory

/// A server of a site without mail: its memory, and its side of sharing.
final class SharingNode: SharingHost {
    let memory: DecisionMemory
    let number: UInt64
    private let store = Mutex<SharedStores?>(nil)
    private let words = Mutex(AdministratorWord())
    private let lies = Mutex<[LieKey: LieRecord]>([:])
    private let events = Mutex<[SharingEvent]>([])
    private let skew: Double

    init(_ number: UInt64, skew: Double = 0, policy: PolicyConfiguration = PolicyConfiguration()) throws {
        self.number = number
        self.skew = skew
        memory = DecisionMemory(
            key: try HashingKey(bytes: Array(repeating: 7, count: HashingKey.byteCount)), policy: policy)
        memory.beginSharing()
    }

    /// Begins to share over one Redis, or over several whose addresses are separated by blanks.
    func start(_ address: String, _ change: (inout SharingSettings) -> Void = { _ in }) throws {
        let addresses = try address.split(separator: " ").map { try RedisAddress(String($0)) }
        var settings = SharingSettings(
            address: addresses[0], server: ServerID(number), name: "mx\(number)", keyID: "k1",
            seal: { parts in "\(parts.map { "\($0.count)" + String(decoding: $0, as: UTF8.self) })" })
        settings.further = Array(addresses.dropFirst())
        settings.gathering = .milliseconds(2)
        settings.patience = .seconds(2)
        change(&settings)
        let made = SharedStores(settings, host: self)
        store.withLock { $0 = made }
        try made.start()
    }

    func stop() { store.withLock { $0 }?.stop(within: .seconds(10)) }

    var sharing: SharedStores { store.withLock { $0 }! }

    var told: [SharingEvent] { events.withLock { $0 } }

    // MARK: What a daemon does

    /// Before the start they are remembered only.
    func submit(_ changes: [MemoryChange]) {
        guard let store = store.withLock({ $0 }) else { return }
        for change in changes { store.submit(change) }
    }

    /// A client that is greylisted, or passes.
    func attempt(_ client: Int, at time: UnixTime) -> GreylistStanding {
        let attempt = Greylist.Attempt(
            triplet: key(client), pool: key(client), network: key(1_000_000 + client))
        let (standing, changes) = memory.judge(attempt, at: time)
        submit(changes)
        return standing
    }

    func clean(_ client: Int, at time: UnixTime) { submit(memory.noteCleanMessage(from: keys(client), at: time)) }

    func set(_ mode: EnforcementMode, at time: UnixTime) {
        let word = Latest(mode, at: time, by: ServerID(number))
        words.withLock { $0.set(mode, at: time, by: ServerID(number)) }
        sharing.publish(.mode(word))
    }

    /// Somebody removes something here.
    func purge(_ scope: PurgeScope, at time: UnixTime) {
        memory.forget(scope)
        memory.note(SitePurge(scope, at: time))
        sharing.purge(SitePurge(scope, at: time))
    }

    var mode: EnforcementMode? { words.withLock { $0.mode?.value } }

    func keys(_ client: Int) -> ClientKeys {
        ClientKeys(client: key(client), network: key(2_000_000 + client / 4), block: key(3_000_000))
    }

    func key(_ number: Int) -> KeyedHash { KeyedHash(bits: UInt128(number) << 64 | UInt128(number)) }

    // MARK: SharingHost

    var now: Double { skew + Self.realNow }

    static var realNow: Double { Date().timeIntervalSince1970 }

    func takeNews() -> [SharedFact] { memory.takeNews() }

    func take(_ facts: [SharedFact], from server: ServerID?) {
        let now = UnixTime(seconds: Int64(now))
        for fact in facts {
            switch fact {
            case .mode(let word): words.withLock { $0.set(word.value, at: word.time, by: word.server) }
            case .standing(let entry, let word):
                words.withLock { $0.set(entry, word.value, at: word.time, by: word.server) }
            case .lie(let lie): lies.withLock { $0[lie.key] = $0[lie.key]?.merged(lie) ?? lie }
            default: break
            }
            _ = memory.take(fact, from: server, at: now)
        }
    }

    func take(_ notes: [SharedNote], upTo place: String) {
        heard.withLock { heard in
            heard.notes += notes
            heard.place = place
        }
    }

    /// The model in force, when it was put there, and those of others that were taken.
    let model = Mutex<(time: UnixTime?, text: String, taken: [String])>((nil, "", []))

    var models: [OwnModel] {
        let (time, text, _) = model.withLock { $0 }
        return [OwnModel(kind: "envelopes", time: time) { Array(text.utf8) }]
    }

    func take(_ new: SharedModel) -> Bool {
        let text = String(decoding: new.bytes, as: UTF8.self)
        guard !text.hasPrefix("broken") else { return false }
        model.withLock { model in
            model.taken.append(text)
            (model.time, model.text) = (UnixTime(seconds: Int64(now)), text)
        }
        return true
    }

    /// The notes of others that have come, and up to where.
    let heard = Mutex<(notes: [SharedNote], place: String?)>(([], nil))

    func forEachRecord(_ body: ([SharedFact]) -> Bool) {
        memory.forEachRecord(body)
        if let mode = words.withLock({ $0.mode }) { _ = body([.mode(mode)]) }
    }

    var report: NodeReport { NodeReport() }

    func tell(_ event: SharingEvent) { events.withLock { $0.append(event) } }

    /// All that decides, in an order of its own: attempts, and of clients what all servers together have.
    var contents: [String] {
        let found = Mutex<[String]>([])
        memory.forEachRecord { facts in
            found.withLock { found in
                for case .greylist(let key, let entry) in facts {
                    found.append(
                        "attempt \(key) \(entry.firstSeen.seconds) \(entry.lastSeen.seconds) \(entry.hasPassed)")
                }
            }
            return true
        }
        let records = memory.history.withLock { history in history.everything }
        return (found.withLock { $0 } + records).sorted()
    }
}

extension ClientHistory {
    /// What all servers together have, in words.
    fileprivate var everything: [String] {
        allKeys.map { key in
            let record = combined(key)
            return
                "client \(key) \(record?.firstSeen.seconds ?? 0) \(record?.lastSeen.seconds ?? 0) \(record?.count ?? 0)"
        }
    }
}
