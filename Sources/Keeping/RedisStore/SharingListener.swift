import Keeping
import Memory
import Redis
import SMTP
import Synchronization
import Threads

/// The thread that listens: reads the stream of changes, and sees when something is missing.
struct SharingListener {
    let store: SharedStore

    /// How many batches are read at once.
    private static let pageLength = 64

    /// How long one question waits for news, in milliseconds.
    private static let patience = 1_000

    /// Where the stream is read on.
    private struct Position: Equatable {
        var reading: Int
        var id: String
    }

    init(store: SharedStore) { self.store = store }

    /// Until the store is stopped.
    func work() {
        while !store.hasStopped {
            if position != nil {
                // What fails here fails for the publisher too, who says so.
                do throws(SharingFailure) { try listen() } catch {
                    if case .redis(let error) = error, error.code == .tooLarge { skip(error) }
                }
            }
            if !store.hasStopped { store.pause(.milliseconds(50)) }
        }
    }

    private var position: Position? {
        store.state.withLock { state in state.position.map { Position(reading: state.reading, id: $0) } }
    }

    private func listen() throws(SharingFailure) {
        var connection = try SiteConnection(store.settings)
        var isBehind = true
        while !store.hasStopped, let position {
            let notesPlace = store.state.withLock { $0.notesPlace }
            if isBehind {
                if try hasLost(position.id, of: store.keys.changes, &connection) { return lose() }
                if notesPlace != "0-0", try hasLost(notesPlace, of: store.keys.notes, &connection) {
                    store.state.withLock { $0.status.notesLost += 1 }
                    store.host.tell(.notesGone)
                }
            }
            let answer = try connection.demand(
                "XREAD", "COUNT", "\(Self.pageLength)", "BLOCK", "\(Self.patience)", "STREAMS", store.keys.changes,
                store.keys.notes, position.id, notesPlace)
            isBehind = false
            for stream in answer.array ?? [] {
                guard let parts = stream.array, parts.count == 2, let name = parts[0].text,
                    let entries = parts[1].array.map({ $0.compactMap(Self.entry) })
                else { throw .redis(RedisError(.notRedis, at: connection.place, "XREAD is answered in another way")) }
                isBehind = isBehind || entries.count == Self.pageLength
                if name == store.keys.notes {
                    takeNotes(entries)
                } else if !takeChanges(entries, since: position) {
                    return lose()
                }
            }
        }
    }

    /// An entry's name, and its fields and values.
    private static func entry(_ value: RedisValue) -> (id: String, words: [RedisValue])? {
        guard let parts = value.array, parts.count == 2, let id = parts[0].text, let words = parts[1].array else {
            return nil
        }
        return (id, words)
    }

    private static func fields(_ words: [RedisValue]) -> [(name: String, value: [UInt8])] {
        stride(from: 0, to: words.count - 1, by: 2).compactMap { index in
            words[index].text.flatMap { name in words[index + 1].bytes.map { (name: name, value: $0) } }
        }
    }

    /// Takes batches of changes in; returns whether none is missing among them.
    private func takeChanges(_ entries: [(id: String, words: [RedisValue])], since position: Position) -> Bool {
        for (id, words) in entries {
            guard take(words, id: id) else { return false }
            let goesOn = store.state.withLock { state in
                guard state.reading == position.reading, state.position != nil else { return false }
                state.position = id
                return true
            }
            if !goesOn { break }
        }
        return true
    }

    /// Takes batches of notes in, and keeps the place behind them.
    private func takeNotes(_ entries: [(id: String, words: [RedisValue])]) {
        guard let place = entries.last?.id else { return }
        var notes: [SharedNote] = []
        for (id, words) in entries {
            var unreadable = 0
            let batch = NoteBatch(fields: Self.fields(words), unreadable: &unreadable)
            if batch == nil || unreadable > 0 {
                store.state.withLock { $0.status.refused += max(1, unreadable) }
                let problem = "holds notes that are damaged, or of a newer release"
                store.tell(.unreadable(key: "\(store.keys.notes) \(id)", problem: problem), once: "notes")
            }
            // What this server has noted itself is kept already.
            if let batch, batch.server != store.settings.server { notes += batch.notes }
        }
        store.state.withLock { state in
            state.notesPlace = place
            state.status.notesReceived += notes.count
        }
        if !notes.isEmpty { store.host.take(notes, upTo: place) }
    }

    /// Whether entries behind a position have been removed before they were read: the stream is as long as it may be.
    private func hasLost(
        _ place: String, of stream: String, _ connection: inout SiteConnection
    ) throws(SharingFailure) -> Bool {
        let oldest = try connection.demand("XRANGE", stream, "-", "+", "COUNT", "1").array?.first
        guard let id = oldest?.array?.first?.text.flatMap({ RedisStreamID($0) }), let own = RedisStreamID(place) else {
            // The stream of changes has at least the own mark, unless it was removed.
            return stream == store.keys.changes
        }
        return id > own
    }

    /// Takes an entry in; returns whether none is missing before it.
    private func take(_ words: [RedisValue], id: String) -> Bool {
        var unreadable = 0
        guard let batch = ChangeBatch(fields: Self.fields(words), unreadable: &unreadable) else {
            store.state.withLock { $0.status.refused += 1 }
            store.tell(.unreadable(key: "\(store.keys.changes) \(id)", problem: "is no batch of facts"), once: "batch")
            return true
        }
        if unreadable > 0 {
            store.state.withLock { $0.status.refused += unreadable }
            let problem = "holds facts that are damaged, or of a newer release"
            store.tell(.unreadable(key: "\(store.keys.changes) \(id)", problem: problem), once: "batch facts")
        }
        if batch.server == store.settings.server, batch.run == store.run { return true }
        let publisher = SharedStore.Publisher(server: batch.server, run: batch.run)
        let isWhole = store.state.withLock { state in
            let last = state.heard[publisher]
            // Runs come and go; of those that are gone nothing comes any more.
            if last == nil, state.heard.count >= 10_000 { state.heard = [:] }
            state.heard[publisher] = max(batch.number, last ?? 0)
            return last.map { batch.number <= $0 + 1 } ?? true
        }
        store.receive(batch.facts, of: batch.server)
        if let time = RedisStreamID(id)?.milliseconds {
            let lag = store.clock.sharedMilliseconds.subtractingReportingOverflow(Int64(clamping: time))
            store.state.withLock {
                $0.status.lagMilliseconds = lag.overflow ? 0 : Int(clamping: max(0, lag.partialValue))
            }
        }
        return isWhole
    }

    /// Everything has to be read again.
    private func lose() {
        store.state.withLock { $0.position = nil }
        store.wake()
    }

    /// Goes past an entry that is larger than anything that is read: what it may have held is read from the facts.
    private func skip(_ error: RedisError) {
        store.tell(.unreadable(key: store.keys.changes, problem: "holds an entry that is too large"), once: "large")
        store.state.withLock { $0.status.refused += 1 }
        lose()
    }
}
