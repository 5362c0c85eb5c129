/// How many rows there are of each kind.
public struct StoreCounts: Hashable, Sendable {
    /// Greylisted attempts.
    public var greylist = 0

    /// Client networks with passed attempts.
    public var networks = 0

    /// Clients with a history.
    public var clients = 0

    /// Networks whose clients have a history.
    public var clientNetworks = 0

    /// Verdicts in the journal.
    public var verdicts = 0

    /// Lies in the ledger, undone ones included.
    public var lies = 0

    /// Lies that were undone.
    public var undoneLies = 0

    /// Lies that were due and, by the draw, not told.
    public var sparedLies = 0

    /// Messages of campaigns.
    public var campaignMails = 0

    /// Cells of the sender matrix.
    public var senderCells = 0

    /// Networks with a label.
    public var senderLabels = 0

    /// Messages and refused sessions that are learned from.
    public var sightings = 0

    /// No rows at all.
    public init() {}
}
