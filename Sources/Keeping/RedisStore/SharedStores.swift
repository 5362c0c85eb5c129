public import Keeping
public import Memory
internal import SMTP
internal import Synchronization

/// The stores that a site divides its facts among: one Redis, or several where one cannot carry all.
///
/// Each fact goes to the store that its subject's hash names, words of the administrator and what the breaker switches off to the
/// first one, and what a server notes to learn from to one store, in the order in which it was noted. A server reads all of
/// them, so two servers that divide in different ways, or by an older configuration, still come to know the same. Each store
/// comes and goes for itself.
public final class SharedStores: Sendable {
    private let stores: [SharedStore]
    private let division: StoreDivision
    private let notesPlace: Int

    /// Stores that are not started.
    public init(_ settings: SharingSettings, host: any SharingHost) {
        let addresses = [settings.address] + settings.further
        let division = StoreDivision(host, count: addresses.count, heardPlace: settings.heardPlace)
        stores = addresses.indices.map { index in
            var own = settings
            (own.address, own.further) = (addresses[index], [])
            own.heardPlace = division.heardPlace(of: index)
            return SharedStore(own, host: DividedHost(division: division, index: index))
        }
        self.division = division
        notesPlace = Int(settings.server.number % UInt64(addresses.count))
    }

    /// Starts their threads.
    public func start() throws { for store in stores { try store.start() } }

    /// Publishes what waits, if that goes soon, and ends. The patience is for all of them together.
    public func stop(within patience: Duration) {
        for store in stores { store.end() }
        let end = ContinuousClock.now.advanced(by: patience)
        for store in stores { store.stop(within: ContinuousClock.now.duration(to: end)) }
    }

    /// Takes notice of a change that this server has made. Never waits; O(1).
    public func submit(_ change: MemoryChange) {
        guard let subject = change.subject else { return }
        stores[division.index(of: subject)].submit(change)
    }

    /// Publishes something that is no change of the memory. Never waits; O(1).
    public func publish(_ fact: SharedFact) { stores[division.index(of: fact.subject)].publish(fact) }

    /// Tells the others that something was removed, and removes it from each store. Never waits; O(1).
    public func purge(_ purge: SitePurge) {
        for store in stores { store.remove(purge) }
        publish(.purge(purge))
    }

    /// Publishes something to learn from. Never waits; O(1).
    public func submit(_ note: SharedNote) { stores[notesPlace].submit(note) }

    /// How it goes with each, in the order of the configuration.
    public var parts: [(place: String, status: SharingStatus)] {
        stores.map { ("\($0.settings.address)", $0.status) }
    }

    /// How it goes with all of them together.
    public var status: SharingStatus { stores.dropFirst().reduce(into: stores[0].status) { $0.add($1.status) } }
}

/// Which store a fact goes to, and what the stores have in common.
final class StoreDivision: Sendable {
    let host: any SharingHost
    let count: Int
    /// What the host has handed out for the other stores.
    private let news: Mutex<[[SharedFact]]>
    /// Up to where the notes in each store were kept.
    private let places: Mutex<[String]>

    init(_ host: any SharingHost, count: Int, heardPlace: String?) {
        self.host = host
        self.count = count
        news = Mutex(Array(repeating: [], count: count))
        // A store that is new here is read from its beginning.
        let known = heardPlace?.split(separator: " ").map(String.init) ?? []
        places = Mutex((0..<count).map { $0 < known.count ? known[$0] : "0-0" })
    }

    /// The store of a subject. O(1).
    func index(of subject: FactSubject) -> Int {
        guard count > 1, let hash = subject.hash else { return 0 }
        return Int(hash.bits % UInt128(count))
    }

    /// What others are to be told, of what belongs to a store.
    func takeNews(of index: Int) -> [SharedFact] {
        let new = host.takeNews()
        return news.withLock { news in
            for fact in new { news[self.index(of: fact.subject)].append(fact) }
            defer { news[index] = [] }
            return news[index]
        }
    }

    func heardPlace(of index: Int) -> String { places.withLock { $0[index] } }

    /// Takes notes in; what is kept with them says up to where each store was read.
    func take(_ notes: [SharedNote], of index: Int, upTo place: String) {
        // The lock is held while they are handed over: an older place must not be kept last.
        places.withLock { places in
            places[index] = place
            host.take(notes, upTo: places.joined(separator: " "))
        }
    }
}

/// The host as one of several stores sees it: what belongs to the other stores it does not see.
private struct DividedHost: SharingHost {
    let division: StoreDivision
    let index: Int

    private var host: any SharingHost { division.host }

    var now: Double { host.now }

    func takeNews() -> [SharedFact] { division.takeNews(of: index) }

    func take(_ facts: [SharedFact], from server: ServerID?) { host.take(facts, from: server) }

    func take(_ notes: [SharedNote], upTo place: String) { division.take(notes, of: index, upTo: place) }

    // Models, and the lease to teach them, are the first store's.
    var models: [OwnModel] { index == 0 ? host.models : [] }

    func take(_ model: SharedModel) -> Bool { host.take(model) }

    func forEachRecord(_ body: ([SharedFact]) -> Bool) {
        host.forEachRecord { facts in
            body(division.count == 1 ? facts : facts.filter { division.index(of: $0.subject) == index })
        }
    }

    var report: NodeReport { host.report }

    func tell(_ event: SharingEvent) { host.tell(event) }
}
