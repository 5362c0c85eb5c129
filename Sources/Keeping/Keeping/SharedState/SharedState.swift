public import Memory
import Policy
public import SMTP

/// What decides and outlives a restart: the greylist, the clients' histories, the lies. Several servers may share it, which
/// is why its values are ``Policy/Mergeable``: whatever order their changes come in, all agree in the end.
///
/// ``Keeper/submit(_:)`` writes it.
public protocol SharedState {
    /// Everything at once, for a start.
    func loadState() throws(StoreError) -> StoredState

    /// The lies last told at `since` or later, all without it; the last told first, at most `limit`.
    func lies(since: UnixTime?, limit: Int) throws(StoreError) -> [LieRecord]

    /// Marks a lie as undone at `time`; an earlier undoing keeps its time. A running daemon notices.
    ///
    /// - Returns: whether such a lie was told.
    func undoLie(_ key: LieKey, at time: UnixTime) throws(StoreError) -> Bool
}
