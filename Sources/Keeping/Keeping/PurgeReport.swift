/// What was removed, by kind.
public struct PurgeReport: Hashable, Sendable, Codable {
    /// Verdicts of the journal.
    public var verdicts = 0

    /// Lies of the ledger.
    public var lies = 0

    /// Greylisted attempts.
    public var attempts = 0

    /// Networks that passed the greylist.
    public var networks = 0

    /// Clients with a history.
    public var clients = 0

    /// Counts of senders and recipient domains.
    public var senderCells = 0

    /// Labels of senders' networks, and notes of imported files.
    public var senderLabels = 0

    /// Messages and refused sessions that were kept to learn from.
    public var sightings = 0

    /// Messages of campaigns.
    public var campaignMails = 0

    /// Addresses that authenticated users have written to.
    public var correspondents = 0

    /// Files beside the database: transcripts, learned models, damaged databases that were moved aside.
    public var files: [String] = []

    /// Entries of the lists of `argot allow` and `argot deny`.
    public var listEntries = 0

    private enum CodingKeys: String, CodingKey {
        case verdicts, lies, attempts, networks, clients, files, sightings, correspondents
        case campaignMails = "campaign_mails"
        case senderCells = "sender_cells"
        case senderLabels = "sender_labels"
        case listEntries = "list_entries"
    }

    /// Nothing removed.
    public init() {}

    /// Whether nothing was removed.
    public var isEmpty: Bool { self == PurgeReport() }
}
