public import Campaigns

/// What is counted as the work of one sender: the messages that advertise the same thing, or all that one dialect sends.
public enum Campaign: Hashable, Sendable, CustomStringConvertible {
    /// Messages that share URL templates, as B@bel counts campaigns (section 6.2).
    case messages(CampaignID)

    /// Whatever is sent in one dialect.
    case dialect(String)

    /// Its name.
    public var description: String {
        switch self {
        case .messages(let id): id.description
        case .dialect(let name): name
        }
    }
}
