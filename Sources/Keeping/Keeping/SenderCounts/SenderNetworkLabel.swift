public import SMTP

/// What the administrator or a blocklist says of a network. Networks are kept in clear: they are a setting, and say of
/// nobody whom he writes to.
public struct SenderNetworkLabel: Hashable, Sendable {
    /// Who says so.
    public enum Origin: String, Hashable, Sendable, CaseIterable {
        /// The administrator.
        case administrator

        /// An imported blocklist.
        case blocklist
    }

    /// The network.
    public var network: AddressPrefix

    /// Whether its senders send spam; else they are honest.
    public var isSpam: Bool

    /// Who says so.
    public var origin: Origin

    /// The blocklist's name; empty for the administrator.
    public var source: String

    /// Since when.
    public var time: UnixTime

    /// A label of its parts.
    public init(network: AddressPrefix, isSpam: Bool, origin: Origin, source: String = "", time: UnixTime) {
        self.network = network
        self.isSpam = isSpam
        self.origin = origin
        self.source = source
        self.time = time
    }
}
