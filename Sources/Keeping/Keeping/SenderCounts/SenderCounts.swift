public import SMTP
public import SpamTracker

/// Who writes to whom, for the sender scores: cells of the matrix, labels of networks, and how far files were imported.
public protocol SenderCounts {
    /// Adds cells to those stored, all or none, and notes how far a file is imported with them.
    func add(_ cells: [SenderCell], progress: ImportProgress?) throws(StoreError)

    /// How many cells there are.
    func senderCellCount() throws(StoreError) -> Int

    /// Hands out the cells of all slots from `start` until `end`, oldest first; the newest `limit` of them.
    func senderCells(
        since start: UnixTime, until end: UnixTime, limit: Int, _ body: (SenderCell) -> Void
    ) throws(StoreError)

    /// Hands out who hit traps in slots from `start` until `end`, each slot once, oldest first.
    func trappedSenders(
        since start: UnixTime, until end: UnixTime, _ body: (_ sender: UInt64, _ slot: Int64) -> Void
    ) throws(StoreError)

    /// What others have said of the messages of senders on the days from `start` until `end`: for each sender of whom anybody
    /// has said anything, all its days, in any order of senders.
    func judgedSenders(
        since start: UnixTime, until end: UnixTime, _ body: (_ sender: UInt64, _ judgements: SenderJudgements) -> Void
    ) throws(StoreError)

    /// How far the file was imported that begins so; of several such files, all.
    func importProgress(of identity: UInt64) throws(StoreError) -> [ImportProgress]

    /// All labels of networks, by network.
    func senderLabels() throws(StoreError) -> [SenderNetworkLabel]

    /// Sets the administrator's label of a network.
    func setLabel(_ label: SenderNetworkLabel) throws(StoreError)

    /// Removes the administrator's label of a network; returns whether there was one.
    func removeLabel(of network: AddressPrefix) throws(StoreError) -> Bool

    /// Replaces all that the blocklist `source` said before; returns how many networks that were.
    @discardableResult
    func replaceBlocklist(_ source: String, with networks: [AddressPrefix], at time: UnixTime) throws(StoreError) -> Int

    /// Says that whoever holds cells and labels in memory should read them again.
    func noteSendersChanged() throws(StoreError)
}

extension SenderCounts {
    /// Nobody.
    public func judgedSenders(
        since start: UnixTime, until end: UnixTime, _ body: (_ sender: UInt64, _ judgements: SenderJudgements) -> Void
    ) throws(StoreError) {}
}
