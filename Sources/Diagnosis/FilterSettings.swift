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

    /// Whether nobody has asked for that service: systemd passes its socket wherever Postfix is.
    public var isPolicyOffered: Bool

    /// Whether fake rejections are in force or asked for.
    public var lies: Bool

    /// The word under which Postfix refuses unknown users, as `unknown_user_table` says.
    public var unknownUserTable: String

    /// Settings of their parts.
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
}
