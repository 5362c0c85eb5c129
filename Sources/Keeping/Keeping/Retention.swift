public import Policy

/// How long what is kept, and how much of it. Lifetimes are in seconds, row counts are upper bounds.
public struct Retention: Hashable, Sendable {
    /// How many days verdicts are kept.
    public var journalDays = 30

    /// How many days the addresses of verdicts are kept in clear; 0 for none, now.
    public var addressDays = 0

    /// How many days lies are kept after they were last told, and messages of campaigns after they came.
    public var ledgerDays = 365

    /// How long a greylisted attempt is kept that no retry followed.
    public var retryWindow: Int64

    /// How long a passed attempt, and a network on the automatic allow list, is kept after its last use.
    public var passLifetime: Int64

    /// How long a client's history is kept after its last message.
    public var clientLifetime: Int64

    /// How long the loss of a client's standing is kept.
    public var revocation: Int64

    /// How many verdicts are kept; the newest stay.
    public var maximumJournalRows = 2_000_000

    /// How many lies are kept, those spared included; those told last stay.
    public var maximumLedgerRows = 100_000

    /// How many messages of campaigns are kept; the newest stay.
    public var maximumCampaignMails = 500_000

    /// How many campaigns are kept that have become another, templates that would have founded one among them.
    public var maximumJoinedCampaigns = 200_000

    /// How many templates that are in everybody's mail are kept; the newest stay.
    public var maximumCommonTemplates = 20_000

    /// How many keys of greylisted attempts are kept, two an attempt; those that have passed stay, then the last seen.
    public var maximumGreylistRows: Int

    /// How many networks with passed attempts are kept; those on the automatic allow list stay, then the last seen.
    public var maximumNetworkRows: Int

    /// How many clients, and how many of their networks, are kept; good histories stay, then the last seen.
    public var maximumClientRows: Int

    /// How many passed attempts put a network on the automatic allow list.
    public var automaticAllowCount: Int

    /// How many clean messages make a history good.
    public var goodMessages: Int

    /// How many seconds they take at least.
    public var goodAge: Int64

    /// How many seconds the sender matrix reaches back.
    public var senderLifetime: Int64 = 7 * 86_400

    /// How many cells of the sender matrix are kept; the newest slots stay.
    public var maximumSenderCells = 4_000_000

    /// How many days sightings are kept.
    public var sightingDays = 40

    /// How many sightings are kept. Those that were judged, those of clients that came on several days, and the others are
    /// each sure of a third; what is too much is taken from the others first, the oldest first.
    public var maximumSightings = 200_000

    /// How many days an address counts as a correspondent's after it was last written to.
    public var correspondentDays = 400

    /// How many correspondents are kept; those last written to stay.
    public var maximumCorrespondents = 50_000

    /// How many refusals that tell nothing are kept; the last given stay.
    public var maximumUnreadReplies = 200

    /// The defaults, with the lifetimes and capacities of `greylist` and `history`.
    public init(
        greylist: GreylistConfiguration = GreylistConfiguration(),
        history: HistoryConfiguration = HistoryConfiguration()
    ) {
        retryWindow = greylist.retryWindow
        passLifetime = greylist.passLifetime
        clientLifetime = history.lifetime
        revocation = history.revocation
        maximumGreylistRows =
            greylist.capacity.multipliedReportingOverflow(by: 2).overflow ? .max : 2 * greylist.capacity
        maximumNetworkRows = greylist.capacity
        automaticAllowCount = greylist.automaticAllowCount
        goodMessages = history.minimumMessages
        goodAge = history.minimumAge
        maximumClientRows = history.capacity
    }
}
