public import Memory
import Policy
public import Judgements
public import SMTP

/// The daemon's side of what is kept: takes changes and never makes anybody wait.
///
/// Whatever becomes of disk or network, deciding goes on with what is in memory. What cannot be written is kept for a time,
/// then dropped and counted; trouble is said once, as a ``StoreEvent``.
///
/// A second store that several servers share is one more keeper beside the local one: it takes the same changes, passes
/// over verdicts, and hands over in its looks what the others have changed.
public protocol Keeper: Sendable {
    /// Hands over a change. Never waits; O(1). When too many wait, the oldest is dropped and counted.
    func submit(_ change: StoreChange)

    /// Whether what is submitted is kept.
    var health: StoreHealth { get }

    /// How many changes wait, were kept since the start, and were lost since then.
    var counts: KeeperCounts { get }

    /// Everything remembered, for a start; nothing when it is damaged. Waits.
    func loadState() -> StoredState

    /// For a start, where there is so much that reading it takes long: all but attempts and clients, and where those are read from.
    /// `nil` where ``loadState()`` takes no time. Waits.
    func beginLoading() -> (state: StoredState, records: any LateRecords)?

    /// Looks soon, and hands over the lies that are not to be told again if anybody else has changed something since the
    /// last look, or `always`. Waits for nothing.
    func lookForUndoneLies(always: Bool, _ take: @escaping @Sendable (Set<LieKey>) -> Void)

    /// A number that changes whenever labels of senders change or mails are imported; `nil` if it cannot be read. Waits.
    func sendersGeneration() -> Int64?

    /// The counts of senders, for reading all of them. Waits.
    func senderCounts() throws(StoreError) -> any SenderCounts

    /// Writes everything submitted before; returns whether it is kept. While writing fails, one attempt is made. Waits.
    @discardableResult
    func flush() -> Bool

    /// Writes everything submitted before, and ends. What comes later is dropped. Waits.
    @discardableResult
    func close() -> Bool

    /// Removes soon what `retention` no longer allows.
    func prune(_ retention: Retention)

    /// Takes a new limit of the journal, soon.
    func limitJournal(bytes: Int64)

    /// Takes a new limit of the sightings, soon.
    func limitSightings(rows: Int)

    /// Adds a judgement to the messages of a name, of everything submitted before too: see ``Sightings``. Waits.
    func judge(_ name: MessageName, _ judgement: MailJudgement) throws(StoreError) -> Int

    /// Removes what `scope` names and was last seen up to a time, of everything submitted before too. Waits.
    func purge(_ scope: PurgeScope, lastSeenUpTo time: UnixTime) throws(StoreError) -> PurgeReport
}

extension Keeper {
    /// Everything is read at once.
    public func beginLoading() -> (state: StoredState, records: any LateRecords)? { nil }

    /// Removes what `scope` names, whenever it was last seen. Waits.
    public func purge(_ scope: PurgeScope) throws(StoreError) -> PurgeReport {
        try purge(scope, lastSeenUpTo: UnixTime(seconds: .max))
    }
}

/// What became of the changes that were submitted.
public struct KeeperCounts: Hashable, Sendable {
    /// How many wait to be written.
    public var pending = 0

    /// How many were written since the start.
    public var written = 0

    /// How many were lost since the start: for lack of room while writing failed or was too slow, or because they came
    /// after the end.
    public var dropped = 0

    /// None at all.
    public init() {}
}
