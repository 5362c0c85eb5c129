public import SMTP
public import Sockets

/// What of argotd's configuration the mail server's must fit.
public struct FilterSettings: Sendable, Hashable {
    /// Where the filter listens.
    public var socket: SocketName

    /// The filter's socket as the configuration spells it.
    public var socketText: String

    /// The group of the socket, empty for the daemon's own.
    public var socketGroup: String

    /// Where the policy service listens, if it does.
    public var policySocket: SocketName?

    /// Where the command lines of clients are listened for, if they are.
    public var wireSocket: SocketName?

    /// Whether nobody has asked for that service: systemd passes its socket wherever Postfix is.
    public var isPolicyOffered: Bool

    /// Whether systemd holds the filter's socket, so that `socket` in argotd's configuration has no effect.
    public var isHandedOver = false

    /// Whether fake rejections are in force or asked for.
    public var lies: Bool

    /// Whether refusals are applied, or are about to be.
    public var isEnforcing = false

    /// The word under which Postfix refuses unknown users, as `unknown_user_table` says.
    public var unknownUserTable: String

    /// Networks whose clients are never judged.
    public var trustedNetworks: [AddressPrefix] = OwnNetworks.privateNetworks

    /// Addresses that are never refused.
    public var allowedAddresses: [AddressPrefix] = []

    /// Domains in which every address is a trap; a leading dot means everything below as well.
    public var trapDomains: [String] = []

    /// argotd's configuration file.
    public var file = "argotd.conf"

    /// Settings from their parts.
    public init(
        socket: SocketName, socketText: String, socketGroup: String = "", policySocket: SocketName? = nil,
        isPolicyOffered: Bool = false, lies: Bool = false, unknownUserTable: String = "local"
    ) {
        self.socket = socket
        self.socketText = socketText
        self.socketGroup = socketGroup
        self.policySocket = policySocket
        self.isPolicyOffered = isPolicyOffered
        self.lies = lies
        self.unknownUserTable = unknownUserTable
    }

    /// A line to paste into argotd's configuration.
    func line(_ text: String) -> String { "in \(file): \(text)" }

    /// The settings once the filter's socket has moved below Postfix' queue directory.
    func moved(to postfix: PostfixConfiguration) -> FilterSettings {
        var settings = self
        settings.socket = .unix(path: "\(postfix.queueDirectory)/argot/argot.sock")
        return settings
    }

    /// The list `trusted_networks` with further networks, as it is written.
    func trusting(_ networks: [AddressPrefix]) -> String {
        line("trusted_networks = " + (trustedNetworks + networks).map(Self.text).joined(separator: " "))
    }

    /// A network as it is written; a single address without its length.
    static func text(_ network: AddressPrefix) -> String {
        network.length == network.base.family.width ? "\(network.base)" : "\(network)"
    }
}
