public import Policy
public import SMTP

/// Something to be remembered or forgotten. All but verdicts and cells may be applied twice without harm.
public enum StoreChange: Sendable, Hashable {
    /// A greylisted attempt is as given.
    case greylist(KeyedHash, GreylistEntry)

    /// A greylisted attempt is forgotten.
    case greylistRemoved(KeyedHash)

    /// A client network's passed attempts are as given.
    case network(KeyedHash, ClientRecord)

    /// A client network is forgotten.
    case networkRemoved(KeyedHash)

    /// A client's history is as given.
    case client(KeyedHash, ClientRecord)

    /// A client is forgotten.
    case clientRemoved(KeyedHash)

    /// What the clients of a network have sent is as given.
    case clientNetwork(KeyedHash, ClientRecord)

    /// What the clients of a network have sent is forgotten.
    case clientNetworkRemoved(KeyedHash)

    /// A verdict was reached; its addresses are hashed before they are written, and in clear only if they are to be shown.
    case verdict(VerdictRecord, showsAddresses: Bool = false)

    /// A lie was told. A pair that was lied to before is counted once more if the time is later.
    case lie(LieRecord)

    /// Senders have written to domains: added to what is stored.
    case senderCells([SenderCell])
}
