public import Memory
public import Policy

/// What the daemon hands over to be kept. All but verdicts and cells may be applied twice without harm.
public enum StoreChange: Sendable, Hashable {
    /// Something that decides is to be remembered or forgotten.
    case memory(MemoryChange)

    /// A verdict was reached; its addresses are hashed before they are written, and in clear only if they are to be shown.
    case verdict(VerdictRecord, showsAddresses: Bool = false)

    /// Senders have written to domains: added to what is stored.
    case senderCells([SenderCell])
}
