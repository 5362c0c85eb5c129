import Decision
import Keeping
import Logging
import SMTP
import Threads

extension DaemonRuntime {
    /// Takes over what was remembered. Where there is so much that reading it takes long, mail servers are answered before all of it
    /// is in memory: what a decision needs is asked of the store until then.
    ///
    /// - Returns: correspondents, campaigns and recipients of the ledger, which are somebody else's.
    static func restore(
        _ memory: DecisionMemory, from keeper: any Keeper, _ logger: Logger
    ) -> StoredState {
        // It stands back behind the threads that serve, not for ever on a busy machine, and ends with its task.
        let reader = SerialWorker("argot-load", niceness: 5)
        guard reader.hasThread, let (state, records) = keeper.beginLoading() else {
            var saved = keeper.loadState()
            memory.restore(
                greylist: saved.greylist, networks: saved.networks, clients: saved.clients,
                clientNetworks: saved.clientNetworks, undoneLies: saved.undoneLies,
                toldLies: saved.toldLies, at: DaemonState.unixTime)
            // What the memory has taken is not needed twice.
            (saved.greylist, saved.networks, saved.clients, saved.clientNetworks) = ([], [], [], [])
            return saved
        }
        memory.restore(undoneLies: state.undoneLies, toldLies: state.toldLies, at: DaemonState.unixTime)
        memory.beginReading(from: records)
        logger.info("reading what is remembered; until then decisions ask the database")
        reader.async {
            let began = ContinuousClock.now
            var saved = StoredState()
            do throws(StoreError) {
                saved = try records.all()
            } catch {
                logger.warning("store: what is remembered cannot be read: \(error)")
            }
            memory.finishReading(
                greylist: saved.greylist, networks: saved.networks, clients: saved.clients,
                clientNetworks: saved.clientNetworks, at: DaemonState.unixTime)
            let seconds = began.duration(to: .now).components.seconds
            logger.info("all that is remembered is read", metadata: ["seconds": "\(seconds)"])
        }
        return state
    }
}
