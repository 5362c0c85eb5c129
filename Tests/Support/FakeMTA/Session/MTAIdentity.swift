/// What an MTA says about itself in macros.
public struct MTAIdentity: Hashable, Sendable {
    /// `j`.
    public var hostName: String
    /// `v`, by which filters tell MTAs apart.
    public var version: String
    /// `{daemon_name}`.
    public var daemonName: String
    /// `{daemon_addr}`.
    public var daemonAddress: String
    /// `{daemon_port}`.
    public var daemonPort: UInt16

    /// Any identity.
    public init(
        hostName: String, version: String, daemonName: String, daemonAddress: String = "127.0.0.1",
        daemonPort: UInt16 = 25
    ) {
        self.hostName = hostName
        self.version = version
        self.daemonName = daemonName
        self.daemonAddress = daemonAddress
        self.daemonPort = daemonPort
    }

    /// Postfix 3.7.
    public static let postfix = MTAIdentity(
        hostName: "mx.lab.example", version: "Postfix 3.7.11", daemonName: "mx.lab.example")

    /// Sendmail 8.17.
    public static let sendmail = MTAIdentity(hostName: "mx.lab.example", version: "8.17.1.9", daemonName: "MTA-v4")

    /// Whether it behaves as Sendmail where that differs from Postfix: by its version, as filters see it.
    public var isSendmail: Bool { version.first?.isNumber ?? false }

    /// The macros.
    public var macros: MacroSet {
        [
            "j": hostName, "{daemon_name}": daemonName, "{daemon_addr}": daemonAddress,
            "{daemon_port}": String(daemonPort), "v": version,
        ]
    }
}
