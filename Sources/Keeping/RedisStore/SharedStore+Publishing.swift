import Keeping
import Memory
import Redis
import SMTP
import Synchronization
import Threads

extension SharedStore {
    /// What this run is called.
    var runName: String { ServerID(run).name }

    /// Publishes what waits in the replica, batch by batch. What could not be published waits again.
    func publishWaiting(_ connection: inout SiteConnection) throws(SharingFailure) {
        while true {
            let facts = state.withLock { $0.replica.take(SharingPublisher.batchLength) }
            guard !facts.isEmpty else { return }
            do throws(SharingFailure) {
                try publish(facts, &connection)
            } catch {
                state.withLock { $0.replica.putBack(facts) }
                throw error
            }
        }
    }

    /// Publishes facts: each under its own key, and all as an entry of the stream.
    private func publish(_ facts: [SharedFact], _ connection: inout SiteConnection) throws(SharingFailure) {
        let offset = clock.offset
        let now = clock.sharedNow
        let shared = facts.map { $0.moved(by: offset) }
        var commands: [[[UInt8]]] = shared.map { fact in
            let command = [Array("SET".utf8), keys.fact(fact, of: settings.server), fact.packed]
            guard let seconds = settings.lifetimes.seconds(of: fact, at: now) else { return command }
            return command + [Array("EX".utf8), Array("\(seconds)".utf8)]
        }
        commands.append(append(shared))
        // Until it is known that the batch has come, the next one has its number: one that comes twice does no harm.
        _ = try connection.demand(all: commands)
        let bytes = commands.reduce(0) { $0 + $1.reduce(0) { $0 + $1.count + 8 } }
        state.withLock { state in
            state.number += 1
            state.status.published += facts.count
            state.status.bytesPublished += bytes
        }
    }

    /// Adds an entry of nothing to the stream, whose place is known with that.
    func mark(_ connection: inout SiteConnection) throws(SharingFailure) -> String {
        guard let id = try connection.demand(append([])).text else {
            throw .redis(RedisError(.notRedis, at: connection.place, "XADD is answered in another way"))
        }
        state.withLock { $0.number += 1 }
        return id
    }

    private func append(_ facts: [SharedFact]) -> [[UInt8]] {
        let number = state.withLock { $0.number } + 1
        let batch = ChangeBatch(server: settings.server, run: run, number: number, facts: facts)
        let words = ["XADD", keys.changes, "MAXLEN", "~", "\(settings.streamLength)", "*"]
        return words.map { Array($0.utf8) } + batch.fields
    }

    /// Publishes the notes that wait. What could not be published waits again.
    func publishNotes(_ connection: inout SiteConnection) throws(SharingFailure) {
        while true {
            let taken = notes.withLock { $0.take(SharingPublisher.batchLength) }
            guard !taken.isEmpty else { return }
            var batches: [[SharedNote]] = [[]]
            var length = 0
            for note in taken {
                if length > NoteBatch.gatheredLength - 1_024 {
                    batches.append([])
                    length = 0
                }
                batches[batches.count - 1].append(note)
                length += note.packed.count
            }
            let words = ["XADD", keys.notes, "MAXLEN", "~", "\(settings.notesLength)", "*"].map { Array($0.utf8) }
            do throws(SharingFailure) {
                _ = try connection.demand(
                    all: batches.map { words + NoteBatch(server: settings.server, notes: $0).fields })
            } catch {
                notes.withLock { $0.putBack(taken) }
                throw error
            }
            state.withLock { $0.status.notesPublished += taken.count }
        }
    }

    /// Makes sure that the place in the stream of notes is one of this Redis: where another one has taken the place of the
    /// one that was read before, its stream may be younger.
    func adjustNotesPlace(_ connection: inout SiteConnection) throws(SharingFailure) {
        let place = state.withLock { $0.notesPlace }
        let newest = try connection.demand("XREVRANGE", keys.notes, "+", "-", "COUNT", "1").array?.first
        let id = newest?.array?.first?.text ?? "0-0"
        guard let newestID = RedisStreamID(id), let own = RedisStreamID(place), newestID < own else { return }
        state.withLock { $0.notesPlace = id }
    }
}
