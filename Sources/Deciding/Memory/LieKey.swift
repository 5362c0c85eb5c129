import Policy
public import SMTP

/// Who was lied to about whom.
public struct LieKey: Hashable, Sendable {
    /// The recipient that was said not to exist.
    public var recipient: KeyedHash

    /// The network of the client that was told so.
    public var network: KeyedHash

    /// A key of its parts.
    public init(recipient: KeyedHash, network: KeyedHash) {
        self.recipient = recipient
        self.network = network
    }
}
