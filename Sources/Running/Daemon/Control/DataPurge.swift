import Decision
import Keeping
import KeyedHashing
import Memory
import Policy
import SMTP
import SpamTracker

/// What the administrator wants to be forgotten, in memory and on disk.
struct DataPurge {
    private let scope: PurgeScope
    /// What was last seen later stays: at another server of the site it was removed then.
    private let time: UnixTime
    /// Whether what cannot be told apart by time goes with everything: files.
    private let takesFiles: Bool

    /// For how long after a removal of everything at another server the files of this one go too, in seconds: they may hold
    /// what has come since.
    private static let fileTime: Int64 = 3_600

    /// What was removed at another server of the site.
    init(_ purge: SitePurge, now: UnixTime) {
        (scope, time) = (purge.scope, purge.time)
        takesFiles = now - purge.time < Self.fileTime
    }

    /// Reads the query of `DELETE /data`; `nil` when it does not name one thing.
    init?(_ query: [String: String], state: DaemonState) {
        let key = state.memory.key
        let names = ["older_than", "client", "sender", "recipient", "greylist", "everything"]
        let named = names.filter { query[$0] != nil }
        guard named.count == 1, let value = query[named[0]] else { return nil }
        (time, takesFiles) = (UnixTime(seconds: .max), true)
        switch named[0] {
        case "older_than":
            guard let seconds = Int64(value), seconds >= 0 else { return nil }
            scope = .olderThan(UnixTime(seconds: DaemonState.unixTime.seconds - seconds))
        case "client":
            guard let address = ClientAddress(value) else { return nil }
            let greylist = state.snapshot.policy.configuration.greylist
            let length = address.family == .ipv4 ? greylist.ipv4PrefixLength : greylist.ipv6PrefixLength
            let pseudonyms = SenderPseudonyms(key: key, prefixes: state.senders?.prefixes ?? .init())
            scope = .client(
                key.keys(of: address), network: key.hash(network: address.network(prefixLength: length)),
                sender: pseudonyms.sender(address).bits)
        case "sender": scope = .sender(key.hash(sender: value))
        case "recipient": scope = .recipient(key.hash(recipient: value))
        case "greylist": scope = .greylist
        default: scope = .everything(labels: query["lists"] != nil)
        }
    }

    /// What the other servers of the site are told.
    func shared(at now: UnixTime) -> SitePurge { SitePurge(scope, at: now) }

    /// Whether all is to go.
    var isEverything: Bool { if case .everything = scope { true } else { false } }

    /// Removes it: what waits is written first, so that it goes too. Waits for the disk, and for a clustering in
    /// progress.
    func run(state: DaemonState, keeper: any Keeper, directory: DataDirectory) throws(StoreError) -> PurgeReport {
        state.senders?.flush()
        state.journal.flush()
        var report = try keeper.purge(scope, lastSeenUpTo: time)
        if report.lies > 0 {
            // With a lie goes the mark that it was undone.
            keeper.lookForUndoneLies(always: true) { [memory = state.memory] in memory.setUndoneLies($0) }
        }
        state.memory.forget(scope, lastSeenUpTo: time)
        state.journal.campaigns?.forget(scope)
        let lessons = state.journal.lessons
        switch scope {
        case .olderThan(let limit): lessons.forgetCorrespondents(lastSeenUpTo: limit + -1)
        case .sender(let sender): lessons.forgetCorrespondents(sender, lastSeenUpTo: time)
        case .client, .greylist, .recipient: break
        case .everything:
            lessons.forgetCorrespondents(lastSeenUpTo: time)
            guard takesFiles else { break }
            report.files += state.journal.removeTranscripts() + (state.senders?.forget() ?? [])
            // Databases that were damaged and moved aside hold what the one in use has forgotten.
            report.files += DataDirectory.remove(directory.movedAside)
        }
        return report
    }
}
